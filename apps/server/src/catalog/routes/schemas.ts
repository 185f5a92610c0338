import { z } from 'zod';
import {
  Amount,
  Bytes,
  Count,
  Currency,
  idOf,
  named,
  Price,
  reply,
  request,
  Timestamp,
  text,
} from '../../kit/http/schemas.ts';
import { planTypes } from '../model.ts';

/** A whole number of things: what PostgreSQL's int holds. */
export const tally = z.int().min(0).max(2_147_483_647);
export const PlanType = z.enum(planTypes);
/** As of the labels of SIMs: whoever looks for one finds both. */
export const Labels = z.array(text(64)).max(50);

const service = z.enum(['data', 'sms', 'voice']).meta({
  description: 'Prices are per MB, message or minute; sizes and bounds of steps are in the same.',
});
const increment = Count.nullable().meta({
  description: 'The total of a period is rounded up to a multiple of so many bytes, messages or seconds.',
});
const Step = z.strictObject({ upTo: Count.nullable(), price: Price });
const where = { service, zone: idOf('zone').nullable().meta({ description: 'null: wherever no zone has a rate.' }) };
const Rate = named(
  'Rate',
  z.discriminatedUnion('model', [
    z.strictObject({ ...where, model: z.literal('flat'), amount: Amount }),
    z.strictObject({ ...where, model: z.literal('per_unit'), price: Price, increment }),
    z.strictObject({ ...where, model: z.literal('graduated'), steps: z.array(Step).max(50), increment }),
    z.strictObject({ ...where, model: z.literal('volume'), steps: z.array(Step).max(50), increment }),
    z.strictObject({ ...where, model: z.literal('package'), size: Count, price: Amount }),
  ]),
  {
    description:
      'A price of a service, in a zone. flat: once a period, as soon as anything was used. per_unit: each MB, message or minute. ' +
      'graduated: each slice of the total at its own price. volume: the whole total at the price of the step it reaches. ' +
      'package: every started package counts.',
  },
);
const refillId = z.string().regex(/^[0-9a-f]{16}$/, { error: 'the id of a refill of this plan' });
const Tier = z.strictObject({ upToMb: Count.nullable(), pricePerMb: Price });
const days = z.int().min(1).max(3660);

const terms = {
  currency: Currency,
  fee: Amount.meta({ description: 'The recurring fee of one active period.' }),
  activationFee: Amount.meta({ description: 'Charged once per line and account; of pools, at each joining.' }),
  pricePerMb: Price.nullable().meta({ description: 'Of data wherever no zone has a rate.' }),
  tiers: z.array(Tier).min(1).max(50).nullable().meta({ description: 'Graduated price; it replaces pricePerMb.' }),
  incrementBytes: Bytes.nullable().meta({ description: 'The total of a period is rounded up to this step.' }),
  rates: z.array(Rate).max(100).meta({ description: 'By zone, of messages and calls, of other price models.' }),
  smsPrice: Price.nullable().meta({ description: 'Of a message wherever no zone has a rate.' }),
  voicePrice: Price.nullable().meta({ description: 'Of a minute of calls wherever no zone has a rate.' }),
  voiceIncrementSeconds: z
    .int()
    .min(1)
    .max(3600)
    .nullable()
    .meta({ description: 'null: calls are rated by the second.' }),
  allowanceMb: Count.nullable(),
  overageSizeMb: Count.nullable(),
  overagePrice: Amount.nullable().meta({ description: 'Price of one block of overage; every started block counts.' }),
  dataLimitMb: Count.nullable(),
  prorated: z.boolean(),
  billingStart: z.enum(['assignment', 'first_usage']),
  paymentType: z.enum(['pre_billing', 'advanced_billing', 'post_billing', 'manual']),
  readyExitBytes: Bytes.nullable(),
  readyExitCommands: z.int().min(1).max(1_000_000).nullable(),
  readyExitMonths: z.int().min(1).max(120).nullable(),
  validityDays: days.nullable().meta({ description: 'Prepaid: a balance is valid for so many days.' }),
  recurringScope: z
    .enum(['all', 'active'])
    .meta({ description: 'Which lines pay the recurring fee of a pay-per-MB plan.' }),
  fairUseMb: Count.nullable().meta({ description: 'Unlimited: from here on use is no longer fair.' }),
  throttleKbps: z.int().min(1).max(2_147_483_647).nullable(),
};

const PlanVersionReply = reply('PlanVersion', {
  id: idOf('plan_version'),
  version: tally,
  ...terms,
  refills: z
    .array(z.object({ id: z.string(), mb: Count, price: Amount }))
    .meta({ description: 'What a prepaid plan sells.' }),
  zones: z
    .array(
      z.object({
        id: idOf('zone'),
        name: z.string(),
        countries: z.array(z.string()),
        networks: z.array(z.string()),
        changed: z.boolean().meta({ description: 'The zone of today has other places, or is archived.' }),
      }),
    )
    .meta({ description: 'The zones of the rates as they were when this version was saved.' }),
  unitBase: z.literal([1000, 1024]).meta({ description: 'One MB of this version is this number squared, in bytes.' }),
  createdAt: Timestamp,
});

export { PlanVersionReply };

const Named = (kind: 'company' | 'telecom') => z.object({ id: idOf(kind), name: z.string() });
export const PlanReply = reply('Plan', {
  id: idOf('plan'),
  name: z.string(),
  namedByUs: z.boolean().meta({ description: 'The name follows the terms, because nobody wrote one.' }),
  type: PlanType,
  description: z.string(),
  labels: z.array(z.string()),
  telecom: Named('telecom').nullable().meta({ description: 'For its lines only; null: for those of any.' }),
  designated: z.boolean().meta({ description: 'For chosen companies only; false: also for companies to come.' }),
  companies: z
    .array(Named('company'))
    .meta({ description: 'Those of a designated plan, as far as the caller sees them.' }),
  superSimDefault: z.boolean().meta({ description: 'The plan of fleets that name none.' }),
  sims: tally.meta({ description: 'Lines on this plan now.' }),
  version: PlanVersionReply.meta({ description: 'The latest one, which new lines get.' }),
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});

const optional = <S extends Record<string, z.ZodType>>(shape: S) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.optional()])) as {
    [K in keyof S]: z.ZodOptional<S[K]>;
  };
const changes = {
  ...optional(terms),
  refills: z
    .array(z.strictObject({ id: refillId.optional(), mb: Count, price: Amount }))
    .max(50)
    .optional()
    .meta({ description: 'With its id a refill stays itself; without one it is new.' }),
};
const about = {
  description: z.string().max(4000).optional(),
  labels: Labels.optional(),
  telecom: idOf('telecom').nullable().optional(),
  companies: z
    .array(idOf('company'))
    .max(200)
    .refine((ids) => new Set(ids).size === ids.length, { error: 'each company once' })
    .optional()
    .meta({ description: 'For these only; none: a general plan.' }),
};
export const CreatePlan = request('CreatePlan', {
  name: text(200).optional().meta({ description: 'Absent: named after its terms, as long as nobody writes a name.' }),
  type: PlanType,
  ...about,
  ...changes,
});
export const UpdatePlan = request('UpdatePlan', {
  name: text(200).nullable().optional().meta({ description: 'null: named after its terms again.' }),
  ...about,
});
export const CreatePlanVersion = request('CreatePlanVersion', changes);
export const DuplicatePlan = request('DuplicatePlan', { name: text(200).optional() });
