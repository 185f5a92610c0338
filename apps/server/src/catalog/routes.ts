import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import {
  Amount,
  Bytes,
  Count,
  Currency,
  idOf,
  idParams,
  Price,
  reply,
  request,
  Timestamp,
  text,
} from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import { formOf, readForm, shownVersion, type TermsForm } from './form.ts';
import { type Plan, type PlanVersion, planTypes, superSimReadyExit } from './model.ts';
import { listNetworks } from './networks.ts';
import { archivePlan, createPlan, createVersion, emptyTerms, getPlan, listPlans, listPlanVersions } from './service.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

const PlanType = z.enum(planTypes);
const Tier = { upToMb: Count.nullable(), pricePerMb: Price };
const billingStart = z.enum(['assignment', 'first_usage']);
const paymentType = z.enum(['pre_billing', 'advanced_billing', 'post_billing', 'manual']);
const commands = z.int().min(1).max(1_000_000);
const months = z.int().min(1).max(120);

const terms = {
  currency: Currency,
  fee: Amount.meta({ description: 'The recurring fee of one active period.' }),
  activationFee: Amount.meta({ description: 'Charged once per line and account.' }),
  pricePerMb: Price.nullable(),
  incrementBytes: Bytes.nullable().meta({ description: 'The total of a period is rounded up to this step.' }),
  allowanceMb: Count.nullable(),
  overageSizeMb: Count.nullable(),
  overagePrice: Amount.nullable().meta({ description: 'Price of one block of overage; every started block counts.' }),
  dataLimitMb: Count.nullable(),
  prorated: z.boolean(),
  billingStart,
  paymentType,
  readyExitBytes: Bytes.nullable(),
  readyExitCommands: commands.nullable(),
  readyExitMonths: months.nullable(),
};

const PlanVersionReply = reply('PlanVersion', {
  id: idOf('plan_version'),
  version: tally,
  ...terms,
  tiers: z.array(z.object(Tier)).nullable().meta({ description: 'Graduated price; it replaces pricePerMb.' }),
  unitBase: z.literal([1000, 1024]).meta({ description: 'One MB of this version is this number squared, in bytes.' }),
  createdAt: Timestamp,
});

const PlanReply = reply('Plan', {
  id: idOf('plan'),
  name: z.string(),
  type: PlanType,
  superSimDefault: z.boolean().meta({ description: 'The plan of fleets that name none.' }),
  sims: tally.meta({ description: 'Lines on this plan now.' }),
  version: PlanVersionReply.meta({ description: 'The latest one, which new lines get.' }),
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});
const PlanPage = pageOf(PlanReply, 'PlanPage');

const positive = <T extends z.ZodType<bigint | null | undefined>>(schema: T) =>
  schema.refine((value) => value !== 0n, { error: 'more than zero' });
const changes = {
  currency: Currency.optional(),
  fee: Amount.optional(),
  activationFee: Amount.optional(),
  pricePerMb: Price.nullable().optional(),
  tiers: z.array(z.strictObject(Tier)).min(1).max(50).nullable().optional(),
  incrementBytes: positive(Bytes.nullable().optional()),
  allowanceMb: Count.nullable().optional(),
  overageSizeMb: positive(Count.nullable().optional()),
  overagePrice: Amount.nullable().optional(),
  dataLimitMb: positive(Count.nullable().optional()),
  prorated: z.boolean().optional(),
  billingStart: billingStart.optional(),
  paymentType: paymentType.optional(),
  readyExitBytes: positive(Bytes.nullable().optional()),
  readyExitCommands: commands.nullable().optional(),
  readyExitMonths: months.nullable().optional(),
};
const CreatePlan = request('CreatePlan', { name: text(200), type: PlanType, ...changes });
const CreatePlanVersion = request('CreatePlanVersion', changes);

/** What the routes are handed, because it belongs to a room above. */
export type PlanHands = {
  /** How many lines are on each of these plans, of those the caller may see. */
  simsOn(ctx: Ctx, planIds: Id[]): Promise<Map<Id, number>>;
};

export function catalogRoutes(http: Http, hands: PlanHands): void {
  planRoutes(http, hands);
  versionRoutes(http, hands);
  networkRoutes(http);
}

const url = '/api/v1/plans';
const tags = ['Plans'];

function planRoutes(http: Http, hands: PlanHands): void {
  const cursor = idCursor('plans');
  route(http, {
    method: 'GET',
    url,
    name: 'listPlans',
    summary: 'List plans with their latest version, oldest first',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      archived: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
    }),
    reply: { 200: PlanPage },
    handler: async (ctx, { query }) => {
      const after = cursor.read(query.cursor) ?? undefined;
      const found = await listPlans(ctx, { ...query, after, limit: query.limit + 1 });
      return pageFrom(await show(ctx, hands, found), query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createPlan',
    summary: 'Create a plan with its first version',
    tags,
    permission: 'catalog.plan.add',
    scope: 'organization',
    body: CreatePlan,
    reply: { 201: PlanReply },
    handler: async (ctx, { body: { name, type, ...form } }) => {
      const empty = emptyTerms(type, ctx.organization.currency, ctx.organization.unitBase);
      const first = formOf({ ...empty, ...(type === 'super_sim' ? superSimReadyExit : {}) });
      return (await show(ctx, hands, [await createPlan(ctx, { name, terms: read(ctx, type, first, form) })]))[0]!;
    },
  });
  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPlan',
    summary: 'A plan with its latest version',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    params: idParams('plan'),
    reply: { 200: PlanReply },
    handler: async (ctx, { params }) => (await show(ctx, hands, [await getPlan(ctx, params.id)]))[0]!,
  });
  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archivePlan',
    summary: 'Archive a plan: no new line gets it, those on it keep it',
    tags,
    permission: 'catalog.plan.delete',
    scope: 'organization',
    params: idParams('plan'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await archivePlan(ctx, params.id);
    },
  });
}

function versionRoutes(http: Http, hands: PlanHands): void {
  const cursor = cursorOf('plan_versions', tally);
  route(http, {
    method: 'GET',
    url: `${url}/:id/versions`,
    name: 'listPlanVersions',
    summary: 'The versions of a plan, newest first',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    params: idParams('plan'),
    query: pageQuery({}),
    reply: { 200: pageOf(PlanVersionReply, 'PlanVersionPage') },
    handler: async (ctx, { params, query }) => {
      await getPlan(ctx, params.id);
      const before = cursor.read(query.cursor) ?? undefined;
      const found = await listPlanVersions(ctx, params.id, { before, limit: query.limit + 1 });
      return pageFrom(found.map(shownVersion), query.limit, (last) => cursor.write(last.version));
    },
  });
  route(http, {
    method: 'POST',
    url: `${url}/:id/versions`,
    name: 'createPlanVersion',
    summary: 'Change the offer: a new version, in which absent fields stay as they were',
    tags,
    permission: 'catalog.plan.edit',
    scope: 'organization',
    params: idParams('plan'),
    body: CreatePlanVersion,
    reply: { 201: PlanReply },
    handler: async (ctx, { params, body }) => {
      const { plan, version } = await getPlan(ctx, params.id);
      const next = await createVersion(ctx, plan.id, read(ctx, plan.type, formOf(version), body));
      return (await show(ctx, hands, [{ plan, version: next }]))[0]!;
    },
  });
}

function networkRoutes(http: Http): void {
  const NetworkReply = reply('Network', {
    plmn: z.string().meta({ example: '26202' }),
    mcc: z.string(),
    mnc: z.string(),
    name: z.string(),
    country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2; null: of no country.', example: 'DE' }),
  });
  const cursor = cursorOf('networks', z.string().regex(/^\d{5,6}$/));
  route(http, {
    method: 'GET',
    url: '/api/v1/networks',
    name: 'listNetworks',
    summary: 'Mobile networks of the world, in the order of their PLMNs',
    tags: ['Networks'],
    permission: 'inventory.network_profile.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, { error: 'a country code of two letters, like DE' })
        .optional(),
    }),
    reply: { 200: pageOf(NetworkReply, 'NetworkPage') },
    handler: async (_ctx, { query }) => {
      const found = listNetworks(query, { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 });
      return pageFrom(found, query.limit, (last) => cursor.write(last.plmn));
    },
  });
}

async function show(ctx: Ctx, hands: PlanHands, found: { plan: Plan; version: PlanVersion }[]) {
  const sims = await hands.simsOn(
    ctx,
    found.map(({ plan }) => plan.id),
  );
  return found.map(({ plan, version }) => ({
    ...plan,
    sims: sims.get(plan.id) ?? 0,
    version: shownVersion(version),
  }));
}

/** What was written over what was there. */
function read(ctx: Ctx, type: Plan['type'], before: TermsForm, asked: Partial<TermsForm>) {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const terms = readForm(type, { ...before, ...given }, ctx.organization.unitBase);
  if (!(terms instanceof Refusal)) return terms;
  throw new Refusal(terms.kind, terms.code, terms.message, { ...terms.details, field: `body.${terms.details.field}` });
}
