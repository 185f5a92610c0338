import type { z } from 'zod';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, toHex } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { lastSeenAt, loadFacts, type SimFacts } from './facts.ts';
import { planStateOf } from './plan-state.ts';
import type { SimReply, SimRow } from './schemas.ts';
import { SimReply as reply } from './schemas.ts';
import { showSession } from './sessions.ts';
import { showBlock, statusReason } from './words.ts';

const dayMs = 86_400_000;

/** A SIM as a row of a list. */
export function showRow(facts: SimFacts, now: Date): z.output<typeof SimRow> {
  const { sim, period, limit } = facts;
  return {
    ...sim,
    superSimSid: `HS${toHex(sim.id)}`,
    status: facts.status,
    statusReason: statusReason(facts),
    blocks: facts.blocks,
    online: facts.telecom?.connector === 'none' ? null : facts.online,
    telecom: { id: sim.telecomId, name: facts.telecom?.name ?? '' },
    company: facts.company,
    fleet: facts.fleet,
    plan: facts.plan,
    pool: facts.pool && showPool(facts.pool, now),
    registered: sim.registeredAt !== null,
    usedBytes: period?.usedBytes ?? 0n,
    // The limit of a pool is told with the pool: it is not of this SIM's own usage.
    limitBytes: limit?.limitFrom === 'pool' ? null : (limit?.limitBytes ?? null),
    ...whatIsLeft(facts, now),
    monthBytes: facts.monthBytes,
    lastSeenAt: lastSeenAt(facts),
  };
}

/** Data and days: of the pool, of a prepaid balance, or of the allowance of the period. */
function whatIsLeft(
  { pool, plan, period }: SimFacts,
  now: Date,
): { leftBytes: bigint | null; daysLeft: number | null } {
  if (pool?.month) return { leftBytes: periods.leftOf(pool.month), daysLeft: daysUntil(pool.month.endsAt, now) };
  // A prepaid line whose days are over has none, until the next refill.
  if (!period) return plan?.type === 'prepaid' ? { leftBytes: 0n, daysLeft: 0 } : { leftBytes: null, daysLeft: null };
  // What is used while a line waits for its first usage is free.
  const leftBytes = period.kind === 'ready' ? period.allowanceBytes : periods.leftOf(period);
  return { leftBytes, daysLeft: period.endsAt ? daysUntil(period.endsAt, now) : null };
}

function daysUntil(at: Date, now: Date): number {
  return Math.max(0, Math.ceil((at.getTime() - now.getTime()) / dayMs));
}

/** What a member may use together with the others. */
function showPool({ id, name, month }: NonNullable<SimFacts['pool']>, now: Date) {
  return {
    id,
    name,
    allowanceBytes: month?.allowanceBytes ?? 0n,
    leftBytes: month ? (periods.leftOf(month) ?? 0n) : 0n,
    daysLeft: month ? daysUntil(month.endsAt, now) : 0,
  };
}

export async function showRows(ctx: Ctx, sims: inventory.Sim[]): Promise<z.output<typeof SimRow>[]> {
  return (await loadFacts(ctx, sims)).map((facts) => showRow(facts, ctx.now));
}

/** One SIM with all that is known of it. Refuses `sim.not_found`. */
export async function readSim(ctx: Ctx, id: Id): Promise<z.output<typeof SimReply>> {
  return reading(ctx, async (ctx) => {
    const sim = await inventory.getSim(ctx, id);
    const [facts] = await loadFacts(ctx, [sim]);
    const last = (await periods.latestPeriodsOf(ctx, [id])).get(id);
    const [period = null] = await periods.showPeriods(ctx, last ? [last] : []);
    const endUser = await holderOf(ctx, sim);
    return { ...showRow(facts!, ctx.now), ...showDetail(facts!), ...(await planStateOf(ctx, facts!)), endUser, period };
  });
}

async function holderOf(ctx: Ctx, { endUserId }: inventory.Sim): Promise<{ id: Id; name: string } | null> {
  const holder = endUserId && (await ownersOf(ctx, [endUserId])).get(endUserId);
  return holder ? { id: holder.id, name: holder.name } : null;
}

type Detail = Omit<
  z.output<typeof SimReply>,
  keyof z.output<typeof SimRow> | 'planSince' | 'planChange' | 'prepaid' | 'endUser' | 'period'
>;

function showDetail(facts: SimFacts): Detail {
  const { sim, link, telecom, session } = facts;
  return {
    eid: sim.eid,
    imeiSeenAt: sim.imeiSeenAt,
    registeredAt: sim.registeredAt,
    updatedAt: sim.updatedAt,
    dataLimitBytes: sim.dataLimitBytes,
    carrier: {
      connector: link?.connector ?? telecom?.connector ?? 'none',
      link: link?.link ?? 'none',
      linkReason: link?.linkReason ?? null,
      desired: link?.desired ?? null,
      reported: link?.reported ?? null,
      outstanding: link?.outstanding ?? null,
    },
    blocksDetail: facts.blocks.map(showBlock),
    suspension: facts.suspension,
    session: session && showSession(session),
  };
}

/** How the rooms whose routes change a SIM answer with one. */
export const simView: inventory.SimView = { reply, read: readSim, leave: periods.leaveAccount };
