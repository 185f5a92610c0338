import type { z } from 'zod';
import * as carriers from '../../carriers/index.ts';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { amount } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import type { MemberReply } from './schemas.ts';

/** The state of a SIM that the list of members needs, in three statements for a page. */
async function statusesOf(ctx: Ctx, sims: inventory.Sim[]): Promise<Map<Id, inventory.ShownStatus>> {
  const ids = sims.map((sim) => sim.id);
  const links = await carriers.linkOf(ctx, ids);
  const blocks = await inventory.openBlocksOf(ctx, ids);
  return new Map(
    sims.map((sim) => {
      const link = links.get(sim.id);
      const waits = link?.outstanding;
      return [
        sim.id,
        inventory.shownStatus({
          lifecycle: sim.lifecycle,
          link: link?.link ?? 'none',
          pending: waits?.kind === 'set_state' && waits.cause === 'lifecycle',
          openBlocks: (blocks.get(sim.id) ?? []).map((block) => block.reason),
        }),
      ];
    }),
  );
}

export type MemberPage = { search?: string; limit: number };
/** A line in a pool from one instant to another; `id` is that of the assignment that ended. */
export type Found = { id: Id | null; lineId: Id; planId: Id; startsAt: Date; endsAt: Date | null; usedBytes: bigint };
export type ShownMember = z.output<typeof MemberReply>;

/** Members of a pool now, whoever used most of its running month first. */
export async function findMembers(
  ctx: Ctx,
  poolId: Id,
  page: MemberPage & { after?: { usedBytes: bigint; lineId: Id } },
): Promise<Found[]> {
  return reading(ctx, async (ctx) => {
    await pools.getPool(ctx, poolId);
    const month = (await latestMonth(ctx, poolId)) ?? noMonth(ctx);
    const found = await periods.membersByUse(ctx, poolId, month, page);
    return found.map((member) => ({ ...member, id: null, endsAt: null }));
  });
}

/** Lines that were members and left, the last that joined first. */
export async function findPastMembers(
  ctx: Ctx,
  poolId: Id,
  page: MemberPage & { after?: { startsAt: Date; id: Id } },
): Promise<(Found & { id: Id })[]> {
  return reading(ctx, async (ctx) => {
    await pools.getPool(ctx, poolId);
    const month = (await latestMonth(ctx, poolId)) ?? noMonth(ctx);
    const past = await inventory.pastMembers(ctx, poolId, page);
    const lineIds = [...new Set(past.map((one) => one.lineId))];
    const used = await periods.usedOfMonth(ctx, poolId, month, lineIds);
    return past.map((one) => ({ ...one, usedBytes: used.get(one.lineId) ?? 0n }));
  });
}

/** The month that runs, or the last one. */
async function latestMonth(ctx: Ctx, poolId: Id): Promise<periods.PoolPeriod | null> {
  return (await periods.poolMonths(ctx, { poolId, limit: 1 }))[0] ?? null;
}

function noMonth({ now }: Ctx) {
  return { startsAt: now, endsAt: now };
}

/** A page of members with all that stands beside them, in a fixed number of statements. */
export async function showMembers(ctx: Ctx, poolId: Id, found: Found[]): Promise<ShownMember[]> {
  if (found.length === 0) return [];
  return reading(ctx, async (ctx) => {
    const month = await latestMonth(ctx, poolId);
    const lineIds = [...new Set(found.map((member) => member.lineId))];
    const sims = await inventory.listSims(ctx, { ids: lineIds }, { limit: lineIds.length });
    const simOf = new Map(sims.map((sim) => [sim.id, sim]));
    const statuses = await statusesOf(ctx, sims);
    const plans = await catalog.plansOf(ctx, [...new Set(found.map((member) => member.planId))]);
    const brought = month && (await periods.contributionsOf(ctx, month.id, lineIds));
    return found.flatMap((member): ShownMember[] => {
      const sim = simOf.get(member.lineId);
      // One that went to another company since is not for this company's staff to see.
      if (!sim) return [];
      const contribution = brought?.get(member.lineId);
      return [
        {
          sim: { id: sim.id, iccid: sim.iccid, uniqueName: sim.uniqueName, status: statuses.get(sim.id)! },
          plan: { id: member.planId, name: plans.get(member.planId)?.name ?? '' },
          joinedAt: member.startsAt,
          leftAt: member.endsAt,
          usedBytes: member.usedBytes,
          share: month && month.usedBytes > 0n ? percentOf(member.usedBytes, month.usedBytes) : null,
          contribution: contribution
            ? {
                allowanceBytes: contribution.allowanceBytes,
                fee: amount(contribution.feeMicros, month!.terms.currency),
              }
            : null,
        },
      ];
    });
  });
}

/** `12.5`: one decimal, cut off. */
function percentOf(part: bigint, whole: bigint): string {
  const tenths = (part * 1000n) / whole;
  return `${tenths / 10n}.${tenths % 10n}`;
}
