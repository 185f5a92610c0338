import type { Invoice, ItemKind, PreBillKind, PreBillState } from '../api/billing.ts';
import type { Tone } from '../format/words.ts';
import { Badge } from '../ui/status.tsx';

export const kindWords: Record<PreBillKind, string> = {
  cycle: 'Month',
  advance: 'In advance',
  manual: 'On demand',
};

export const stateWords: Record<PreBillState, { word: string; tone: Tone; title: string }> = {
  pending: { word: 'Pending', tone: 'amber', title: 'Waits for somebody to approve or reject it.' },
  approved: { word: 'Approved', tone: 'green', title: 'It is an invoice.' },
  rejected: { word: 'Rejected', tone: 'grey', title: 'What was on it is open again, and on the next.' },
};

export const itemWords: Record<ItemKind, string> = {
  recurring: 'Recurring fee',
  activation: 'Activation fee',
  usage: 'Usage',
  overage: 'Overage',
  sms: 'Messages',
  voice: 'Calls',
  pool_fee: 'Pool fee',
  pool_overage: 'Pool overage',
  adjustment: 'Adjustment',
  credit: 'Credit',
  line: 'Line by hand',
  discount: 'Discount',
};

export const invoiceKindWords: Record<Invoice['kind'], string> = { invoice: 'Invoice', credit_note: 'Credit note' };

export const invoiceStateWords: Record<Invoice['state'], { word: string; tone: Tone }> = {
  open: { word: 'Open', tone: 'blue' },
  paid: { word: 'Paid', tone: 'green' },
  credited: { word: 'Credited', tone: 'grey' },
};

export function PreBillBadge({ state }: { state: PreBillState }) {
  const { word, tone, title } = stateWords[state];
  return (
    <Badge tone={tone} title={title}>
      {word}
    </Badge>
  );
}

export function InvoiceBadge({ invoice }: { invoice: Pick<Invoice, 'state' | 'overdue' | 'kind'> }) {
  if (invoice.overdue) return <Badge tone="red">Overdue</Badge>;
  if (invoice.kind === 'credit_note') return <Badge tone="grey">Issued</Badge>;
  const { word, tone } = invoiceStateWords[invoice.state];
  return <Badge tone={tone}>{word}</Badge>;
}

/** `1 – 30 Apr 2026`, of days as they are written. */
export function spanWords(from: string | null, until: string): string {
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
  const at = (text: string) => new Date(`${text}T00:00:00Z`);
  return from === null || from === until ? day.format(at(until)) : day.formatRange(at(from), at(until));
}

export const dayWords = (day: string): string => spanWords(day, day);
