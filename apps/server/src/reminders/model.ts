import { type Micros, parseAmount } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import type { Language } from '../documents/index.ts';
import type { Id } from '../kit/ids.ts';

/** What letters are about. `ended`: no letter any more, the last step of an invoice that nobody has paid. */
export const mailingKinds = ['invoice', 'credit_note', 'receipt', 'overdue', 'prepaid', 'ended'] as const;
export type MailingKind = (typeof mailingKinds)[number];

/** `waiting` to be written, `written` (the room mail has it), `dropped` because it is of no use or goes nowhere, `failed`. */
export const mailingStates = ['waiting', 'written', 'dropped', 'failed'] as const;
export type MailingState = (typeof mailingStates)[number];

/** Own words of a letter, in one language. Names in braces stand for what the letter is about: {company}. */
export type StepWords = { subject: string; text: string };

/** One step on the way of an invoice that is not paid. */
export type Step = {
  /** Days after the day on which it is due; below zero: before it. */
  days: number;
  /** `letter`, or `stop`: nothing more is sent, and staff are told. */
  action: 'letter' | 'stop';
  /** What the letter costs the company, a decimal in the currency of whoever set it. Null: nothing. */
  fee: string | null;
  words: Partial<Record<Language, StepWords>>;
};

export const mostSteps = 10;

/** The steps of an organization that has set none. */
export const firstSteps: Step[] = [
  { days: 3, action: 'letter', fee: null, words: {} },
  { days: 14, action: 'letter', fee: null, words: {} },
  { days: 28, action: 'letter', fee: null, words: {} },
  { days: 42, action: 'stop', fee: null, words: {} },
];

/** How letters about a step sound where nobody wrote their own: before it is due, first, again, last. */
export type Tone = 'soon' | 'first' | 'again' | 'last';

/** Counted among the letters after the day on which it is due: the last of several is the last. */
export function toneOf(steps: readonly Step[], step: Step): Tone {
  if (step.days < 0) return 'soon';
  const letters = steps.filter(({ action, days }) => action === 'letter' && days >= 0);
  const at = letters.findIndex(({ days }) => days === step.days);
  if (at === 0) return 'first';
  return at === letters.length - 1 ? 'last' : 'again';
}

/** An open invoice as reminding sees it. Days are those of the organization's time zone. */
export type Watched = {
  id: Id;
  /** The last day on which it can be paid in time. */
  dueOn: string;
  /** The last step that it has had. */
  last: { days: number; day: string } | null;
};

/** A step and the day from which on it is to be taken. */
export type Next = { step: Step; on: string };

/**
 * What comes next of an invoice. Steps come in their order and none is jumped over: where one came late, those after it keep their distance
 * from it, so that nobody gets the last letter first. What is to be said before the due day is not said after it.
 */
export function nextOf(steps: readonly Step[], { dueOn, last }: Watched, today: string): Next | null {
  const step = steps.find(({ days }) => (last === null || days > last.days) && (days >= 0 || today < dueOn));
  if (!step) return null;
  const planned = plus(dueOn, step.days);
  // Of what was said before it was due nothing depends.
  if (last === null || last.days < 0) return { step, on: planned };
  const spaced = plus(last.day, step.days - last.days);
  return { step, on: planned > spaced ? planned : spaced };
}

export type Decided = {
  /** Invoices of the letter of today, with their steps. */
  letter: { id: Id; step: Step }[];
  /** Invoices that nothing more is sent about from today on. */
  ended: { id: Id; step: Step }[];
  /** When somebody looks next; null: nothing comes by itself. */
  nextDay: string | null;
};

/**
 * What a company gets today: one letter about all invoices that have a step to take, and none where it has had one today.
 *
 * @param today in the organization's time zone
 * @param lettered whether it has had its letter of today
 */
export function decide(
  steps: readonly Step[],
  invoices: readonly Watched[],
  today: string,
  lettered: boolean,
): Decided {
  const decided: Decided = { letter: [], ended: [], nextDay: null };
  const later = (day: string) => {
    if (decided.nextDay === null || day < decided.nextDay) decided.nextDay = day;
  };
  for (const invoice of invoices) {
    const next = nextOf(steps, invoice, today);
    if (!next) continue;
    const { step, on } = next;
    if (on > today) {
      later(on);
    } else if (step.action === 'stop') {
      decided.ended.push({ id: invoice.id, step });
    } else if (lettered) {
      later(plus(today, 1));
    } else {
      decided.letter.push({ id: invoice.id, step });
      const after = nextOf(steps, { ...invoice, last: { days: step.days, day: today } }, today);
      if (after) later(after.on > today ? after.on : plus(today, 1));
    }
  }
  return decided;
}

/** The fee of a letter: that of its highest step that has one, in a currency. Zero: none, or it was set in another currency. */
export function feeOf(steps: readonly Step[], currency: string, setIn: string): Micros {
  if (currency !== setIn) return 0n;
  const highest = [...steps].sort((a, b) => b.days - a.days).find(({ fee }) => fee !== null);
  const parsed = highest?.fee ? parseAmount(highest.fee, currency) : null;
  return parsed?.ok ? parsed.value : 0n;
}

/** The highest step of a letter about several invoices: it has the words. */
export function highestOf(steps: readonly Step[]): Step {
  return steps.reduce((high, step) => (step.days > high.days ? step : high));
}

/** Days before a prepaid balance lapses on which its holder is told (platform 9.3). */
export const prepaidDays = [10, 5] as const;

/** From this hour on letters of a day are written: nobody is reminded at night. */
export const firstHour = 8;

export function plus(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** When letters of a day begin, in a time zone. */
export function beginsAt(day: string, timeZone: string): Date {
  const at = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: { hour: firstHour } });
  return new Date(at.epochMilliseconds);
}

/** After a letter could not be written: 1, 2, 4 … 64 minutes, then it has failed. */
export const mostTries = 8;
export function pauseMs(attempts: number): number {
  return 60_000 * 2 ** Math.min(attempts - 1, 6);
}
