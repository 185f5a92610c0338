import type { Ctx } from '../../kit/ctx.ts';
import { endUndecided } from './adjustments/service.ts';
import { endDueHolds } from './holds/service.ts';
import { expireDue } from './parts/expire.ts';

/** Ends what has an end: holds, which may free what has expired, parts, and what nobody has decided. Returns how many ended. */
export async function endDue(ctx: Ctx): Promise<number> {
  return (await endDueHolds(ctx)) + (await expireDue(ctx)) + (await endUndecided(ctx));
}
