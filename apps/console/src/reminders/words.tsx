import type { Mailing, MailingKind, NextStep, Step, Why } from '../api/reminders.ts';
import { dayWords } from '../billing/words.tsx';
import { count, type Tone } from '../format/words.ts';
import { letterStates } from '../mail/words.ts';
import { Badge } from '../ui/status.tsx';

export const mailingKinds: Record<MailingKind, string> = {
  ...{ invoice: 'Invoice', credit_note: 'Credit note', receipt: 'Receipt', overdue: 'Reminder' },
  ...{ prepaid: 'Lapses soon', ended: 'End of reminders' },
};

/** Where a mailing stands: its letter says more than it does itself. */
export function standing({ kind, state, letterState }: Mailing): { word: string; tone: Tone } {
  if (kind === 'ended') return { word: 'Ended', tone: 'grey' };
  if (state === 'written') return letterState ? letterStates[letterState] : { word: 'Written', tone: 'green' };
  return {
    waiting: { word: 'Waiting', tone: 'amber' as const },
    dropped: { word: 'Not sent', tone: 'grey' as const },
    failed: { word: 'Failed', tone: 'red' as const },
  }[state];
}

/** Why nothing went out. */
export function whyNot({ reason, letterState }: Mailing): string | null {
  return reason ?? (letterState === 'held' ? 'No mail server is set' : null);
}

export function MailingBadge({ mailing }: { mailing: Mailing }) {
  const { word, tone } = standing(mailing);
  return (
    <Badge tone={tone} title={whyNot(mailing) ?? undefined}>
      {word}
    </Badge>
  );
}

/** `3 days after it is due` */
export function stepDay(days: number): string {
  if (days === 0) return 'on the day it is due';
  return days < 0 ? `${count(-days, 'day')} before it is due` : `${count(days, 'day')} after it is due`;
}

/** How a letter sounds that nobody wrote own words for: the same rule as the server's. */
export function toneWord(steps: readonly Step[], { days, action }: Step): string {
  if (action === 'stop') return 'Nothing more is sent';
  if (days < 0) return 'It is due soon';
  const letters = steps.filter((step) => step.action === 'letter' && step.days >= 0);
  const at = letters.findIndex((step) => step.days === days);
  if (at === 0) return 'First reminder';
  return at === letters.length - 1 ? 'Last reminder' : 'Another reminder';
}

export const whyWords: Record<Why, string> = {
  ...{ over: 'Nothing is left to pay.', off: 'Reminders are switched off.', done: 'All steps were taken.' },
  ...{ address: 'No address for bills is known.', paused: 'Reminders are paused', disputed: 'The company contests it' },
  ...{ chargeback: 'A payment of it is disputed at its bank.', being_paid: 'A payment of it is under way.' },
};

/** What comes next, on which day. */
export function nextWords({ on, days, action, fee }: NextStep, currency: string): string {
  const what = action === 'stop' ? 'the end of reminders' : `a reminder, ${stepDay(days)}`;
  return `${dayWords(on)}: ${what}${fee ? `, with a fee of ${fee} ${currency}` : ''}`;
}
