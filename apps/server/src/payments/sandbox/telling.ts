import type { Ctx } from '../../kit/ctx.ts';
import type { Charge } from './model.ts';
import { disputeNotices, noticeOf } from './notices.ts';
import * as store from './sql.ts';

/** Has the webhook told of a charge, after so many seconds each time; and of what its holder's bank will have to say. */
export async function tellOf(ctx: Ctx, charge: Charge, tells: readonly number[]): Promise<void> {
  const at = (seconds: number) => new Date(ctx.now.getTime() + seconds * 1000);
  await store.addNotices(ctx, noticeOf(charge), tells.map(at));
  for (const { payload, after } of disputeNotices(charge)) await store.addNotices(ctx, payload, [at(after)]);
}
