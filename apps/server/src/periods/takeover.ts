import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, newId } from '../kit/ids.ts';
import { billedLines } from './lines.ts';
import { anchorAt, anchorOfMonth } from './model/calendar.ts';
import { emptyPeriod } from './model/opening.ts';
import { type BilledLine, noChanges, type Period } from './model/period.ts';
import { savePeriodChanges } from './save.ts';

/** A period that another vendor began. `endsAt` null: a ready period without an end. */
export type BegunElsewhere = { kind: 'ready' | 'active'; startsAt: Date; endsAt: Date | null; usedBytes: bigint };

/** A blank line as it stands at another vendor. */
export type LineElsewhere = { id: Id; to: 'ready' | 'active' | 'suspended'; period: BegunElsewhere | null };

/**
 * Lines come from another vendor in the middle of their periods: each goes on in its own, with its end, and with what was used in it
 * counted for the data limit and for the end of a ready period. No fee is charged and nothing is booked for it: the vendor was
 * paid. Its end is ours: the next period follows by the same rules as any other, with its fee.
 *
 * Part of a larger use case, on lines that are blank and, where they have a period, on a Super SIM plan. Their carriers are told nothing.
 */
export async function takeOver(ctx: Ctx, lines: LineElsewhere[], reason: string): Promise<void> {
  if (lines.length === 0) return;
  const ids = lines.map((line) => line.id);
  const sims = await inventory.lockSims(ctx, ids);
  const billed = await billedLines(ctx, sims);
  const open = lines.flatMap(({ id, period }) => (period ? [periodFrom(ctx, billed.get(id)!, period)] : []));
  await savePeriodChanges(ctx, { ...noChanges, open });
  await inventory.moveLifecycle(
    ctx,
    lines.map(({ id, to }) => ({ lineId: id, from: 'blank', to, at: ctx.now })),
    'held',
  );
  const suspended = lines.filter((line) => line.to === 'suspended').map((line) => line.id);
  if (suspended.length > 0) await inventory.openSuspensions(ctx, suspended, reason);
}

function periodFrom(ctx: Ctx, line: BilledLine, { kind, startsAt, endsAt, usedBytes }: BegunElsewhere): Period {
  const { version } = line;
  assert(version?.type === 'super_sim', 'a line with a period of a Super SIM account is on a Super SIM plan');
  const anchor = kind === 'active' ? anchorOfMonth({ startsAt, endsAt: endsAt! }) : anchorAt(startsAt, 'UTC');
  return {
    ...emptyPeriod(newId(ctx), { ...line, version }, anchor),
    ...{ kind, startsAt, endsAt, takenOverBytes: usedBytes, limitUsedBytes: usedBytes },
    payerId: kind === 'active' ? line.payerId : null,
    allowanceBytes: kind === 'active' ? version.allowanceBytes : null,
  };
}
