import type { Micros } from '@simwright/measure';
import { type Candidate, fits, type Taker } from './candidates.ts';
import { addMember, emptyPool, type PoolSum } from './pool.ts';
import { cutOf, type LineCost, type LineToRate, rateLine, type Window } from './rate.ts';
import type { Reason } from './words.ts';

export type Money = {
  recurring: Micros;
  usage: Micros;
  overage: Micros;
  refills: Micros;
  adjustments: Micros;
  /** Falls due once for a line, so it is told beside the others. */
  activation: Micros;
};

/** Money by kind, and what it costs to run over time. */
export type Sum = { money: Money; points: Micros[] };

/** What a candidate came to so far. */
export type CandidateSum = Sum & {
  candidate: Candidate;
  /** Those that could be rated. */
  lines: number;
  /** What these were charged. */
  charged: Micros;
  notRated: Map<Reason, number>;
  pool: PoolSum;
};

export function emptyMoney(): Money {
  return { recurring: 0n, usage: 0n, overage: 0n, refills: 0n, adjustments: 0n, activation: 0n };
}

export function emptySum(points: number): Sum {
  return { money: emptyMoney(), points: new Array<Micros>(points).fill(0n) };
}

/** What it costs to run. */
export function runningCost({ recurring, usage, overage, refills, adjustments }: Money): Micros {
  return recurring + usage + overage + refills + adjustments;
}

/** Rates a line under one candidate, and adds what it comes to; or counts why it cannot be. */
export function addLine(
  sum: CandidateSum,
  taker: Taker,
  line: LineToRate,
  charged: Micros,
  window: Window,
  months: readonly string[],
): void {
  const cost = fits(sum.candidate, taker) ?? rateLine(sum.candidate.rater, line, window);
  if (typeof cost === 'string') {
    sum.notRated.set(cost, (sum.notRated.get(cost) ?? 0) + 1);
    return;
  }
  sum.lines += 1;
  sum.charged += charged;
  addCost(sum, cost);
  if (sum.candidate.pool) addMember(sum.pool, cost, (at) => months[cutOf(window.starts, at)]!);
}

function addCost({ money, points }: Sum, cost: LineCost): void {
  money.recurring += cost.recurring;
  money.usage += cost.usage;
  money.overage += cost.overage;
  money.refills += cost.refills;
  money.activation += cost.activation;
  for (const { point, micros } of cost.points) points[point]! += micros;
}

export function emptyCandidate(candidate: Candidate, points: number, cuts: number): CandidateSum {
  return {
    ...emptySum(points),
    candidate,
    lines: 0,
    charged: 0n,
    notRated: new Map(),
    pool: emptyPool(cuts),
  };
}
