import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as pools from '../pools/index.ts';
import { priceFor } from '../rating/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { insertChanges, listChanges, listWaitingChanges, type PlanChange, settleChanges } from './changes/sql.ts';
import { billedLines, offersOf } from './lines.ts';
import { type Borne, decideChangeNow, decideEnd, type PriceOf } from './model/change.ts';
import { decideReady } from './model/decide.ts';
import {
  activatesAtAssignment,
  type BilledLine,
  mergeChanges,
  noChanges,
  type Offer,
  type Period,
  type PeriodChanges,
  sharesPool,
} from './model/period.ts';
import { chargeJoining, rollPools } from './pools/months.ts';
import { linesThatContributed, lockOpenPoolPeriods } from './pools/sql.ts';
import { StalePeriod, savePeriodChanges } from './save.ts';
import { activate, catchUp, lockPoolsOf, makeReady, type Outcome, refuseChange, suspend } from './service.ts';
import * as store from './sql.ts';

export type AssignOptions = {
  /** The pool to share data in: needed by the types that do, refused by the others. */
  poolId?: Id | null;
  /** A running period is cut now, or kept to its end. Lines without one take the plan now in any case. */
  effective?: 'now' | 'next_period';
};

/** What an assignment would do to a line. */
export type AssignEffect = 'ready' | 'active' | 'changes_now' | 'waits' | 'same';

type Target = { plan: catalog.Plan; version: catalog.PlanVersion; companies: Id[]; pool: pools.Pool | null };

/** What is asked for, once for all lines. Refuses `plan.*` and `pool.*` that no line could get past. */
async function targetOf(ctx: Ctx, planId: Id, poolId: Id | null): Promise<Target> {
  const { plan, version } = await catalog.getPlan(ctx, planId);
  if (plan.archivedAt)
    throw refuse.conflict('plan.archived', `The plan ${plan.name} is archived.`, { field: 'planId' });
  const companies = (await catalog.companiesOf(ctx, [planId])).get(planId) ?? [];
  if (!sharesPool(version)) {
    if (poolId === null) return { plan, version, companies, pool: null };
    throw refuse.invalid('plan.shares_no_pool', `Lines on the plan ${plan.name} do not share a pool.`, {
      field: 'poolId',
      expected: 'none',
    });
  }
  if (poolId === null) {
    throw refuse.invalid('plan.pool_needed', `Lines on the plan ${plan.name} share the data of a pool: name it.`, {
      field: 'poolId',
      expected: 'a pool',
    });
  }
  const known = (await pools.poolsOf(ctx, [poolId])).get(poolId);
  if (!known) throw refuse.notFound('pool');
  const { pool } = known;
  if (pool.archivedAt)
    throw refuse.conflict('pool.archived', `The pool ${pool.name} is archived.`, { field: 'poolId' });
  if (`${pool.type}_pool` !== version.type) {
    throw refuse.conflict(
      'pool.wrong_type',
      `The pool ${pool.name} is ${pool.type}, and the plan ${plan.name} is not.`,
      {
        field: 'poolId',
        expected: `a pool of the plan's type`,
      },
    );
  }
  if (known.version.currency !== version.currency) {
    throw refuse.conflict('pool.wrong_currency', `The pool ${pool.name} is in ${known.version.currency}.`, {
      field: 'poolId',
      expected: `a pool in ${version.currency}`,
    });
  }
  return { plan, version, companies, pool };
}

/** Why a line cannot take it; null: it can. */
type Judge = (sim: inventory.Sim) => Refusal | null;

async function judgeOf(ctx: Ctx, { plan, version, companies, pool }: Target, sims: inventory.Sim[]): Promise<Judge> {
  const owners = [...new Set(sims.map((sim) => sim.companyId ?? ctx.organization.id))];
  const accounts = await ownersOf(ctx, owners);
  const wallets = version.type === 'paygo' ? await ledger.walletsOf(ctx, owners) : [];
  const open = new Set(wallets.filter((w) => w.currency === version.currency).map((w) => w.ownerId));
  return (sim) => {
    if (sim.lifecycle === 'archived') return refuseChange(sim, 'ready');
    const owner = sim.companyId ?? ctx.organization.id;
    const currency = accounts.get(owner)?.currency ?? ctx.organization.currency;
    const { companyId, telecomId } = sim;
    const refusal = catalog.assignable(
      plan,
      { companyId, telecomId, currency },
      { companies, currency: version.currency },
    );
    if (refusal) return refusal;
    if (pool && pool.companyId !== companyId) {
      return refuse.conflict('pool.other_company', `The pool ${pool.name} belongs to another account than this SIM.`);
    }
    if (version.type === 'paygo' && !open.has(owner)) {
      return refuse.conflict(
        'wallet.missing',
        'This plan is paid from a wallet, and the account has none: open one first.',
      );
    }
    return null;
  };
}

/** What would happen to each line, without doing it. */
export async function previewAssignment(
  ctx: Ctx,
  ids: Id[],
  planId: Id,
  { poolId = null, effective = 'next_period' }: AssignOptions = {},
): Promise<(Outcome & { effect: AssignEffect | null })[]> {
  return reading(ctx, async (ctx) => {
    const target = await targetOf(ctx, planId, poolId);
    const sims = new Map((await inventory.listSims(ctx, { ids }, { limit: ids.length })).map((sim) => [sim.id, sim]));
    const judge = await judgeOf(ctx, target, [...sims.values()]);
    const planned = await inventory.planVersionsOf(ctx, ids);
    const open = new Map((await store.listOpenPeriods(ctx, ids, false)).map((period) => [period.lineId, period]));
    return ids.map((id) => {
      const sim = sims.get(id);
      if (!sim) return { id, refusal: refuse.notFound('sim'), effect: null };
      const refusal = judge(sim);
      const effect = effectOn(sim, planned.get(id), open.get(id) ?? null, target, effective, ctx.now);
      return { id, refusal, effect: refusal ? null : effect };
    });
  });
}

function effectOn(
  sim: inventory.Sim,
  planned: inventory.Planned | undefined,
  current: Period | null,
  { version, pool }: Target,
  effective: 'now' | 'next_period',
  now: Date,
): AssignEffect {
  const same = planned?.planVersionId === version.id && planned.poolId === (pool?.id ?? null);
  if (same && sim.lifecycle !== 'blank') return 'same';
  if (sim.lifecycle === 'blank') return activatesAtAssignment(version) ? 'active' : 'ready';
  const runs = current?.kind === 'active' && current.endsAt! > now;
  if (runs && effective === 'next_period') return 'waits';
  return 'changes_now';
}

/**
 * Puts lines on a plan's latest version, and into a pool where the plan shares one. A blank line becomes ready, or active
 * where the plan bills from assignment; a running period is cut now, with what a prorated plan gives back, or kept to its end,
 * for which the change then waits. Whatever waited before is cancelled. An outcome for each line: one that refuses stops no other.
 */
export async function assignPlan(
  ctx: Ctx,
  ids: Id[],
  planId: Id,
  { poolId = null, effective = 'next_period' }: AssignOptions = {},
): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    // From here on the pool is not archived: whoever does it waits, and finds its members.
    if (poolId) await pools.holdPools(ctx, [poolId]);
    const target = await targetOf(ctx, planId, poolId);
    const { version } = target;
    await lockPoolsOf(ctx, ids);
    if (poolId) {
      while ((await rollPools(ctx, [poolId])) > 0);
      await lockOpenPoolPeriods(ctx, [poolId]);
    }
    const sims = await inventory.lockSims(ctx, ids);
    const judge = await judgeOf(ctx, target, sims);
    const refusals = new Map(sims.map((sim) => [sim.id, judge(sim)]));
    const takes = sims.filter((sim) => !refusals.get(sim.id));
    await inventory.register(
      ctx,
      takes.filter((sim) => !sim.registeredAt).map((sim) => sim.id),
      null,
    );
    const taking = takes.map((sim) => sim.id);
    const planned = await inventory.planVersionsOf(ctx, taking);
    const open = new Map((await store.listOpenPeriods(ctx, taking, true)).map((period) => [period.lineId, period]));
    const of = (wanted: AssignEffect[]) =>
      takes.filter((sim) =>
        wanted.includes(effectOn(sim, planned.get(sim.id), open.get(sim.id) ?? null, target, effective, ctx.now)),
      );
    await settleChanges(
      ctx,
      taking.map((lineId) => ({ lineId, state: 'cancelled' as const, reason: 'another change was asked for' })),
    );
    await insertChanges(
      ctx,
      of(['waits']).map((sim) => ({ lineId: sim.id, planId, planVersionId: version.id, poolId })),
    );
    await takeNow(ctx, of(['ready', 'active', 'changes_now']), target, open);
    return ids.map((id) => ({ id, refusal: refusals.has(id) ? refusals.get(id)! : refuse.notFound('sim') }));
  });
}

/** Puts locked lines on what was asked for, from now on. */
async function takeNow(ctx: Ctx, sims: inventory.Sim[], target: Target, open: Map<Id, Period>): Promise<void> {
  if (sims.length === 0) return;
  const { version, pool } = target;
  const ids = sims.map((sim) => sim.id);
  const lines = await billedLines(ctx, sims);
  const offers = await offersOf(ctx, sims, version, pool?.id ?? null);
  const contributed = pool
    ? await linesThatContributed(
        ctx,
        ids.map((lineId) => ({ lineId, poolId: pool.id })),
      )
    : new Set<Id>();
  const paid = await borneBy(ctx, [...open.values()]);
  const running = await catalog.getVersions(ctx, [
    ...new Set([...open.values()].map((period) => period.planVersionId)),
  ]);
  const changes = sims.map((sim): PeriodChanges => {
    const line = lines.get(sim.id)!;
    const current = open.get(sim.id) ?? null;
    const before = current ? (running.get(current.planVersionId) ?? null) : null;
    if (current && staysReady(sim, current, before, version)) return noChanges;
    const followed = sim.lifecycle === 'active' || sim.lifecycle === 'ready';
    const borne = (current && paid.get(current.id)) ?? null;
    const ended = decideEnd(line, current, before, ctx.now, { borne, followed, price: priceOf });
    return { ...noChanges, ...ended, ...begins(ctx, sim, line, offers.get(sim.id)!, contributed.has(sim.id), ended) };
  });
  await inventory.putOn(
    ctx,
    ids.map((lineId) => ({
      ...{ lineId, planId: target.plan.id, planVersionId: version.id, poolId: pool?.id ?? null },
      source: 'staff' as const,
    })),
    ctx.now,
  );
  await savePeriodChanges(ctx, mergeChanges(changes));
  if (pool)
    await chargeJoining(
      ctx,
      ids.map((lineId) => ({ lineId, poolId: pool.id, version, at: ctx.now })),
    );
  const beginning = sims.filter((sim) => sim.lifecycle === 'blank' || sim.lifecycle === 'ready');
  const blank = sims.filter((sim) => sim.lifecycle === 'blank').map((sim) => sim.id);
  if (activatesAtAssignment(version))
    await activate(
      ctx,
      beginning.map((sim) => sim.id),
    );
  else await makeReady(ctx, blank);
  await settleBlocks(ctx, ids, version, offers);
}

/** A ready line keeps its wait where both plans are Super SIM's: their ready period is the same. */
function staysReady(
  sim: inventory.Sim,
  current: Period,
  before: catalog.PlanVersion | null,
  version: catalog.PlanVersion,
): boolean {
  return (
    sim.lifecycle === 'ready' &&
    current.kind === 'ready' &&
    before?.type === 'super_sim' &&
    version.type === 'super_sim'
  );
}

/** What begins for a line that was not blank. */
function begins(
  ctx: Ctx,
  sim: inventory.Sim,
  line: BilledLine,
  offer: Offer,
  contributed: boolean,
  ended: Pick<PeriodChanges, 'close' | 'adjustments'>,
): Partial<PeriodChanges> {
  const now = { ...line, ...offer, next: null, contributed };
  if (sim.lifecycle === 'active') return decideChangeNow(now, ended, ctx.now, newId(ctx));
  if (sim.lifecycle === 'ready' && !activatesAtAssignment(offer.version)) {
    return { ...decideReady(now, ctx.now, newId(ctx)), ...ended };
  }
  return {};
}

/** Blocks of a plan that is no longer on the line are lifted; a plan that starts with nothing to use starts blocked. */
async function settleBlocks(ctx: Ctx, ids: Id[], version: catalog.PlanVersion, offers: Map<Id, Offer>): Promise<void> {
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, ids, 'validity'), 'validity');
  const atFloor =
    version.type === 'paygo'
      ? await ledger.walletsAtFloor(ctx, [...new Set([...offers.values()].map((offer) => offer.payerId))])
      : new Set<Id>();
  const empty = ids.filter((id) => version.type === 'prepaid' || atFloor.has(offers.get(id)!.payerId));
  const blocked = new Set(empty);
  const free = ids.filter((id) => !blocked.has(id));
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, free, 'balance'), 'balance');
  await inventory.block(
    ctx,
    empty.map((lineId) => ({
      lineId,
      reason: 'balance',
      detail: version.type === 'prepaid' ? { allowanceBytes: '0', usedBytes: '0' } : { wallet: 'at its floor' },
    })),
  );
}

/** The recurring fees that these periods were charged, by themselves or by the wait before them; of what is still due, nothing was. */
async function borneBy(ctx: Ctx, periods: Period[]): Promise<Map<Id, Borne>> {
  if (periods.length === 0) return new Map();
  const waits = await store.listWaitsBefore(ctx, periods);
  const bearing = periods.map((period) => waits.get(period.id) ?? period);
  const fees = await store.listFees(ctx, { periodIds: bearing.map((p) => p.id), limit: bearing.length * 4 });
  const paid = new Map(fees.filter((fee) => fee.kind === 'recurring').map((fee) => [fee.periodId, fee.amountMicros]));
  return new Map(
    periods.map((period, i) => {
      const { id: periodId, startsAt: from } = bearing[i]!;
      return [period.id, { periodId, paidMicros: paid.get(periodId) ?? 0n, from }];
    }),
  );
}

const priceOf: PriceOf = (version, period, allowance) => priceFor(version)(period.usedBytes, allowance, period.totals);

/** Ends the lines' plan, which suspends them: now, or when their running period ends. */
export async function endPlan(
  ctx: Ctx,
  ids: Id[],
  { effective = 'now' }: Pick<AssignOptions, 'effective'> = {},
): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    await lockPoolsOf(ctx, ids);
    const sims = await inventory.lockSims(ctx, ids);
    const open = new Map((await store.listOpenPeriods(ctx, ids, true)).map((period) => [period.lineId, period]));
    if ([...open.values()].some((p) => p.endsAt !== null && p.endsAt <= ctx.now))
      throw new StalePeriod('another worker rolls these');
    const planned = await inventory.planVersionsOf(ctx, ids);
    const waits = (sim: inventory.Sim) =>
      effective === 'next_period' && planned.has(sim.id) && open.get(sim.id)?.kind === 'active';
    const later = sims.filter(waits);
    const now = sims.filter((sim) => !waits(sim));
    await settleChanges(
      ctx,
      sims.map((sim) => ({ lineId: sim.id, state: 'cancelled' as const, reason: 'the plan was ended' })),
    );
    await insertChanges(
      ctx,
      later.map((sim) => ({ lineId: sim.id, planId: null, planVersionId: null, poolId: null })),
    );
    const outcomes = await endNow(ctx, now);
    return ids.map((id) => {
      if (later.some((sim) => sim.id === id)) return { id, refusal: null };
      return outcomes.find((outcome) => outcome.id === id) ?? { id, refusal: refuse.notFound('sim') };
    });
  });
}

async function endNow(ctx: Ctx, sims: inventory.Sim[]): Promise<Outcome[]> {
  if (sims.length === 0) return [];
  const ends = sims.filter((sim) => sim.lifecycle === 'suspended' || inventory.canBecome(sim.lifecycle, 'suspended'));
  const ids = ends.map((sim) => sim.id);
  const lines = await billedLines(ctx, ends);
  const running = await store.listOpenPeriods(ctx, ids, true);
  const versions = await catalog.getVersions(ctx, [...new Set(running.map((period) => period.planVersionId))]);
  const paid = await borneBy(ctx, running);
  await savePeriodChanges(
    ctx,
    mergeChanges(
      running.map((period) => ({
        ...noChanges,
        ...decideEnd(lines.get(period.lineId)!, period, versions.get(period.planVersionId) ?? null, ctx.now, {
          borne: paid.get(period.id) ?? null,
          followed: false,
          price: priceOf,
        }),
      })),
    ),
  );
  const outcomes = await suspend(
    ctx,
    sims.map((sim) => sim.id),
    'plan ended',
  );
  await inventory.endAssignments(ctx, ids);
  return outcomes;
}

/** Takes back changes that wait. Returns the lines that had one. */
export async function cancelChanges(ctx: Ctx, ids: Id[]): Promise<Id[]> {
  return atomically(ctx, async (ctx) => {
    await inventory.lockSims(ctx, ids);
    return settleChanges(
      ctx,
      ids.map((lineId) => ({ lineId, state: 'cancelled' as const, reason: 'taken back' })),
    );
  });
}

/** The changes that lines wait for. */
export async function waitingChangesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, PlanChange>> {
  return reading(ctx, async (ctx) => new Map((await listWaitingChanges(ctx, ids)).map((c) => [c.lineId, c])));
}

/** Changes of a line, the newest first. */
export async function planChangesOf(ctx: Ctx, lineId: Id, page: { after?: Id; limit: number }): Promise<PlanChange[]> {
  return reading(ctx, (ctx) => listChanges(ctx, lineId, page));
}
