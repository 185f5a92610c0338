import { assert } from '../../kit/assert.ts';
import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Plan, PlanTerms, PlanVersion } from '../model.ts';
import { nameOfTerms } from '../names.ts';
import * as store from '../sql/plans.ts';
import * as versions from '../sql/versions.ts';
import { checkCompanies, checkTelecom } from './offered.ts';

export type PlanFilter = store.PlanFilter;

export type NewPlan = {
  /** Absent: it is named after its terms. */
  name?: string | undefined;
  superSimDefault?: boolean;
  /** For these only; absent or empty: a general plan. */
  companyIds?: Id[] | undefined;
  terms: PlanTerms;
} & Partial<Pick<Plan, 'description' | 'labels' | 'telecomId'>>;

/** Makes a plan and its first version. Refuses `plan.name_taken`, and companies and telecoms that it cannot be for. */
export async function createPlan(ctx: Ctx, input: NewPlan): Promise<{ plan: Plan; version: PlanVersion }> {
  return atomically(ctx, async (ctx) => {
    const { terms, companyIds = [], name } = input;
    const plan: Plan = {
      id: newId(ctx),
      name: name ?? (await freeName(ctx, nameOfTerms(terms))),
      type: terms.type,
      superSimDefault: input.superSimDefault ?? false,
      description: input.description ?? '',
      labels: input.labels ?? [],
      namedByUs: name === undefined,
      designated: companyIds.length > 0,
      telecomId: input.telecomId ?? null,
      createdAt: ctx.now,
      archivedAt: null,
    };
    await checkTelecom(ctx, plan.telecomId);
    await checkCompanies(ctx, companyIds, terms.currency);
    const version: PlanVersion = { ...terms, id: newId(ctx), planId: plan.id, version: 1, createdAt: ctx.now };
    await store.insertPlan(ctx, plan).catch(refuseTakenName);
    if (plan.designated) await store.replacePlanCompanies(ctx, plan.id, companyIds);
    await versions.insertVersion(ctx, version);
    await tell(ctx, 'plan.created', plan, version);
    return { plan, version };
  });
}

/**
 * Saves an edited offer as the next version; a plan that nobody gave a name is called after it. Lines keep their version
 * until they are moved.
 */
export async function createVersion(
  ctx: Ctx,
  planId: Id,
  terms: PlanTerms,
): Promise<{ plan: Plan; version: PlanVersion }> {
  return atomically(ctx, async (ctx) => {
    const { plan: old, version: latest } = await lockLiving(ctx, planId);
    if (terms.type !== old.type) {
      throw refuse.invalid('plan.type_fixed', `The type of a plan cannot change; make another plan.`, {
        field: 'type',
        expected: old.type,
      });
    }
    if (terms.currency !== latest.currency && old.designated) {
      await checkCompanies(ctx, await companiesOfOne(ctx, planId), terms.currency, 'body.currency');
    }
    const version: PlanVersion = { ...terms, id: newId(ctx), planId, version: latest.version + 1, createdAt: ctx.now };
    await versions.insertVersion(ctx, version);
    const plan = old.namedByUs ? { ...old, name: await freeName(ctx, nameOfTerms(terms), planId) } : old;
    if (plan.name !== old.name) await store.updatePlan(ctx, plan).catch(refuseTakenName);
    const changes = [...changesBetween<PlanTerms>(latest, terms), ...changesBetween<Plan>(old, plan)];
    await tell(ctx, 'plan.updated', plan, version, changes, 'plan.version_created');
    return { plan, version };
  });
}

/** What is not in a version. `name: null` lets it follow the terms again. */
export type PlanPatch = {
  name?: string | null | undefined;
  companyIds?: Id[] | undefined;
} & { [K in 'description' | 'labels' | 'telecomId']?: Plan[K] | undefined };

/** Changes how a plan is called and whom it is for; lines on it stay on it. */
export async function updatePlan(
  ctx: Ctx,
  id: Id,
  { companyIds, ...patch }: PlanPatch,
): Promise<{ plan: Plan; version: PlanVersion }> {
  return atomically(ctx, async (ctx) => {
    const { plan: old, version } = await lockLiving(ctx, id);
    const plan: Plan = {
      ...old,
      name: patch.name === null ? await freeName(ctx, nameOfTerms(version), id) : (patch.name ?? old.name),
      namedByUs: patch.name === undefined ? old.namedByUs : patch.name === null,
      description: patch.description ?? old.description,
      labels: patch.labels ?? old.labels,
      telecomId: patch.telecomId === undefined ? old.telecomId : patch.telecomId,
      designated: companyIds === undefined ? old.designated : companyIds.length > 0,
    };
    if (plan.superSimDefault && (plan.designated || plan.telecomId)) {
      throw refuse.conflict('plan.is_default', 'The plan of fleets that name none is for everybody.', {
        field: plan.designated ? 'body.companies' : 'body.telecom',
        expected: 'none',
      });
    }
    const before = await companiesOfOne(ctx, id);
    const after = companyIds === undefined ? before : [...companyIds].sort();
    const changes = changesBetween<Plan & { companyIds: Id[] }>(
      { ...old, companyIds: before },
      { ...plan, companyIds: after },
    );
    if (changes.length === 0) return { plan: old, version };
    if (plan.telecomId !== old.telecomId) await checkTelecom(ctx, plan.telecomId);
    await checkCompanies(
      ctx,
      after.filter((company) => !before.includes(company)),
      version.currency,
    );
    await store.updatePlan(ctx, plan).catch(refuseTakenName);
    await store.replacePlanCompanies(ctx, id, after);
    await tell(ctx, 'plan.updated', plan, version, changes);
    return { plan, version };
  });
}

/** Takes a plan off the shelf; lines on it keep it. Twice changes nothing. The default of fleets stays. */
export async function archivePlan(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await store.lockPlan(ctx, id);
    const { plan, version } = await getPlan(ctx, id);
    if (plan.archivedAt) return;
    if (plan.superSimDefault) {
      throw refuse.conflict('plan.is_default', 'The plan of fleets that name none cannot be archived.');
    }
    await store.updatePlan(ctx, { ...plan, archivedAt: ctx.now });
    await tell(ctx, 'plan.archived', plan, version);
  });
}

export async function getPlan(ctx: Ctx, id: Id): Promise<{ plan: Plan; version: PlanVersion }> {
  return reading(ctx, async (ctx) => {
    const plan = await store.findPlan(ctx, id);
    if (!plan) throw refuse.notFound('plan');
    const [version] = await versions.listVersions(ctx, { planIds: [id], latest: true });
    assert(version, 'a plan has a version');
    return { plan, version };
  });
}

/** Oldest first, each with its latest version. */
export async function listPlans(
  ctx: Ctx,
  { after, limit, ...filter }: PlanFilter & { after?: Id; limit: number },
): Promise<{ plan: Plan; version: PlanVersion }[]> {
  return reading(ctx, async (ctx) => {
    const plans = await store.listPlans(ctx, filter, { after, limit });
    const planIds = plans.map((plan) => plan.id);
    const latest = await versions.listVersions(ctx, { planIds, latest: true });
    const byPlan = new Map(latest.map((version) => [version.planId, version]));
    return plans.map((plan) => ({ plan, version: byPlan.get(plan.id)! }));
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

/** Versions by id; they never change, so a caller may keep them. */
export async function getVersions(ctx: Ctx, ids: Id[]): Promise<Map<Id, PlanVersion>> {
  if (ids.length === 0) return new Map();
  return new Map((await versions.listVersions(ctx, { ids })).map((version) => [version.id, version]));
}

/** The latest version of each of these plans, by plan. */
export async function latestVersionsOf(ctx: Ctx, planIds: Id[]): Promise<Map<Id, PlanVersion>> {
  if (planIds.length === 0) return new Map();
  return new Map((await versions.listVersions(ctx, { planIds, latest: true })).map((one) => [one.planId, one]));
}

/** Newest first, from below version `before` on. */
export async function listPlanVersions(
  ctx: Ctx,
  planId: Id,
  page: { before?: number; limit: number },
): Promise<PlanVersion[]> {
  return reading(ctx, (ctx) => versions.listVersions(ctx, { planIds: [planId], ...page }));
}

/** The plan behind a Fleet that names none: every organization has one. */
export async function getDefaultSuperSimPlan(ctx: Ctx): Promise<Plan> {
  const plan = await reading(ctx, (ctx) => store.findDefaultSuperSimPlan(ctx));
  assert(plan, 'every organization has a default Super SIM plan');
  return plan;
}

/** The name, or the name with the first number behind it that no other plan has: `World (2)`. */
export async function freeName(ctx: Ctx, name: string, except: Id | null = null): Promise<string> {
  const stem = name.slice(0, 190);
  const taken = new Set(await store.listNamesLike(ctx, stem, except));
  let free = stem;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${stem} (${n})`;
  return free;
}

async function lockLiving(ctx: Ctx, id: Id): Promise<{ plan: Plan; version: PlanVersion }> {
  await store.lockPlan(ctx, id);
  const found = await getPlan(ctx, id);
  if (found.plan.archivedAt) throw refuse.conflict('plan.archived', `The plan ${found.plan.name} is archived.`);
  return found;
}

async function companiesOfOne(ctx: Ctx, planId: Id): Promise<Id[]> {
  return (await companiesOf(ctx, [planId])).get(planId) ?? [];
}

async function tell(
  ctx: Ctx,
  event: 'plan.created' | 'plan.updated' | 'plan.archived',
  plan: Plan,
  version: PlanVersion,
  changes: ReturnType<typeof changesBetween> = [],
  action: string = event,
): Promise<void> {
  const id = publicId('plan', plan.id);
  await audit(ctx, [{ action, objectType: 'plan', objectId: id, changes }]);
  await emit(ctx, [
    {
      name: event,
      subject: { type: 'plan', id: plan.id },
      data: { plan: id, name: plan.name, type: plan.type, version: version.version },
    },
  ]);
}

function refuseTakenName(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'plans_name') {
    throw refuse.conflict('plan.name_taken', 'Another plan has this name.', { field: 'body.name' });
  }
  throw error;
}
