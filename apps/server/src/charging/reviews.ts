import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import { reconsiderLimits } from './limits.ts';

/**
 * Members looked at in one database transaction. A batch that blocks one of them, because it used more, waits for its end: a tenth of
 * a second or two, which ten thousand members are not.
 */
const membersAtOnce = 200;

/** Before the first member: no id is below it. */
const start = '00000000-0000-0000-0000-000000000000';

/**
 * Looks at the members of pools whose limit was reached, changed, or begins anew with a month: blocks and releases them, at most
 * `pieces` pieces, each in a database transaction of its own. Returns how many pieces it did; safe to repeat and to stop anywhere.
 */
export async function reviewPools(ctx: Ctx, pieces: number): Promise<number> {
  let done = 0;
  while (done < pieces && (await atomically(ctx, reviewPiece))) done += 1;
  return done;
}

async function reviewPiece(ctx: Ctx): Promise<boolean> {
  const asked = await pools.findReview(ctx);
  if (asked) {
    // A batch that still knows the old limit is waited for; every later one asks for a review when it comes to the new.
    await periods.lockOpenPoolPeriods(ctx, [asked.poolId]);
    await pools.beginReview(ctx, asked.id, start);
    return true;
  }
  const review = await pools.lockReview(ctx);
  if (!review) return false;
  const { id, poolId, after } = review;
  const members = await inventory.memberIds(ctx, poolId, { after, limit: membersAtOnce });
  await reconsiderLimits(ctx, members);
  await pools.moveReview(ctx, id, members.length === membersAtOnce ? members.at(-1)! : null);
  return true;
}
