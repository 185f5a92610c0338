import type * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { holdForFees } from '../due-fees/collect.ts';
import { billedLines } from '../lines.ts';
import { decideMove } from '../model/assignment.ts';
import { mergeChanges } from '../model/period.ts';
import { savePeriodChanges } from '../save.ts';
import { catchUp, lockPoolsOf } from '../service.ts';
import { settleBlocks } from './blocks.ts';
import { endNow } from './end.ts';
import { priceOf, runningOf } from './running.ts';
import { judgePlaced } from './target.ts';
import { settle } from './waiting.ts';

/**
 * What becomes of the plan of lines that go to another account, in the database transaction that moves them and before it does.
 * What the old account pays ends at this instant, so that nobody is charged for what another uses, and a change of plan that waited
 * for the end of its period is taken back. The plan stays where the new account can have it; else (a pool of the old account, a
 * plan for other companies, another currency, no wallet) it ends, which suspends the line. An active line does not move.
 */
export async function leaveAccount(ctx: Ctx, ids: Id[], companyId: Id | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    await lockPoolsOf(ctx, ids);
    const sims = (await inventory.lockSims(ctx, ids)).filter(
      (sim) => sim.companyId !== companyId && ['blank', 'ready', 'suspended'].includes(sim.lifecycle),
    );
    if (sims.length === 0) return;
    const lineIds = sims.map((sim) => sim.id);
    const going = new Map(sims.map((sim) => [sim.id, { ...sim, companyId }]));
    await settle(
      ctx,
      lineIds.map((lineId) => ({ lineId, state: 'cancelled', reason: 'the SIM went to another account' })),
    );
    const planned = await inventory.openAssignmentsOf(ctx, lineIds);
    const refusals = await judgePlaced(
      ctx,
      [...planned.values()].map(({ lineId: id, planId, planVersionId, poolId }) => {
        const { telecomId } = going.get(id)!;
        return { id, companyId, telecomId, planId, planVersionId, poolId };
      }),
    );
    const running = await runningOf(ctx, lineIds, true);
    await endNow(
      ctx,
      sims.filter((sim) => refusals.has(sim.id)),
      running,
      'moved to another account',
    );
    await goOn(
      ctx,
      sims.filter((sim) => planned.has(sim.id) && !refusals.has(sim.id)),
      going,
      running,
    );
    await holdForFees(ctx, [...going.values()]);
  });
}

type Going = Map<Id, inventory.Sim>;

/** Lines that keep their plan: from now on the new account pays. */
async function goOn(
  ctx: Ctx,
  sims: inventory.Sim[],
  going: Going,
  running: Awaited<ReturnType<typeof runningOf>>,
): Promise<void> {
  if (sims.length === 0) return;
  const lines = await billedLines(ctx, sims);
  const after = await billedLines(
    ctx,
    sims.map((sim) => going.get(sim.id)!),
  );
  const ofLine = (id: Id) => {
    const now = after.get(id)!;
    return { ...now, version: now.version as catalog.PlanVersion };
  };
  await savePeriodChanges(
    ctx,
    mergeChanges(
      sims.map(({ id }) => {
        return decideMove(lines.get(id)!, ofLine(id), running.get(id) ?? null, ctx.now, newId(ctx), priceOf);
      }),
    ),
  );
  // Wallets alone: a prepaid balance went along, with the block that it has.
  const ofWallets = sims.map(({ id }) => ofLine(id)).filter(({ version }) => version.type === 'paygo');
  await settleBlocks(
    ctx,
    ofWallets.map(({ id, version, payerId }) => ({ lineId: id, version, payerId, balanceBytes: 0n })),
  );
}
