import type { Micros } from '@simwright/measure';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import { type Asked, type Candidate, loadCandidates } from './candidates.ts';
import { type Calendar, calendarOf, dateOf } from './days.ts';
import { type LoadedLine, type Loading, loadLines, piece, windowOf } from './lines.ts';
import { ratePool } from './pool.ts';
import type { Window } from './rate.ts';
import { addLine, type CandidateSum, emptyCandidate, emptyMoney, emptySum, runningCost, type Sum } from './sums.ts';

export { runningCost } from './sums.ts';

export type WhatIfRequest = {
  /** One SIM, or one company; neither: everything the caller may see. */
  simId?: Id | undefined;
  companyId?: Id | undefined;
  /** The last days, today among them: 1 to 366. */
  days: number;
  candidates: Asked[];
};

export type WhatIf = Pick<Calendar, 'unit'> & {
  from: Date;
  to: Date;
  timeZone: string;
  /** When each point of the series begins. */
  times: Date[];
  lines: number;
  bytes: bigint;
  /** What was charged, in each currency. */
  charged: (Sum & { currency: string })[];
  candidates: CandidateSum[];
};

/**
 * Lines that are read together: all that a process holds of millions. So many that the database reads their usage in the
 * order in which it lies, which is that of time; one by one, each hour of a line is on a page of its own.
 */
const chunk = 10_000;
/** Between two breaths of the event loop. */
const longestBreathMs = 15;
/** What a person waits for at most. */
const longestMs = 60_000;
/** Runs of one process at a time: each keeps a connection and most of a core busy. */
const mostAtOnce = 2;
let running = 0;

/**
 * What lines would have cost in the last days on other plans or in a pool, had they been on them all along, beside what they
 * were charged. Nothing is touched. Rated by the engine that charges, from sums of usage, some thousand lines at a time.
 *
 * Refuses `what_if.busy` while two others run, and `what_if.too_long` after a minute.
 */
export async function whatIf(ctx: Ctx, request: WhatIfRequest): Promise<WhatIf> {
  if (running >= mostAtOnce) {
    throw new Refusal('unavailable', 'what_if.busy', 'Others are being worked out right now. Try again in a moment.');
  }
  running += 1;
  try {
    return await rateAll(ctx, await scopeOf(ctx, request), await loadCandidates(ctx, request.candidates), request.days);
  } finally {
    running -= 1;
  }
}

type Scope = { filter: inventory.SimFilter; zone: string; ofOneSim: boolean };

/** Whose lines, and in whose days the window begins. */
async function scopeOf(ctx: Ctx, { simId, companyId }: WhatIfRequest): Promise<Scope> {
  const sim = simId ? await inventory.getSim(ctx, simId) : null;
  if (companyId) await tenancy.getCompany(ctx, companyId);
  const own = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : null;
  const account = sim ? sim.companyId : (companyId ?? own);
  const zone = account ? (await tenancy.timeZonesOf(ctx, [account])).get(account) : undefined;
  return {
    filter: sim ? { ids: [sim.id] } : { registered: true, ...(companyId && { companyId }) },
    zone: zone ?? ctx.organization.timeZone,
    ofOneSim: sim !== null,
  };
}

async function rateAll(ctx: Ctx, scope: Scope, candidates: Candidate[], days: number): Promise<WhatIf> {
  const types = new Set(candidates.map(({ rater }) => rater.version.type));
  const calendar = calendarOf(dateOf(ctx.now, scope.zone), days, {
    anniversaries: types.has('super_sim'),
    fine: types.has('super_sim') || types.has('prepaid'),
  });
  const { cuts, points } = calendar;
  const months = cuts.map(({ month }) => month);
  const apart = { byNetwork: candidates.some(({ rater }) => rater.zoned), byDay: types.has('super_sim') };
  const windows = new Map<string, Window>();
  const charged = new Map<string, Sum>();
  const sums = candidates.map((candidate) => emptyCandidate(candidate, points.length, cuts.length));
  const breathe = breathing();
  const poolIds = new Set<Id>();
  let lines = 0;
  let bytes = 0n;
  const load = async (after?: Id): Promise<Page> => {
    const sims = await listChunk(ctx, scope.filter, after);
    const last = sims.length < chunk || scope.ofOneSim ? null : sims.at(-1)!.id;
    return { lines: await loadLines(ctx, sims, calendar, windows, apart), last };
  };
  for await (const page of ahead(load)) {
    for (const load of page) {
      const loaded = load();
      const own = addCharged(charged, loaded, points.length);
      for (const sum of sums) addLine(sum, loaded.taker, loaded.line, own, loaded.window, months);
      lines += 1;
      bytes += loaded.bytes;
      for (const id of loaded.poolIds) poolIds.add(id);
      await breathe();
    }
  }
  if (!scope.ofOneSim) {
    await addPoolCosts(ctx, [...poolIds], charged, sums, windowOf(calendar, scope.zone, ctx.now));
  }
  for (const sum of sums) closePool(sum, calendar);
  const { from, starts } = windowOf(calendar, scope.zone, ctx.now);
  return {
    ...{ from, to: ctx.now, timeZone: scope.zone, unit: calendar.unit, lines, bytes },
    times: points.map((_, point) => starts[cuts.findIndex((cut) => cut.point === point)]!),
    charged: [...charged].map(([currency, sum]) => ({ currency, ...sum })),
    candidates: sums,
  };
}

async function listChunk(ctx: Ctx, filter: inventory.SimFilter, after: Id | undefined): Promise<inventory.Sim[]> {
  const sims: inventory.Sim[] = [];
  let page: inventory.Sim[];
  do {
    const last = sims.at(-1)?.id ?? after;
    page = await inventory.listSims(ctx, filter, { limit: piece, ...(last && { after: last }) });
    sims.push(...page);
  } while (page.length === piece && sims.length < chunk);
  return sims;
}

type Page = { lines: Loading[]; last: Id | null };

/** Pages of lines, each loaded while the one before is rated: the database and this process work side by side. */
async function* ahead(load: (after?: Id) => Promise<Page>): AsyncGenerator<Loading[]> {
  let next: Promise<Page> | null = load();
  while (next) {
    const { lines, last }: Page = await next;
    next = last === null ? null : load(last);
    // Whoever stops here leaves it behind; its failure is then nobody's.
    next?.catch(() => {});
    yield lines;
  }
}

/** Adds what a line was charged to the sum of its currency. @returns what it cost to run */
function addCharged(charged: Map<string, Sum>, { taker, window, costs }: LoadedLine, points: number): Micros {
  const sum = charged.get(taker.currency) ?? emptySum(points);
  charged.set(taker.currency, sum);
  const own = emptyMoney();
  const names = { adjustment: 'adjustments', refill: 'refills' } as const;
  for (const { kind, cut, micros } of costs) {
    const point = window.points[cut]!;
    if (point < 0) continue;
    const name = kind === 'adjustment' || kind === 'refill' ? names[kind] : kind;
    own[name] += micros;
    sum.money[name] += micros;
    if (name !== 'activation') sum.points[point]! += micros;
  }
  return runningCost(own);
}

/** What the pools of these lines cost themselves: charged to the account, and to no line of it. */
async function addPoolCosts(
  ctx: Ctx,
  poolIds: Id[],
  charged: Map<string, Sum>,
  sums: CandidateSum[],
  window: Window,
): Promise<void> {
  const cuts = window.starts.slice(0, -1);
  const found = await reading(ctx, (ctx) => periods.listPoolCosts(ctx, poolIds, cuts, window.to));
  for (const { kind, cut, currency, micros } of found) {
    const point = window.points[cut]!;
    if (point < 0) continue;
    const sum = charged.get(currency) ?? emptySum(window.points.at(-1)! + 1);
    charged.set(currency, sum);
    sum.money[kind === 'adjustment' ? 'adjustments' : 'recurring'] += micros;
    sum.points[point]! += micros;
    for (const one of sums) if (one.candidate.currency === currency) one.charged += micros;
  }
}

/** The pool's own fee and overage, once all of its members are known. */
function closePool(sum: CandidateSum, { cuts }: Calendar): void {
  const { pool } = sum.candidate;
  if (!pool || sum.lines === 0) return;
  const cost = ratePool(pool.pool.type, pool.version, sum.pool, cuts);
  sum.money.recurring += cost.fee;
  sum.money.overage += cost.overage;
  for (const { point, micros } of cost.points) sum.points[point]! += micros;
}

/** Lets others in while long work goes on, and ends it when it has taken too long. */
function breathing(): () => Promise<void> {
  const began = performance.now();
  let last = began;
  return async () => {
    const now = performance.now();
    if (now - last < longestBreathMs) return;
    if (now - began > longestMs) {
      throw new Refusal(
        'unavailable',
        'what_if.too_long',
        'This takes more than a minute. Ask for fewer days or plans.',
        {
          expected: 'fewer days, fewer candidates, or one company',
        },
      );
    }
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}
