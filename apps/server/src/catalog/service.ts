import { parseAmount, parseDecimal } from '@simwright/measure';
import { assert } from '../kit/assert.ts';
import { audit, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import type { Plan, PlanTerms, PlanType, PlanVersion } from './model.ts';
import { superSimReadyExit } from './model.ts';
import * as store from './sql.ts';

export type NewPlan = {
  name: string;
  superSimDefault?: boolean;
  terms: PlanTerms;
} & Partial<Pick<Plan, 'description' | 'labels' | 'namedByUs' | 'designated' | 'telecomId'>>;

/** Makes a plan and its first version. */
export async function createPlan(ctx: Ctx, input: NewPlan): Promise<{ plan: Plan; version: PlanVersion }> {
  return atomically(ctx, async (ctx) => {
    const plan: Plan = {
      id: newId(ctx),
      name: input.name,
      type: input.terms.type,
      superSimDefault: input.superSimDefault ?? false,
      description: input.description ?? '',
      labels: input.labels ?? [],
      namedByUs: input.namedByUs ?? false,
      designated: input.designated ?? false,
      telecomId: input.telecomId ?? null,
      createdAt: ctx.now,
      archivedAt: null,
    };
    const version: PlanVersion = { ...input.terms, id: newId(ctx), planId: plan.id, version: 1, createdAt: ctx.now };
    await store.insertPlan(ctx, plan).catch(refuseTakenName);
    await store.insertVersion(ctx, version);
    await audit(ctx, [{ action: 'plan.created', objectType: 'plan', objectId: publicId('plan', plan.id) }]);
    await emit(ctx, [planEvent('plan.created', plan, version)]);
    return { plan, version };
  });
}

/** Saves an edited offer as the next version. Lines keep theirs until they are moved. */
export async function createVersion(ctx: Ctx, planId: Id, terms: PlanTerms): Promise<PlanVersion> {
  return atomically(ctx, async (ctx) => {
    await store.lockPlan(ctx, planId);
    const { plan, version: latest } = await getPlan(ctx, planId);
    if (plan.archivedAt) throw refuse.conflict('plan.archived', `The plan ${plan.name} is archived.`);
    if (terms.type !== plan.type) {
      throw refuse.invalid('plan.type_fixed', `The type of a plan cannot change; make another plan.`, {
        field: 'type',
        expected: plan.type,
      });
    }
    const version: PlanVersion = { ...terms, id: newId(ctx), planId, version: latest.version + 1, createdAt: ctx.now };
    await store.insertVersion(ctx, version);
    await audit(ctx, [
      {
        action: 'plan.version_created',
        objectType: 'plan',
        objectId: publicId('plan', planId),
        changes: changesBetween<PlanTerms>(latest, terms),
      },
    ]);
    await emit(ctx, [planEvent('plan.updated', plan, version)]);
    return version;
  });
}

export async function getPlan(ctx: Ctx, id: Id): Promise<{ plan: Plan; version: PlanVersion }> {
  return reading(ctx, async (ctx) => {
    const plan = await store.findPlan(ctx, id);
    if (!plan) throw refuse.notFound('plan');
    const [version] = await store.listVersions(ctx, { planIds: [id], latest: true });
    assert(version, 'a plan has a version');
    return { plan, version };
  });
}

export async function listPlans(
  ctx: Ctx,
  filter: { search?: string; archived?: boolean; after?: Id; limit: number },
): Promise<{ plan: Plan; version: PlanVersion }[]> {
  return reading(ctx, async (ctx) => {
    const plans = await store.listPlans(ctx, filter);
    const latest = new Map(
      (await store.listVersions(ctx, { planIds: plans.map((p) => p.id), latest: true })).map((v) => [v.planId, v]),
    );
    return plans.map((plan) => ({ plan, version: latest.get(plan.id)! }));
  });
}

/** Plans by id, archived ones too: names beside what points at them. */
export async function plansOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, Plan>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => new Map((await store.listPlansById(ctx, ids)).map((plan) => [plan.id, plan])));
}

/** The companies that designated plans are for; a general plan has none here. */
export async function companiesOf(ctx: Ctx, planIds: Id[]): Promise<Map<Id, Id[]>> {
  if (planIds.length === 0) return new Map();
  const found = await reading(ctx, (ctx) => store.listPlanCompanies(ctx, planIds));
  const grouped = Map.groupBy(found, (one) => one.planId);
  return new Map([...grouped].map(([planId, of]) => [planId, of.map(({ companyId }) => companyId)]));
}

/** Takes a plan off the shelf; lines on it keep it. Twice changes nothing. The default of fleets stays. */
export async function archivePlan(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const { plan, version } = await getPlan(ctx, id);
    if (plan.archivedAt) return;
    if (plan.superSimDefault) {
      throw refuse.conflict('plan.is_default', 'The plan of fleets that name none cannot be archived.');
    }
    await store.updatePlan(ctx, id, { archivedAt: ctx.now });
    await audit(ctx, [{ action: 'plan.archived', objectType: 'plan', objectId: publicId('plan', id) }]);
    await emit(ctx, [planEvent('plan.archived', plan, version)]);
  });
}

/** Versions by id; they never change, so a caller may keep them. */
export async function getVersions(ctx: Ctx, ids: Id[]): Promise<Map<Id, PlanVersion>> {
  if (ids.length === 0) return new Map();
  return new Map((await store.listVersions(ctx, { ids })).map((version) => [version.id, version]));
}

/** Newest first, from below version `before` on. */
export async function listPlanVersions(
  ctx: Ctx,
  planId: Id,
  page: { before?: number; limit: number },
): Promise<PlanVersion[]> {
  return reading(ctx, (ctx) => store.listVersions(ctx, { planIds: [planId], ...page }));
}

/** The plan behind a Fleet that names none: every organization has one. */
export async function getDefaultSuperSimPlan(ctx: Ctx): Promise<Plan> {
  const plan = await reading(ctx, (ctx) => store.findDefaultSuperSimPlan(ctx));
  assert(plan, 'every organization has a default Super SIM plan');
  return plan;
}

/** 2.00 a month and 0.10 per MB, editable: what a new organization starts with. */
export function defaultSuperSimTerms(currency: string, unitBase: 1000 | 1024): PlanTerms {
  const fee = parseAmount('2.00', currency);
  const price = parseDecimal('0.10');
  assert(price.ok, 'the default price is a decimal');
  return {
    ...emptyTerms('super_sim', currency, unitBase),
    feeMicros: fee.ok ? fee.value : 2_000_000n,
    pricePerMb: price.value,
    ...superSimReadyExit,
  };
}

export function emptyTerms(type: PlanType, currency: string, unitBase: 1000 | 1024): PlanTerms {
  return {
    type,
    currency,
    mbBytes: BigInt(unitBase) * BigInt(unitBase),
    feeMicros: 0n,
    activationFeeMicros: 0n,
    pricePerMb: null,
    tiers: null,
    incrementBytes: null,
    allowanceBytes: null,
    overageSizeBytes: null,
    overagePriceMicros: null,
    dataLimitBytes: null,
    prorated: false,
    billingStart: 'first_usage',
    paymentType: 'post_billing',
    readyExitBytes: null,
    readyExitCommands: null,
    readyExitMonths: null,
    rates: [],
    zones: [],
    refills: [],
    validityDays: null,
    recurringScope: 'active',
    fairUseBytes: null,
    throttleKbps: null,
  };
}

function planEvent(name: string, plan: Plan, version: PlanVersion) {
  return {
    name,
    subject: { type: 'plan', id: plan.id },
    data: { plan: publicId('plan', plan.id), name: plan.name, type: plan.type, version: version.version },
  };
}

function refuseTakenName(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'plans_name') {
    throw refuse.conflict('plan.name_taken', 'Another plan has this name.', { field: 'body.name' });
  }
  throw error;
}
