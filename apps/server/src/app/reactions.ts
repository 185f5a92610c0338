import * as charging from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import type { PlacedEvent } from '../kit/relay.ts';

/** Lines looked at in one piece of work; a fleet of a million is a thousand pieces. */
const chunk = 1000;

/** All action at a distance, on one page: which event makes what happen in which room. */
export async function react(ctx: Ctx, event: PlacedEvent): Promise<void> {
  switch (event.name) {
    case 'fleet.limit_changed':
      return reconsiderFleet(ctx, event.subjectId);
    case 'sim.updated': {
      const fields = event.data.fields as string[];
      if (fields.some((field) => field === 'dataLimitBytes' || field === 'fleetId')) {
        await charging.reconsiderLimits(ctx, [event.subjectId]);
      }
      return;
    }
    default:
  }
}

/**
 * A suspended line keeps its period and its block, so a new limit is for it too; and a ready line may be in the middle of
 * becoming active, by a batch that blocks it at the old limit.
 */
async function reconsiderFleet(ctx: Ctx, fleetId: Id): Promise<void> {
  let after: Id | undefined;
  do {
    const sims = await inventory.listSims(
      ctx,
      { fleetId, lifecycle: ['ready', 'active', 'suspended'] },
      { after, limit: chunk },
    );
    await charging.reconsiderLimits(
      ctx,
      sims.map((sim) => sim.id),
    );
    after = sims.length === chunk ? sims.at(-1)!.id : undefined;
  } while (after);
}
