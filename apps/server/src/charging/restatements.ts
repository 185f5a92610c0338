import type { Ctx } from '../kit/ctx.ts';
import { inOneFlight } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as usage from '../usage/index.ts';
import { liftAfterCorrection } from './limits.ts';
import { type KnownSim, type LineName, lineName } from './memory.ts';
import type { Candidate } from './model/decide.ts';
import { type DayOfLine, dayIn, differenceOf, isNothing, lastOf, roundsOf, type Totals } from './model/restating.ts';
import { digest } from './updates.ts';

/** A carrier's total of a day of a line, on its way in; times are on the organization's clock. */
export type Restatement = Totals & {
  /** Names this telling. */
  id: Id;
  sourceId: Id;
  line: LineName;
  /** `2026-03-29`, a day that has ended, in the carrier's zone. */
  day: string;
  zone: string;
  service: usage.Service;
  /** When the carrier made the total: of two, the later one stands. */
  toldAt: Date;
  receivedAt: Date;
};

/** What became of a day's total. */
export type RestatementOutcome =
  | { outcome: 'booked'; lineId: Id; periodId: Id; chargeMicros: bigint; difference: Totals }
  | { outcome: 'unrated'; lineId: Id; reason: usage.UnratedReason; difference: Totals }
  /** Equal: the day is booked as told. Outdated: a later total of the same source stands. */
  | { outcome: 'equal' | 'outdated'; lineId: Id }
  | { outcome: 'unknown_line' };

type Charge = (ctx: Ctx, candidates: Candidate[]) => Promise<Map<Candidate, usage.ClaimOutcome>>;
type Told = DayOfLine & { place: number; restatement: Restatement; sim: KnownSim };

/**
 * Books what is missing of days, or too much, in the caller's database transaction, which charges it like any usage at
 * the last moment of the day. Totals of a line wait for each other, so that no difference is booked twice; what else is
 * booked meanwhile counts as told later.
 */
export async function bookRestatements(
  ctx: Ctx,
  restatements: Restatement[],
  lines: ReadonlyMap<string, KnownSim>,
  charge: Charge,
): Promise<RestatementOutcome[]> {
  const outcomes: RestatementOutcome[] = restatements.map(() => ({ outcome: 'unknown_line' }));
  const told = restatements.flatMap((restatement, place): Told[] => {
    const sim = lines.get(lineName(ctx.organization.id, restatement.line));
    if (!sim) return [];
    const { sourceId, service, day, zone } = restatement;
    return [{ lineId: sim.id, sourceId, service, day, ...dayIn(day, zone), place, restatement, sim }];
  });
  if (told.length === 0) return outcomes;
  await usage.lockDayTotals(
    ctx,
    told.map((day) => day.lineId),
  );
  for (const round of roundsOf(told)) {
    for (const [place, outcome] of await bookRound(ctx, round, charge)) outcomes[place] = outcome;
  }
  return outcomes;
}

async function bookRound(ctx: Ctx, round: Told[], charge: Charge): Promise<Map<number, RestatementOutcome>> {
  const [booked, standing] = await inOneFlight([usage.sumBooked(ctx, round), usage.findDayTotals(ctx, round)]);
  const before = new Map(standing.map((total) => [nameOf(total), total]));
  const outcomes = new Map<number, RestatementOutcome>();
  const kept: usage.DayTotal[] = [];
  const candidates = new Map<Candidate, Told & { difference: Totals }>();
  for (const [i, day] of round.entries()) {
    const { restatement, lineId } = day;
    const last = before.get(nameOf(day));
    if (last && last.toldAt > restatement.toldAt) {
      outcomes.set(day.place, { outcome: 'outdated', lineId });
      continue;
    }
    const difference = differenceOf(restatement, booked[i]!);
    const equal = isNothing(difference);
    const revision = equal ? (last?.revision ?? 1) : (last?.revision ?? 0) + 1;
    kept.push(totalOf(day, revision, difference));
    if (equal) outcomes.set(day.place, { outcome: 'equal', lineId });
    else candidates.set(candidateOf(day, revision, difference), { ...day, difference });
  }
  const answers = await charge(ctx, [...candidates.keys()]);
  for (const [candidate, { place, lineId, difference }] of candidates) {
    const answer = answers.get(candidate)!;
    outcomes.set(
      place,
      answer.outcome === 'charged'
        ? { outcome: 'booked', lineId, periodId: answer.periodId, chargeMicros: answer.chargeMicros, difference }
        : { outcome: 'unrated', lineId, reason: answer.reason, difference },
    );
  }
  if (kept.length > 0) await usage.saveDayTotals(ctx, kept);
  await emit(ctx, [...candidates.values()].map(usage.usageRestated));
  const back = [...candidates.values()].filter(({ difference }) => difference.bytesUp + difference.bytesDown < 0n);
  if (back.length > 0) await liftAfterCorrection(ctx, [...new Set(back.map((day) => day.lineId))]);
  return outcomes;
}

function nameOf(day: Pick<DayOfLine, 'lineId' | 'sourceId' | 'day' | 'service'>): string {
  return [day.lineId, day.sourceId, day.day, day.service].join(' ');
}

function totalOf({ lineId, restatement }: Told, revision: number, difference: Totals): usage.DayTotal {
  const { id, sourceId, day, zone, service, bytesUp, bytesDown, units, toldAt } = restatement;
  return {
    ...{ lineId, sourceId, day, zone, service, bytesUp, bytesDown, units, revision, toldAt, toldId: id },
    differenceUp: difference.bytesUp,
    differenceDown: difference.bytesDown,
    differenceUnits: difference.units,
  };
}

/** The difference as charging decides on it. A carrier's total names no network, so the default rate serves. */
function candidateOf({ sim, restatement, ...day }: Told, revision: number, difference: Totals): Candidate {
  const { sourceId, service, line, zone, bytesUp, bytesDown, units, receivedAt } = restatement;
  return {
    inboxId: null,
    lineId: sim.id,
    imsi: sim.imsi,
    problem: null,
    sourceId,
    sourceKey: digest(`${nameOf(day)} ${revision}`),
    sessionId: null,
    ...difference,
    service,
    plmn: '',
    occurredAt: lastOf(day),
    receivedAt,
    raw: { line, restates: { day: day.day, zone, bytesUp, bytesDown, units } },
    claim: null,
  };
}

/** A total that trips our own program, kept as it came: it stops no other, and is never charged. */
export function setAside(restatement: Restatement): usage.NewInboxRow {
  const { id, sourceId, day, zone, service, bytesUp, bytesDown, units, receivedAt } = restatement;
  return {
    ...{ sourceId, sourceKey: digest(`restatement ${id}`), state: 'quarantined', reason: 'fault' },
    ...{ lineId: null, imsi: null, sessionId: null, bytesUp, bytesDown, service, units, plmn: '' },
    ...{ occurredAt: lastOf(dayIn(day, zone)), receivedAt, raw: restatement },
  };
}
