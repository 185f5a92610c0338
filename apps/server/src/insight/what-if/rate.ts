import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { Span } from '../../periods/index.ts';
import type { Price, Zoning } from '../../rating/index.ts';
import type { Used } from '../../usage/index.ts';
import { type ImaginedPeriod, imaginePeriods, type LineInService } from './periods.ts';
import { cheapestRefills, type DayOfUse } from './refills.ts';

/** A line with what it used in the window and since the beginning of the month before it. */
export type LineToRate = LineInService & {
  /** Ascending. */
  uses: readonly Used[];
  /** The same, whatever the network: most plans do not ask for it. */
  sums: readonly Used[];
  /** Milliseconds of the day, UTC, at which `Used.day` begins. */
  dayStartsAt: number;
};

/** The window in one time zone. */
export type Window = {
  zone: string;
  from: Date;
  to: Date;
  /** When each cut begins, and after the last one its end. */
  starts: readonly Date[];
  /** The point of the series of each cut; -1 before the window. */
  points: readonly number[];
  /** Calendar months of the account that touch it. */
  months: readonly Span[];
};

/** How lines are rated by one plan version; what is worked out of it is kept for all of them. */
export type Rater = {
  version: PlanVersion;
  zoning: Zoning;
  /** Whether what a line pays depends on the network that it is in. */
  zoned: boolean;
  price: Price;
  /** Its overage alone; null: it has none. */
  overage: Price | null;
  /** Data is a pool's: it costs nothing here. */
  pooled: boolean;
};

/** What a line would have cost. Amounts of a point are in the order in which they fell due. */
export type LineCost = {
  recurring: Micros;
  usage: Micros;
  overage: Micros;
  refills: Micros;
  /** Once, when it begins: not part of what it costs to run. */
  activation: Micros;
  points: { point: number; micros: Micros }[];
  /** Data that a pool has to bear. */
  pooled: { cut: number; bytes: bigint }[];
  /** What it would have brought to the months of a dynamic pool. */
  brought: { startsAt: Date; allowanceBytes: bigint }[];
};

/** Why a line cannot be rated by a plan: a part of its cost would be missing. */
export type Unratable = 'no_rate' | 'no_refill';

/** What one line would have cost in the window on a plan version. Pure. */
export function rateLine(rater: Rater, line: LineToRate, window: Window): LineCost | Unratable {
  const { version } = rater;
  const uses = rater.zoned ? line.uses : line.sums;
  const components = componentsOf(rater, uses);
  if (components === null) return 'no_rate';
  const cost: LineCost = {
    recurring: 0n,
    usage: 0n,
    overage: 0n,
    refills: 0n,
    activation: 0n,
    points: [],
    pooled: [],
    brought: [],
  };
  if (version.type === 'prepaid') {
    if (!addRefills(cost, version, uses, window)) return 'no_refill';
    addUsage(cost, rater, line, uses, components, [wholeWindow(window)], window);
    return cost;
  }
  const periods = imaginePeriods(version, line, window.months, window);
  for (const period of periods) {
    if (version.type === 'dynamic_pool') {
      cost.brought.push({ startsAt: period.startsAt, allowanceBytes: period.allowanceBytes ?? 0n });
    }
    if (period.startsAt < window.from || period.feeMicros === 0n || version.type === 'static_pool') continue;
    cost.recurring += period.feeMicros;
    cost.points.push({ point: pointOf(window, period.startsAt), micros: period.feeMicros });
  }
  if (periods.length > 0) cost.activation = version.activationFeeMicros;
  addUsage(cost, rater, line, uses, components, periods, window);
  return cost;
}

/** By which rate each use goes; null: the plan has none for one of them. */
function componentsOf({ zoning }: Rater, uses: readonly Used[]): string[] | null {
  const components: string[] = [];
  for (const { service, plmn } of uses) {
    const found = zoning(service, plmn);
    if (found === null) return null;
    components.push(found.component);
  }
  return components;
}

/**
 * What the usage costs: f(totals) wherever a point of the series or a period ends, less what it was before. Usage of the
 * period that runs when the window begins is counted up first, and costs nothing here.
 */
function addUsage(
  cost: LineCost,
  { version, price, overage, pooled }: Rater,
  line: LineToRate,
  uses: readonly Used[],
  components: readonly string[],
  periods: readonly ImaginedPeriod[],
  window: Window,
): void {
  let at = { period: null as ImaginedPeriod | null, point: -1 };
  let total = nothingUsed();
  let before = { all: 0n, overage: 0n };
  const settle = () => {
    if (at.period === null) return;
    const { allowanceBytes } = at.period;
    const after = {
      all: price(total.bytes, allowanceBytes, total.components),
      overage: overage ? overage(total.bytes, allowanceBytes) : 0n,
    };
    const more = { all: after.all - before.all, overage: after.overage - before.overage };
    before = after;
    if (at.point < 0 || more.all === 0n) return;
    cost.usage += more.all - more.overage;
    cost.overage += more.overage;
    cost.points.push({ point: at.point, micros: more.all });
  };
  for (const [i, used] of uses.entries()) {
    const component = components[i]!;
    // A Super SIM plan gives away what is used while the line is ready; on the others the first usage ends that.
    if (used.ready && version.type === 'super_sim') continue;
    const data = used.service === 'data';
    if (data && pooled) {
      cost.pooled.push({ cut: used.cut, bytes: used.quantity });
      continue;
    }
    const period = periodOf(periods, used, line, version, window);
    if (period === null) continue;
    const point = window.points[used.cut]!;
    if (period !== at.period || point !== at.point) {
      settle();
      if (period !== at.period) {
        total = nothingUsed();
        before = { all: 0n, overage: 0n };
      }
      at = { period, point };
    }
    if (data) total.bytes += used.quantity;
    if (component !== 'data') {
      total.components ??= {};
      total.components[component] = (total.components[component] ?? 0n) + used.quantity;
    }
  }
  settle();
}

function nothingUsed(): { bytes: bigint; components: Record<string, bigint> | null } {
  return { bytes: 0n, components: null };
}

/** The period that a use falls into: the last of those that began before its day ended. */
function periodOf(
  periods: readonly ImaginedPeriod[],
  used: Used,
  line: LineToRate,
  version: PlanVersion,
  window: Window,
): ImaginedPeriod | null {
  const end =
    version.type === 'super_sim' ? (used.day + 1) * dayMs + line.dayStartsAt : window.starts[used.cut + 1]!.getTime();
  for (let i = periods.length - 1; i >= 0; i--) if (periods[i]!.startsAt.getTime() < end) return periods[i]!;
  return null;
}

const dayMs = 86_400_000;

/** Prepaid: what was used in the window, paid for with refills that were needed for it. */
function addRefills(cost: LineCost, version: PlanVersion, uses: readonly Used[], window: Window): boolean {
  const days: DayOfUse[] = [];
  for (const used of uses) {
    if (used.service !== 'data' || used.quantity <= 0n || window.points[used.cut]! < 0) continue;
    const last = days.at(-1);
    if (last?.day === used.cut) last.bytes += used.quantity;
    else days.push({ day: used.cut, bytes: used.quantity });
  }
  const found = cheapestRefills(days, version.refills, version.validityDays!);
  if (found === null) return false;
  cost.refills = found.cost;
  for (const { day, option } of found.bought) {
    cost.points.push({ point: window.points[day] ?? window.points.at(-1)!, micros: option.priceMicros });
  }
  return true;
}

function wholeWindow({ from, to }: Window): ImaginedPeriod {
  return { startsAt: from, endsAt: to, feeMicros: 0n, allowanceBytes: null };
}

/** The point of the series in which an instant of the window lies. */
export function pointOf({ starts, points }: Window, at: Date): number {
  return points[cutOf(starts, at)]!;
}

/** The cut in which an instant lies; before the first one: the first. */
export function cutOf(starts: readonly Date[], at: Date): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
