import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { saveAdjustments } from './adjustments.ts';
import { chargeFees } from './fees.ts';
import type { Period, PeriodChanges } from './model/period.ts';
import { contribute } from './pools/months.ts';
import { listPoolPeriods } from './pools/sql.ts';
import * as store from './sql.ts';

/** Lines of which the events are written as a sheet: from here on a rollover, and not somebody who waits for one line. */
const sheetFrom = 100;

/** A period was changed between our reading and our writing. The unit of work is decided again from a fresh load. */
export class StalePeriod extends Error {
  override name = 'StalePeriod';
  readonly code = '40001';
}

/**
 * Saves what was decided for any number of lines in a fixed number of statements: periods closed and opened, fees
 * charged and posted, contributions to pools, adjustments, blocks opened, data-limit blocks lifted where a period ended, and
 * the events of all that.
 *
 * @throws StalePeriod when a period to close was touched meanwhile.
 */
export async function savePeriodChanges(ctx: Ctx, changes: PeriodChanges): Promise<void> {
  const { close, open, fees } = changes;
  if (close.length > 0) {
    const closed = await store.closePeriods(ctx, close);
    if (closed !== close.length) throw new StalePeriod('a period to close was changed meanwhile');
  }
  if (open.length > 0) await store.insertPeriods(ctx, open).catch(refuseOverlap);
  const inSheet = close.length >= sheetFrom;
  // Of each line and period there are several events.
  const shown = { sim: remembering('sim'), period: remembering('period') };
  await emit(
    ctx,
    [
      ...close.map(
        (c): NewEvent => ({
          name: 'period.closed',
          subject: { type: 'sim', id: c.lineId },
          data: {
            sim: shown.sim(c.lineId),
            period: shown.period(c.id),
            kind: c.kind,
            endsAt: c.at.toISOString(),
          },
        }),
      ),
      ...open.map((period) => periodOpened(period, shown)),
    ],
    inSheet,
  );
  await chargeFees(ctx, fees, inSheet);
  await contribute(ctx, changes.contributions);
  await saveAdjustments(ctx, changes.adjustments);
  await inventory.block(ctx, changes.block);
  const limitsEnd = close.filter((c) => c.kind === 'active').map((c) => c.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, limitsEnd, 'data_limit'), 'data_limit');
  await stopAtPoolLimit(ctx, open);
}

/**
 * Who becomes active while its pool is at its limit gets no data either. A limit that is reached at this very moment is looked at
 * by the pool's review, which waits for these lines.
 */
async function stopAtPoolLimit(ctx: Ctx, open: Period[]): Promise<void> {
  const members = open.filter((period) => period.kind === 'active' && period.poolId !== null);
  if (members.length === 0) return;
  const poolIds = [...new Set(members.map((period) => period.poolId!))];
  const months = await listPoolPeriods(ctx, { poolIds, open: true, limit: poolIds.length });
  const full = months.filter((month) => month.dataLimitBytes !== null && month.limitUsedBytes >= month.dataLimitBytes);
  await inventory.block(
    ctx,
    full.flatMap(({ poolId, dataLimitBytes, limitUsedBytes }) =>
      members
        .filter((member) => member.poolId === poolId)
        .map(({ lineId }) => ({
          ...{ lineId, reason: 'data_limit' as const },
          detail: { limitBytes: String(dataLimitBytes), limitFrom: 'pool', usedBytes: String(limitUsedBytes) },
        })),
    ),
  );
}

/** The database's own word on overlaps: the clock was moved past a period while this work still stood before it. */
function refuseOverlap(error: unknown): never {
  if ((error as { code?: string }).code !== '23P01') throw error;
  throw refuse.conflict('period.moved', 'The billing period of this SIM changed meanwhile. Try again.');
}

type Shown = Record<'sim' | 'period', (id: Id) => string>;

function remembering(kind: 'sim' | 'period'): (id: Id) => string {
  const known = new Map<Id, string>();
  return (id) => {
    let text = known.get(id);
    if (text === undefined) {
      text = publicId(kind, id);
      known.set(id, text);
    }
    return text;
  };
}

function periodOpened(period: Period, shown: Shown): NewEvent {
  return {
    name: 'period.opened',
    subject: { type: 'sim', id: period.lineId },
    data: {
      sim: shown.sim(period.lineId),
      period: shown.period(period.id),
      kind: period.kind,
      startsAt: period.startsAt.toISOString(),
      endsAt: period.endsAt?.toISOString() ?? null,
    },
  };
}
