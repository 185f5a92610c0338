import type { Micros } from '@simwright/measure';
import type { RefillOption } from '../../catalog/index.ts';

/** What a line used on one day; days are counted from the first of the window. */
export type DayOfUse = { day: number; bytes: bigint };

export type Bought = { day: number; option: RefillOption };

/** Where a line stands right after a refill. */
type State = { cost: Micros; left: bigint; last: Bought; before: State | null };

/** States kept for one day; the cheaper and the fuller of them, which is nearly always all. */
const mostStates = 32;
/** Steps of one line's search. A line that would need more refills than this allows is on the wrong plan. */
const mostSteps = 10_000;

/**
 * The cheapest refills with which a prepaid line could have used what it used, bought when they were needed: the first on
 * the day of the first usage, the next when the data runs out, or on the last day of validity to keep what is left. What is
 * not kept so lapses. Counted in whole local days: a refill of a day is valid on it and on the `validityDays` − 1 after it.
 * Usage past the end of the data is taken from the next refill, as in charging.
 *
 * @param uses ascending by day, without empty ones
 * @returns null where there is no refill to buy, or where it would take thousands of them
 */
export function cheapestRefills(
  uses: readonly DayOfUse[],
  options: readonly RefillOption[],
  validityDays: number,
): { cost: Micros; bought: Bought[] } | null {
  if (uses.length === 0) return { cost: 0n, bought: [] };
  if (options.length === 0) return null;
  // What was used before each day of use, so that any stretch of days is one subtraction.
  const used: bigint[] = [0n];
  for (const { bytes } of uses) used.push(used.at(-1)! + bytes);
  const end = uses.at(-1)!.day + 1;

  const waiting = new Map<number, State[]>();
  let best: State | null = null;
  const buy = (day: number, left: bigint, before: State | null) => {
    for (const option of options) {
      keep(waiting, day, {
        cost: (before?.cost ?? 0n) + option.priceMicros,
        left: left + option.amountBytes,
        last: { day, option },
        before,
      });
    }
  };
  let steps = 0;
  buy(uses[0]!.day, 0n, null);
  for (let day = uses[0]!.day; day < end; day += 1) {
    // States of a day may come to the same day once more: a refill that is smaller than what was used already.
    for (let states = take(waiting, day); states.length > 0; states = take(waiting, day)) {
      for (const state of states) {
        if (best && state.cost >= best.cost) continue;
        steps += 1;
        if (steps > mostSteps) return null;
        const from = firstFrom(uses, day);
        const until = firstFrom(uses, day + validityDays);
        const dry = firstBeyond(used, from, until, state.left);
        if (dry !== null) {
          buy(uses[dry]!.day, state.left - (used[dry]! - used[from]!), state);
          continue;
        }
        if (until === uses.length) {
          best = state;
          continue;
        }
        const left = state.left - (used[until]! - used[from]!);
        if (left > 0n && validityDays > 1) buyBefore(day + validityDays - 1, left, state, from, until);
        buy(uses[until]!.day, 0n, state);
      }
    }
  }
  return best && { cost: best.cost, bought: pathOf(best) };

  /** On the last day of validity, after that day's usage: what is left is kept. */
  function buyBefore(day: number, left: bigint, state: State, from: number, until: number): void {
    const today = until > from && uses[until - 1]!.day === day ? uses[until - 1]!.bytes : 0n;
    buy(day, left + today, state);
  }
}

/** The first use on that day or later. */
function firstFrom(uses: readonly DayOfUse[], day: number): number {
  let [low, high] = [0, uses.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (uses[middle]!.day < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of these uses at which the data is not enough. */
function firstBeyond(used: readonly bigint[], from: number, until: number, left: bigint): number | null {
  for (let i = from; i < until; i += 1) if (used[i + 1]! - used[from]! > left) return i;
  return null;
}

/** Keeps a state unless another of that day is as cheap and as full. */
function keep(waiting: Map<number, State[]>, day: number, state: State): void {
  const states = waiting.get(day) ?? [];
  if (states.some((other) => other.cost <= state.cost && other.left >= state.left)) return;
  const kept = states.filter((other) => other.cost < state.cost || other.left > state.left);
  kept.push(state);
  if (kept.length > mostStates) {
    kept.sort((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? -1 : 1));
    kept.length = mostStates;
  }
  waiting.set(day, kept);
}

function take(waiting: Map<number, State[]>, day: number): State[] {
  const states = waiting.get(day) ?? [];
  waiting.delete(day);
  return states;
}

function pathOf(state: State): Bought[] {
  const bought: Bought[] = [];
  for (let at: State | null = state; at; at = at.before) bought.push(at.last);
  return bought.reverse();
}
