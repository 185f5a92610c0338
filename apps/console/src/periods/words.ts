import type { Cost, PlanEffect, PlanStep } from '../api/assignments.ts';
import { feeWords, type Tone } from '../format/words.ts';

/** What an assignment does to lines, as it is counted: `12 SIMs become active`. */
export const effectWords: Record<PlanEffect, { one: string; many: string; badge: string; tone: Tone }> = {
  active: { one: 'becomes active at once', many: 'become active at once', badge: 'Becomes active', tone: 'green' },
  ready: {
    one: 'waits for its first usage',
    many: 'wait for their first usage',
    badge: 'Waits for first usage',
    tone: 'blue',
  },
  changes_now: { one: 'changes now', many: 'change now', badge: 'Changes now', tone: 'green' },
  ends_now: { one: 'ends its plan now', many: 'end their plan now', badge: 'Ends now', tone: 'amber' },
  waits: {
    one: 'changes when its period ends',
    many: 'change when their periods end',
    badge: 'With the next period',
    tone: 'blue',
  },
  same: { one: 'stays as it is', many: 'stay as they are', badge: 'Stays', tone: 'grey' },
};

/** The same, of what was done. */
export const doneWords: Record<PlanEffect, string> = {
  active: 'Became active',
  ready: 'Waits for first usage',
  changes_now: 'Changed',
  ends_now: 'Ended',
  waits: 'With the next period',
  same: 'Stayed',
};

/** `Monthly fee, 15 of 30 days` */
export function costWords({ kind, days, wholeDays, reason }: Cost): string {
  if (kind === 'adjustment') return reason ?? 'Put right';
  const part = days !== null && wholeDays !== null ? `, ${days} of ${wholeDays} days` : '';
  return `${feeWords[kind] ?? 'Fee'}${part}`;
}

export const stepWords: Record<PlanStep['state'], { word: string; tone: Tone }> = {
  current: { word: 'Now', tone: 'green' },
  ended: { word: 'Ended', tone: 'grey' },
  waiting: { word: 'Waits', tone: 'blue' },
  done: { word: 'Came', tone: 'grey' },
  cancelled: { word: 'Taken back', tone: 'grey' },
  refused: { word: 'Refused', tone: 'red' },
};
