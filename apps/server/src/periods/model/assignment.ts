import type { PlanVersion } from '../../catalog/index.ts';
import type { Id } from '../../kit/ids.ts';
import { decideChangeNow, decideEnd, type PriceOf, type Running } from './change.ts';
import { decideActivation, decideReady } from './decide.ts';
import {
  activatesAtAssignment,
  type BilledLine,
  chargesWhileSuspended,
  noChanges,
  type Offer,
  type PeriodChanges,
  type PlannedLine,
} from './period.ts';

/**
 * What an assignment does to a line: it begins to wait for its first usage · it becomes active · its plan changes at once ·
 * the change waits for the end of its period · nothing, it is on that plan already.
 */
export type AssignEffect = 'ready' | 'active' | 'changes_now' | 'waits' | 'same';

/** What ending its plan does to a line: at once · at the end of its period · nothing, it has none. */
export type EndEffect = 'ends_now' | 'waits' | 'same';

export type PlanEffect = AssignEffect | EndEffect;
export const planEffects: readonly PlanEffect[] = ['ready', 'active', 'changes_now', 'ends_now', 'waits', 'same'];

/** All that an assignment to one line is decided on. */
export type Assigning = {
  /** As it is until now, with who pays for it. */
  line: BilledLine;
  offer: Offer;
  running: Running | null;
  /** Whether it has brought its share to the open month of the pool that it comes into. */
  contributed: boolean;
  effective: 'now' | 'next_period';
  at: Date;
};

export type Assigned = {
  effect: AssignEffect;
  /** From when on the plan counts; null: nothing changes. */
  from: Date | null;
  changes: PeriodChanges;
  to: 'ready' | 'active' | null;
};

export function effectOf({ line, offer, running, effective, at }: Omit<Assigning, 'contributed'>): AssignEffect {
  const activates = activatesAtAssignment(offer.version);
  if (line.lifecycle === 'blank') return activates ? 'active' : 'ready';
  if (line.version?.id === offer.version.id && line.poolId === offer.poolId) return 'same';
  if (line.lifecycle === 'ready' && activates) return 'active';
  const runs = running?.period.kind === 'active' && running.period.endsAt! > at;
  return runs && effective === 'next_period' ? 'waits' : 'changes_now';
}

/** What the assignment does, to whatever the line has been until now. */
export function decideAssignment(assigning: Assigning, id: Id, price: PriceOf): Assigned {
  const { line, running, at } = assigning;
  const effect = effectOf(assigning);
  const nothing: Assigned = { effect, from: null, changes: noChanges, to: null };
  if (effect === 'same') return nothing;
  if (effect === 'waits') return { ...nothing, from: running!.period.endsAt };
  if (keepsWaiting(assigning)) return { ...nothing, from: at };
  const begun = decideBegin(assigning, effect, id);
  const ended = decideEnd(line, running, at, { followed: begun.open.length > 0, price });
  const to = effect === 'ready' || effect === 'active' ? effect : null;
  return { effect, from: at, changes: { ...begun, ...ended }, to };
}

/** The period that begins with the new plan. */
function decideBegin(
  { line, offer, running, contributed, at }: Assigning,
  effect: AssignEffect,
  id: Id,
): PeriodChanges {
  const now: PlannedLine = { ...line, ...offer, next: null, contributed };
  const rest = goesAlong(running, offer.version);
  const waits = running?.period.kind === 'ready';
  if (effect === 'active') return decideActivation(now, null, at, id);
  if (line.lifecycle === 'blank' || line.lifecycle === 'ready') return decideReady(now, at, id, rest);
  if (line.lifecycle === 'active') return decideChangeNow(now, at, id, rest);
  // A suspended line: only where its fee runs on, or where it has data that was paid for.
  if (rest !== 0n && waits) return decideReady(now, at, id, rest);
  return chargesWhileSuspended(offer.version) || rest !== 0n ? decideChangeNow(now, at, id, rest) : noChanges;
}

/** A line that waits as ready goes on waiting where both plans are Super SIM's: their ready period is the same. */
function keepsWaiting({ line, running, offer }: Assigning): boolean {
  const bothSuperSim = running?.version?.type === 'super_sim' && offer.version.type === 'super_sim';
  return line.lifecycle === 'ready' && running?.period.kind === 'ready' && bothSuperSim;
}

/**
 * Of a prepaid balance, what goes along to another prepaid plan: what is left, or (below zero) what was used beyond it.
 * To a plan of another type nothing goes along: it lapses.
 */
export function goesAlong(running: Running | null, version: PlanVersion): bigint {
  return version.type === 'prepaid' ? balanceOf(running) : 0n;
}

/** The balance of a prepaid line; usage of a ready period is free. */
export function balanceOf(running: Running | null): bigint {
  if (running?.version?.type !== 'prepaid') return 0n;
  const { kind, allowanceBytes, usedBytes } = running.period;
  return (allowanceBytes ?? 0n) - (kind === 'ready' ? 0n : usedBytes);
}

/**
 * A line that goes to another account and keeps its plan: what the old account is charged ends here. A suspended line gets no
 * period from the new one until it is active again, save where its fee runs on; a prepaid balance goes along with its days; a
 * wait that costs nothing goes on.
 *
 * @param now the line as it will be, with who will pay
 */
export function decideMove(
  line: BilledLine,
  now: PlannedLine,
  running: Running | null,
  at: Date,
  id: Id,
  price: PriceOf,
): PeriodChanges {
  if (!running) return noChanges;
  const { period } = running;
  if (period.kind === 'ready' && period.recurringMicros === null) return noChanges;
  const begun = beginsElsewhere(now, running, at, id);
  return { ...begun, ...decideEnd(line, running, at, { followed: begun.open.length > 0, price }) };
}

function beginsElsewhere(now: PlannedLine, running: Running, at: Date, id: Id): PeriodChanges {
  const { period, version } = running;
  if (period.kind === 'ready') return decideReady(now, at, id);
  if (version?.type === 'prepaid' && now.version.type === 'prepaid') {
    const begun = decideChangeNow(now, at, id, balanceOf(running));
    const days = { anchor: period.anchor, endsAt: period.endsAt };
    return { ...begun, open: begun.open.map((next) => ({ ...next, ...days })) };
  }
  return chargesWhileSuspended(now.version) ? decideChangeNow(now, at, id, 0n) : noChanges;
}
