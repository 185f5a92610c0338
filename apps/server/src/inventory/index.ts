import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Block, PlanAssignment, Sim } from './model.ts';
import * as counts from './sql/counts.ts';
import type { Counted, SimFilter } from './sql/filter.ts';
import * as listing from './sql/listing.ts';
import * as sims from './sql/sims.ts';
import * as states from './sql/states.ts';

export { rowOf, simTable } from './csv.ts';
export {
  type Block,
  type BlockReason,
  canBecome,
  effectiveDataLimit,
  type Fleet,
  type Lifecycle,
  liftedByWhat,
  type NetworkAccessProfile,
  type PlanAssignment,
  type ShownStatus,
  type Sim,
  type SuperSimStatus,
  shownStatus,
  shownStatuses,
  superSimStatus,
  usageAllowed,
} from './model.ts';
export { accountOf, inventoryRoutes, Labels, naming, ShownStatusName, type SimView } from './routes/index.ts';
export { activationCodesOf, noEsimInStock, noteEids, type ReservedEsim, reserveEsim } from './service/esims.ts';
export {
  createFleet,
  createProfile,
  type FleetPatch,
  getFleet,
  getProfile,
  listFleets,
  listProfiles,
  type NewFleet,
  updateFleet,
  updateProfile,
} from './service/fleets.ts';
export { simImport } from './service/import.ts';
export { type IntakeResult, takeIn } from './service/intake.ts';
export { labelSims, type ManyOutcome, moveToFleet, nameSims } from './service/many.ts';
export { findByName, findTakenNames } from './service/names.ts';
export {
  type AddedSim,
  addSims,
  assign,
  endAssignments,
  getSim,
  putOn,
  register,
  registerByCode,
  registrationRefusals,
  revealRegistrationCode,
  type SimPatch,
  type SimToAdd,
  updateSim,
} from './service/sims.ts';
export { block, moveLifecycle, unblock } from './service/states.ts';
export {
  type ChargedSim,
  countUnchanged,
  findChargedSims,
  fleetsOf,
  noteImei,
  type SimNames,
  tellLowData,
} from './sql/charging.ts';
export { countBound, type Facet, type StatusCount } from './sql/counts.ts';
export type { Counted, SimFilter } from './sql/filter.ts';
export { holdersOf } from './sql/holders.ts';
export {
  countMembers,
  memberCondition,
  memberIds,
  memberLines,
  type PastMember,
  pastMembers,
} from './sql/members.ts';
export { findByNumber } from './sql/numbers.ts';
export { linesBlockedBy, lockToRoll, type Planned, planVersionsOf, type SimToRoll } from './sql/rolling.ts';
export { findBlock, listLinesOfPool, listPoolMembers, type NewAssignment, type Suspension } from './sql/states.ts';

export async function listSims(ctx: Ctx, filter: SimFilter, page: listing.SimPage): Promise<Sim[]> {
  return reading(ctx, (ctx) => listing.listSims(ctx, filter, page));
}

/** How many SIMs match, by shown status, from counts that are kept; a search is counted up to `countBound`. */
export async function countByStatus(
  ctx: Ctx,
  filter: SimFilter,
): Promise<{ counts: counts.StatusCount[]; exact: boolean }> {
  return reading(ctx, (ctx) => counts.countByStatus(ctx, filter));
}

/** How many SIMs match; a search is counted up to `countBound`. */
export async function countSims(ctx: Ctx, filter: SimFilter): Promise<number> {
  return reading(ctx, (ctx) => counts.countSims(ctx, filter));
}

/** How many SIMs each value of these facets would show; null where the filter is a search. */
export async function countFacets(ctx: Ctx, filter: SimFilter, facets: Counted[]): Promise<counts.Facet[] | null> {
  return reading(ctx, (ctx) => counts.countFacets(ctx, filter, facets));
}

/** Keeps counting short: adds up what changes have appended since the last time. */
export async function foldCounts(ctx: Ctx): Promise<number> {
  return atomically(ctx, (ctx) => counts.foldCounts(ctx));
}

/** Locks lines in the one lock order, for a use case of a room above; `skip` leaves out those that somebody has. */
export async function lockSims(ctx: Ctx, ids: Id[], others: 'wait' | 'skip' = 'wait'): Promise<Sim[]> {
  return sims.lockSims(ctx, ids, others);
}

export async function openAssignmentsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, PlanAssignment>> {
  return reading(
    ctx,
    async (ctx) => new Map((await states.listOpenAssignments(ctx, lineIds)).map((a) => [a.lineId, a])),
  );
}

/** What a line was and is on, the newest first. */
export async function assignmentHistory(
  ctx: Ctx,
  lineId: Id,
  page: { before?: { startsAt: Date; id: Id }; limit: number },
): Promise<PlanAssignment[]> {
  return reading(ctx, (ctx) => states.listAssignments(ctx, lineId, page));
}

export async function openBlocksOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Block[]>> {
  return reading(ctx, async (ctx) => {
    const all = new Map<Id, Block[]>();
    for (const block of await states.listOpenBlocks(ctx, lineIds)) {
      all.set(block.lineId, [...(all.get(block.lineId) ?? []), block]);
    }
    return all;
  });
}

export async function openSuspensionsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, states.Suspension>> {
  return reading(
    ctx,
    async (ctx) => new Map((await states.listOpenSuspensions(ctx, lineIds)).map((s) => [s.lineId, s])),
  );
}

/** How many lines are on each of these plans, of those the caller may see. */
export async function countByPlan(ctx: Ctx, planIds: Id[]): Promise<Map<Id, number>> {
  if (planIds.length === 0) return new Map();
  return reading(
    ctx,
    async (ctx) => new Map((await counts.countGrouped(ctx, 'plan', planIds)).map((c) => [c.id, c.sims])),
  );
}

export async function suspensionHistory(ctx: Ctx, lineId: Id, limit: number): Promise<states.Suspension[]> {
  return reading(ctx, (ctx) => states.listSuspensions(ctx, lineId, limit));
}

/** Opens the suspension records of lines that a room above moves to `suspended`. */
export async function openSuspensions(ctx: Ctx, lineIds: Id[], reason: string): Promise<void> {
  await states.openSuspensions(ctx, lineIds, reason);
}

export async function liftSuspensions(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await states.liftSuspensions(ctx, lineIds);
}
