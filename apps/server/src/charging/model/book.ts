import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import type { Period, PeriodChanges, PoolPeriod } from '../../periods/index.ts';
import type { World } from './decide.ts';

/** The periods of a batch's lines, as they change while it is decided. */
export class PeriodBook {
  private readonly byLine = new Map<Id, Period[]>();

  constructor(periods: Period[]) {
    for (const period of periods) this.add({ ...period });
  }

  private add(period: Period): void {
    const known = this.byLine.get(period.lineId);
    if (known) known.push(period);
    else this.byLine.set(period.lineId, [period]);
  }

  /** The period that contains the instant. */
  at(lineId: Id, at: Date): Period | undefined {
    return this.byLine.get(lineId)?.find((p) => p.startsAt <= at && (p.endsAt === null || at < p.endsAt));
  }

  /** The first active period that begins there or later. */
  firstActiveAfter(lineId: Id, at: Date): Period | undefined {
    return this.byLine
      .get(lineId)
      ?.filter((p) => p.kind === 'active' && p.startsAt >= at)
      .reduce<Period | undefined>(
        (first, p) => (first === undefined || p.startsAt < first.startsAt ? p : first),
        undefined,
      );
  }

  openActive(lineId: Id): Period | undefined {
    return this.byLine.get(lineId)?.find((p) => p.kind === 'active' && p.state === 'open');
  }

  /** The ready period is cut where the active one begins, which is returned. */
  activate(ready: Period, changes: PeriodChanges): Period {
    const [opened] = changes.open;
    assert(opened, 'an activation out of a ready period opens an active one');
    ready.state = 'closed';
    ready.endsAt = opened.startsAt;
    ready.version += 1n;
    const active = { ...opened };
    this.add(active);
    return active;
  }
}

/** The months of pools, as they fill up while a batch is decided. */
export class PoolBook {
  private readonly byPool = new Map<Id, PoolPeriod[]>();

  constructor(pools: PoolPeriod[]) {
    for (const pool of pools) {
      const known = this.byPool.get(pool.poolId);
      if (known) known.push({ ...pool });
      else this.byPool.set(pool.poolId, [{ ...pool }]);
    }
  }

  /**
   * The month that contains the instant. The open one for usage that comes after that month is invoiced, that has no month, or
   * that is late where the organization wants late usage in the current period.
   */
  at(poolId: Id, at: Date, late: boolean, lateUsage: World['lateUsage']): PoolPeriod | null {
    const months = this.byPool.get(poolId) ?? [];
    const own = months.find((month) => month.startsAt <= at && at < month.endsAt);
    const open = months.find((month) => month.state === 'open') ?? null;
    if (late && lateUsage === 'current_period' && open) return open;
    if (own && own.invoicedAt === null) return own;
    return own || late ? open : null;
  }

  /** A member that becomes active here brings what it contributes. */
  join({ contributions }: PeriodChanges): void {
    for (const { poolId, allowanceBytes } of contributions) {
      const open = this.byPool.get(poolId)?.find((month) => month.state === 'open');
      if (open) open.allowanceBytes += allowanceBytes;
    }
  }
}
