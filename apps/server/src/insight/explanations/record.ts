import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { publicId, timeOfId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import { poolPriceFor, poolTermsOf, pricedParts, priceFor, termsOf, zoningFor } from '../../rating/index.ts';
import * as usage from '../../usage/index.ts';
import { allowanceAt } from './allowance.ts';
import { postedWith } from './ledger.ts';
import { type Explanation, type Step, step } from './model.ts';
import { type Counting, type Standing, standingAround } from './standing.ts';
import {
  baseOf,
  componentWords,
  moneyWords,
  networkWords,
  overageWords,
  partsWords,
  quantityWords,
  rateWords,
  spanWords,
  timeWords,
  totalsWords,
} from './words.ts';

/** How long before its period usage may lie that is booked in it: what is older is not believed, but may wait for staff. */
const longestWaitMs = 190 * 86_400_000;

/** Where the charge of a usage record comes from. Refuses `usage_record.not_found`. */
export async function explainRecord(ctx: Ctx, name: usage.RecordName): Promise<Explanation> {
  await inventory.getSim(ctx, name.lineId);
  const record = await usage.findRecord(ctx, name);
  if (!record) throw refuse.notFound('usage_record');
  const period = (await periods.periodsOf(ctx, [record.periodId])).get(record.periodId);
  assert(period, 'a record belongs to a period');
  const version = (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId)!;
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId)!;
  const zone = period.anchor.zone;
  const bytes = record.bytesUp + record.bytesDown;
  const quantity = record.service === 'data' ? bytes : record.units;
  const base = baseOf(version);
  const used = quantityWords(record.service, quantity, base);
  const steps: Step[] = [
    step(
      'fact',
      `On ${timeWords(record.occurredAt, zone)} the SIM used ${used} in ${networkWords(record.plmn)}.${quantity < 0n ? ' Below zero: the carrier took back what it had told before.' : ''}`,
      {
        ...{ occurredAt: record.occurredAt.toISOString(), receivedAt: record.receivedAt.toISOString() },
        ...{ service: record.service, quantity: String(quantity), plmn: record.plmn || null },
        ...{ bytesUp: String(record.bytesUp), bytesDown: String(record.bytesDown) },
        session: record.sessionId && publicId('session', record.sessionId),
      },
    ),
    step('place', placeWords(record, period, plan, version), {
      ...{ period: publicId('period', period.id), plan: publicId('plan', plan.id), version: String(version.version) },
      ...{ startsAt: period.startsAt.toISOString(), endsAt: period.endsAt?.toISOString() ?? null },
    }),
  ];
  const own = period.kind === 'ready' ? 0n : await ofPeriod(ctx, record, period, version, steps);
  const pooled = record.poolPeriodId ? await ofPool(ctx, record, record.poolPeriodId, steps) : 0n;
  const recomputed = own + pooled;
  const currency = version.currency;
  if (period.kind === 'active') {
    const difference = `The difference is what this record costs: ${moneyWords(recomputed, currency)}.`;
    steps.push(step('amount', difference, { charge: formatAmount(recomputed, currency) }));
  }
  const payer = await payerOf(ctx, record, period.payerId);
  const posted =
    record.chargeMicros !== 0n && payer
      ? await postedWith(
          ctx,
          `usage:${record.batchId}:${currency}`,
          payer,
          'what all records of this account cost that were booked together',
        )
      : { steps: [], entries: [] };
  const costs = record.chargeMicros === 0n ? 'cost nothing' : `cost ${moneyWords(record.chargeMicros, currency)}`;
  return {
    id: usage.recordId(record),
    kind: 'usage',
    title: 'Charge of usage',
    summary: `${used} ${costs}.`,
    at: record.occurredAt,
    lineId: record.lineId,
    poolId: null,
    money: { currency, amount: record.chargeMicros, recomputed },
    steps: [...steps, ...posted.steps],
    entries: posted.entries,
  };
}

function placeWords(
  record: usage.StoredRecord,
  period: periods.StoredPeriod,
  plan: catalog.Plan,
  version: catalog.PlanVersion,
): string {
  const span = spanWords(period.startsAt, period.endsAt, period.anchor.zone);
  const on = `on ${plan.name}, version ${version.version}`;
  if (period.kind === 'ready') {
    return `It belongs to the ready period ${span}, ${on}. Usage is free while a SIM is ready.`;
  }
  const late = record.late ? ' It was booked after its own period had closed.' : '';
  return `It belongs to the billing period ${span}, ${on}.${late}`;
}

/** What the record costs in the period of its own line. */
async function ofPeriod(
  ctx: Ctx,
  record: usage.StoredRecord,
  period: periods.StoredPeriod,
  version: catalog.PlanVersion,
  steps: Step[],
): Promise<Micros> {
  const zoning = zoningFor(version, catalog.countryOfPlmn);
  const allowance = await allowanceAt(ctx, period, version, timeOfId(record.batchId));
  const price = priceFor(version);
  const counting: Counting = {
    place: (service, plmn) => zoning(service, plmn)?.component ?? null,
    price: ({ bytes, components }) => price(bytes, allowance, components),
  };
  const of = { lineIds: [period.lineId], periodId: period.id, from: earliest(record, period.startsAt) };
  const stored = { bytes: period.usedBytes, components: period.totals };
  const { before, after } = await standingAround(ctx, record, of, stored, counting);
  if (record.poolPeriodId) return counting.price(after) - counting.price(before);
  const component = counting.place(record.service, record.plmn) ?? record.service;
  const rate = rateWords(component, version);
  const overage = record.service === 'data' ? overageWords(version, allowance ?? version.allowanceBytes ?? 0n) : null;
  const words = [rate, overage].filter(Boolean).join('; ') || 'no price of its own: it costs nothing';
  const unknown = record.unknownNetwork
    ? ' No zone could be told from the network, so the rate without a zone serves.'
    : '';
  steps.push(
    step(
      'rate',
      `${componentWords(component, version)} go${component.startsWith('data') ? 'es' : ''} by: ${words}.${unknown}`,
      {
        ...{ component, allowanceBytes: allowance === null ? null : String(allowance) },
        unknownNetwork: record.unknownNetwork ? 'true' : null,
      },
    ),
  );
  const parts = (standing: Standing) => pricedParts(termsOf(version), standing.bytes, allowance, standing.components);
  tellDifference(steps, before, after, counting, parts, version, 'period');
  return counting.price(after) - counting.price(before);
}

/** What it costs in the month of the pool that its data belongs to. */
async function ofPool(ctx: Ctx, record: usage.StoredRecord, poolPeriodId: string, steps: Step[]): Promise<Micros> {
  const [month] = await periods.listPoolPeriods(ctx, { ids: [poolPeriodId], limit: 1 });
  assert(month, 'a record of a pool belongs to a month of it');
  const known = (await pools.poolsOf(ctx, [month.poolId])).get(month.poolId);
  assert(known, 'a month belongs to a pool');
  const { terms } = month;
  const dynamic = known.pool.type === 'dynamic';
  const booked = timeOfId(record.batchId);
  const brought = dynamic ? await periods.listBrought(ctx, month.id) : [];
  const allowance = brought.reduce((sum, b) => (b.bookedAt <= booked ? sum + b.bytes : sum), terms.allowanceBytes);
  const price = poolPriceFor(terms);
  const counting: Counting = { place: () => null, price: ({ bytes }) => price(bytes, allowance) };
  const lineIds = await inventory.listLinesOfPool(ctx, month.poolId);
  const of = { lineIds, poolPeriodId, from: earliest(record, month.startsAt) };
  const { before, after } = await standingAround(
    ctx,
    record,
    of,
    { bytes: month.usedBytes, components: null },
    counting,
  );
  const holds = dynamic ? 'What its members have brought' : 'Its balance';
  const overage = overageWords(terms, allowance) ?? 'use beyond it costs nothing';
  steps.push(
    step(
      'place',
      `Its data is shared with the pool ${known.pool.name}, in its month ${spanWords(month.startsAt, month.endsAt, month.anchor.zone)}.`,
      { pool: publicId('pool', month.poolId), poolPeriod: publicId('pool_period', month.id) },
    ),
    step('rate', `${holds} is ${quantityWords('data', allowance, baseOf(terms))}; ${overage}.`, {
      allowanceBytes: String(allowance),
    }),
  );
  const parts = (standing: Standing) => pricedParts(poolTermsOf(terms), standing.bytes, allowance, null);
  tellDifference(steps, before, after, counting, parts, null, 'month of the pool', terms);
  return counting.price(after) - counting.price(before);
}

/** What the totals were before and after, and what each costs. */
function tellDifference(
  steps: Step[],
  before: Standing,
  after: Standing,
  counting: Counting,
  partsOf: (standing: Standing) => ReturnType<typeof pricedParts>,
  version: catalog.PlanVersion | null,
  whose: string,
  terms: { currency: string; mbBytes: bigint } = version!,
): void {
  const { currency } = terms;
  const base = baseOf(terms);
  const words = ({ bytes, components }: Standing) => totalsWords(bytes, components, version, base);
  const text = `In this ${whose} ${words(before)} had been used before it, and ${words(after)} with it.`;
  steps.push(step('totals', text, { ...valuesOf('before', before), ...valuesOf('after', after) }));
  const tell = (when: string, standing: Standing) => {
    const parts = partsOf(standing).filter(({ numerator }) => numerator !== 0n);
    const micros = counting.price(standing);
    const exact = parts.reduce((sum, { numerator }) => sum + numerator, 0n);
    const values = {
      ...{ price: formatAmount(micros, currency), exactNumerator: String(exact) },
      divisor: parts[0] ? String(parts[0].divisor) : null,
    };
    const rounded =
      parts[0] && exact % parts[0].divisor !== 0n ? ', rounded half to even at the millionth of the smallest coin' : '';
    const sum = `${partsWords(parts, version, currency, base)}. Together ${moneyWords(micros, currency)}${rounded}.`;
    steps.push(step('price', `${when}: ${sum}`, values));
  };
  tell('Price before', before);
  tell('Price after', after);
}

function valuesOf(when: string, { bytes, components }: Standing): Record<string, string> {
  const values: Record<string, string> = { [`${when}Bytes`]: String(bytes) };
  for (const [component, quantity] of Object.entries(components ?? {}))
    values[`${when} ${component}`] = String(quantity);
  return values;
}

function earliest(record: usage.StoredRecord, startsAt: Date): Date {
  return new Date(Math.min(record.occurredAt.getTime(), startsAt.getTime()) - longestWaitMs);
}

/** Whose entry the charge is in: the pool's account, or the line's. */
async function payerOf(ctx: Ctx, record: usage.StoredRecord, own: string | null): Promise<string | null> {
  if (!record.poolPeriodId) return own;
  const [month] = await periods.listPoolPeriods(ctx, { ids: [record.poolPeriodId], limit: 1 });
  return month?.payerId ?? null;
}
