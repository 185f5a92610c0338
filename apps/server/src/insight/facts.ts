import * as carriers from '../carriers/index.ts';
import * as catalog from '../catalog/index.ts';
import * as charging from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, toHex } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import * as tenancy from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { latestOf, monthOf } from './calendar.ts';

/** What the rooms know of one SIM now. */
export type SimFacts = {
  sim: inventory.Sim;
  status: inventory.ShownStatus;
  link: carriers.LineLink | null;
  /** The change of lifecycle that waits for the carrier. */
  pending: NonNullable<carriers.LineLink['outstanding']> | null;
  telecom: carriers.Telecom | null;
  company: { id: Id; name: string } | null;
  fleet: { id: Id; name: string; dataEnabled: boolean | null } | null;
  plan: Pick<catalog.Plan, 'id' | 'name' | 'type'> | null;
  /** The pool whose data it shares, with its running month. */
  pool: { id: Id; name: string; month: periods.PoolPeriod | null } | null;
  blocks: inventory.Block[];
  suspension: inventory.Suspension | null;
  /** The open one. */
  period: periods.Period | null;
  limit: charging.DataLimit | null;
  monthBytes: bigint;
  online: boolean;
  /** The open session, or the last one. */
  session: usage.Session | null;
  attachment: usage.Attachment | null;
};

/** Gathers the facts of a page of SIMs: a fixed number of statements, however many SIMs they are. */
export async function loadFacts(ctx: Ctx, sims: inventory.Sim[]): Promise<SimFacts[]> {
  if (sims.length === 0) return [];
  return reading(ctx, async (ctx) => {
    const ids = sims.map((sim) => sim.id);
    const links = await carriers.linkOf(ctx, ids);
    const telecoms = await carriers.telecomsOf(
      ctx,
      distinct(sims, (sim) => sim.telecomId),
    );
    const companies = await tenancy.companyNamesOf(
      ctx,
      distinct(sims, (sim) => sim.companyId),
    );
    const fleetIds = distinct(sims, (sim) => sim.fleetId);
    const fleets = await inventory.listFleets(ctx, { ids: fleetIds }, { limit: fleetIds.length });
    const assignments = await inventory.openAssignmentsOf(ctx, ids);
    const plans = await catalog.plansOf(
      ctx,
      distinct([...assignments.values()], (assignment) => assignment.planId),
    );
    const poolIds = distinct([...assignments.values()], (assignment) => assignment.poolId);
    const shared = await sharedPools(ctx, poolIds);
    const blocks = await inventory.openBlocksOf(ctx, ids);
    const suspensions = await inventory.openSuspensionsOf(ctx, ids);
    const open = await periods.listOpenPeriods(ctx, ids, false);
    const limits = await charging.dataLimitsOf(ctx, ids);
    const month = await usage.usageSince(ctx, ids, monthOf(ctx.now, ctx.organization.timeZone).from);
    const live = await usage.openSessionsOf(ctx, ids);
    const latest = await usage.latestSessionsOf(ctx, ids);
    const attachments = await usage.attachmentsOf(ctx, ids);

    const fleetById = new Map(fleets.map((fleet) => [fleet.id, fleet]));
    const periodByLine = new Map(open.map((period) => [period.lineId, period]));
    const liveByLine = new Map(live.map((session) => [session.lineId, session]));
    return sims.map((sim): SimFacts => {
      const link = links.get(sim.id) ?? null;
      const pending = pendingOf(link);
      const own = blocks.get(sim.id) ?? [];
      return {
        sim,
        status: inventory.shownStatus({
          lifecycle: sim.lifecycle,
          link: link?.link ?? 'none',
          pending: pending !== null,
          openBlocks: own.map((block) => block.reason),
        }),
        link,
        pending,
        telecom: telecoms.get(sim.telecomId) ?? null,
        company: sim.companyId ? { id: sim.companyId, name: companies.get(sim.companyId) ?? '' } : null,
        fleet: sim.fleetId ? shownFleet(sim.fleetId, fleetById.get(sim.fleetId)) : null,
        plan: plans.get(assignments.get(sim.id)?.planId ?? '') ?? null,
        pool: shared.get(assignments.get(sim.id)?.poolId ?? '') ?? null,
        blocks: own,
        suspension: suspensions.get(sim.id) ?? null,
        period: periodByLine.get(sim.id) ?? null,
        limit: limits.get(sim.id) ?? null,
        monthBytes: month.get(sim.id)?.bytes ?? 0n,
        online: liveByLine.has(sim.id),
        session: liveByLine.get(sim.id) ?? latest.get(sim.id) ?? null,
        attachment: attachments.get(sim.id) ?? null,
      };
    });
  });
}

/** Pools with their running months; no statement where no SIM of the page shares one. */
async function sharedPools(ctx: Ctx, ids: Id[]): Promise<Map<Id, NonNullable<SimFacts['pool']>>> {
  if (ids.length === 0) return new Map();
  const known = await pools.poolsOf(ctx, ids);
  const months = await periods.poolMonths(ctx, { poolIds: ids, open: true, limit: ids.length });
  const monthOf = new Map(months.map((month) => [month.poolId, month]));
  return new Map([...known].map(([id, { pool }]) => [id, { id, name: pool.name, month: monthOf.get(id) ?? null }]));
}

/** A fleet without a name is called by its SID. One that is not the caller's to see keeps its settings to itself. */
function shownFleet(id: Id, fleet: inventory.Fleet | undefined): SimFacts['fleet'] {
  return { id, name: fleet?.uniqueName ?? `HF${toHex(id)}`, dataEnabled: fleet?.dataEnabled ?? null };
}

function pendingOf(link: carriers.LineLink | null): SimFacts['pending'] {
  const waiting = link?.outstanding;
  return waiting && waiting.kind === 'set_state' && waiting.cause === 'lifecycle' ? waiting : null;
}

function distinct<T>(items: T[], of: (item: T) => Id | null): Id[] {
  return [...new Set(items.flatMap((item) => of(item) ?? []))];
}

/** When the network last said anything of a SIM: a session's packet, or a wish to attach. */
export function lastSeenAt({ session, attachment }: Pick<SimFacts, 'session' | 'attachment'>): Date | null {
  return latestOf(session?.lastReceivedAt, attachment?.acceptedAt, attachment?.rejectedAt);
}
