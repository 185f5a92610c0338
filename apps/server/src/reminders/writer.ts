import * as billing from '../billing/index.ts';
import {
  type InvoiceDocument,
  type Language,
  missingFor,
  pdfOf,
  type Receipt,
  receiptPdf,
  writeUbl,
} from '../documents/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import { type Attachment, isAddress, post } from '../mail/index.ts';
import * as payments from '../payments/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { highestOf, mostTries, pauseMs, toneOf } from './model.ts';
import { writePrepaid } from './prepaid-letter.ts';
import { type Reader, readerOf } from './reader.ts';
import { termsOf } from './settings.ts';
import * as store from './sql/mailings.ts';
import { billLetter, overdueLetter, receiptLetter, type WrittenLetter } from './words.ts';

/** What others know that letters say. */
export type Hands = {
  publicUrl: string;
  receiptOf: (ctx: Ctx, paymentId: Id) => Promise<Receipt>;
  /** A new address on which an invoice is seen and paid without signing in. */
  payLink: (ctx: Ctx, invoiceId: Id) => Promise<string>;
};

/** Mailings written in one turn of an organization: each draws a few pages. */
const atOnce = 4;
/** Longer than the longest letter takes: what a dead process had taken falls due again then. */
const leaseMs = 300_000;
/** Bills that go with one reminder, and bytes of them: mail servers take no more. */
const mostBills = 8;
const mostBytes = 8_000_000;

/** A letter for the room mail, but for what is the same of all; or why there is none. */
export type Draft = {
  to: { address: string; name: string | null };
  language: Language;
  letter: WrittenLetter;
  attachments: Attachment[];
};
type Outcome = Draft | { dropped: string };

/**
 * Writes letters that are due: taken and committed, drawn outside any database transaction, and handed to the room mail with what became of
 * them. Returns how many it took.
 */
export async function writeDue(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('reminders'));
  const due = await atomically(fresh(), (ctx) =>
    store.claimMailings(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs)),
  );
  for (const mailing of due) {
    try {
      const outcome = await draft(fresh(), mailing, hands);
      await atomically(fresh(), (ctx) => settle(ctx, mailing, outcome));
    } catch (error) {
      if (!(error instanceof Refusal))
        runtime.log.error({ err: error, mailing: mailing.id }, 'a letter was not written');
      await atomically(fresh(), (ctx) => again(ctx, mailing, error));
    }
  }
  return due.length;
}

async function settle(ctx: Ctx, mailing: store.Mailing, outcome: Outcome): Promise<void> {
  const { id, attempts, kind, companyId, ownerId } = mailing;
  if ('dropped' in outcome) {
    const dropped = { state: 'dropped' as const, reason: outcome.dropped, letterId: null, nextAttemptAt: null };
    const written = await store.recordTry(ctx, { id, attempts, ...dropped });
    // What was to be told with it was not: it is not owed.
    if (written && mailing.feeId) await billing.credit(ctx, mailing.feeId, { reason: outcome.dropped });
    return;
  }
  const { to, language, letter, attachments } = outcome;
  const [item] = await store.listItems(ctx, [id]);
  const letterId = await post(ctx, {
    ...{ kind: kind === 'overdue' ? 'reminder' : kind, to, language, attachments, companyId, ...letter },
    about: item ? { type: aboutTypes[kind], id: kind === 'overdue' ? ownerId : item.subjectId } : null,
    key: `mailing:${id}`,
  });
  const written = { state: 'written' as const, reason: null, letterId, nextAttemptAt: null };
  await store.recordTry(ctx, { id, attempts, ...written });
}

const aboutTypes: Record<store.Mailing['kind'], string> = {
  ...{ invoice: 'invoice', credit_note: 'invoice', receipt: 'payment', overdue: 'company', prepaid: 'sim' },
  ended: 'invoice',
};

async function again(ctx: Ctx, { id, attempts }: store.Mailing, error: unknown): Promise<void> {
  const reason = error instanceof Refusal ? error.message.slice(0, 500) : 'Something went wrong here.';
  const over = attempts >= mostTries;
  await store.recordTry(ctx, {
    ...{ id, attempts, letterId: null, state: over ? 'failed' : 'waiting', reason: over ? reason : null },
    nextAttemptAt: over ? null : new Date(ctx.now.getTime() + pauseMs(attempts)),
  });
}

async function draft(ctx: Ctx, mailing: store.Mailing, hands: Hands): Promise<Outcome> {
  const reader = await readerOf(ctx, mailing.ownerId);
  if (!reader) return { dropped: 'Whom it is for is gone.' };
  const { address, name, language } = reader;
  if (address === null || !isAddress(address)) return { dropped: 'No address for bills is known.' };
  const items = await atomically(ctx, (ctx) => store.listItems(ctx, [mailing.id]));
  const subjectId = items[0]?.subjectId;
  if (!subjectId) return { dropped: 'There is nothing to tell.' };
  const written = await {
    ...{ invoice: writeBill, credit_note: writeBill, receipt: writeReceipt, overdue: writeOverdue },
    ...{ prepaid: writePrepaid, ended: async () => ({ dropped: 'Nothing more is sent.' }) },
  }[mailing.kind](ctx, { mailing, items, reader, subjectId }, hands);
  return 'dropped' in written ? written : { to: { address, name }, language, ...written };
}

export type Writing = { mailing: store.Mailing; items: store.MailingItem[]; reader: Reader; subjectId: Id };
export type WrittenWith = { letter: WrittenLetter; attachments: Attachment[] } | { dropped: string };

async function writeBill(ctx: Ctx, { reader, subjectId }: Writing, hands: Hands): Promise<WrittenWith> {
  const [bill] = await billing.listInvoices(ctx, { ids: [subjectId] }, { limit: 1 });
  if (!bill) return { dropped: 'The bill is gone.' };
  const { kind, number, currency, grossMicros, document } = bill;
  const open = kind === 'invoice' && billing.leftOf(bill) > 0n;
  const letter = billLetter({
    ...{
      language: document.language,
      organization: ctx.organization.name,
      company: reader.name,
      kind,
      number,
      currency,
    },
    ...{ grossMicros, dueOn: document.dueOn, payUrl: open ? await hands.payLink(ctx, subjectId) : null },
  });
  return { letter, attachments: await filesOf(ctx, [subjectId], true) };
}

async function writeReceipt(ctx: Ctx, { reader, subjectId }: Writing, hands: Hands): Promise<WrittenWith> {
  const payment = await payments.getPayment(ctx, subjectId);
  if (payment.state !== 'succeeded') return { dropped: 'The payment has not succeeded.' };
  const receipt = await hands.receiptOf(ctx, subjectId);
  const { currency, grossMicros } = payment;
  const letter = receiptLetter({
    ...{ language: reader.language, organization: ctx.organization.name, company: reader.name, currency, grossMicros },
  });
  const content = await receiptPdf(ctx, receipt);
  const name = `${publicId('payment', subjectId)}.pdf`;
  return { letter, attachments: [{ name, contentType: 'application/pdf', content }] };
}

/** About what is still open of it: who has paid meanwhile is not reminded. */
async function writeOverdue(ctx: Ctx, { mailing, items, reader }: Writing, hands: Hands): Promise<WrittenWith> {
  const ids = [...items.map(({ subjectId }) => subjectId), ...(mailing.feeId ? [mailing.feeId] : [])];
  const found = await billing.listInvoices(ctx, { ids }, { limit: ids.length });
  const invoices = new Map(found.map((invoice) => [invoice.id, invoice]));
  const owner = (await ownersOf(ctx, [mailing.ownerId])).get(mailing.ownerId)!;
  const { steps } = (await termsOf(ctx, [owner])).get(owner.id)!;
  const open = items
    .flatMap(({ subjectId, stepDays }) => {
      const invoice = invoices.get(subjectId)!;
      const step = steps.find(({ days }) => days === stepDays) ?? { ...plain, days: stepDays! };
      return invoice.state === 'open' ? [{ invoice, step }] : [];
    })
    .sort((a, b) => b.step.days - a.step.days || (a.invoice.document.dueOn! < b.invoice.document.dueOn! ? -1 : 1));
  if (open.length === 0) return { dropped: 'It was paid or credited meanwhile.' };
  const step = highestOf(open.map(({ step }) => step));
  const fee = (mailing.feeId && invoices.get(mailing.feeId)) || null;
  const shown = [];
  for (const { invoice } of open) {
    const payUrl = await hands.payLink(ctx, invoice.id);
    shown.push({ number: invoice.number, dueOn: invoice.document.dueOn!, leftMicros: billing.leftOf(invoice), payUrl });
  }
  const letter = overdueLetter({
    ...{ language: reader.language, organization: ctx.organization.name, company: reader.name },
    ...{ currency: open[0]!.invoice.currency, tone: toneOf(steps, step), own: step.words[reader.language] },
    invoices: shown,
    fee: fee?.state === 'open' ? { number: fee.number, micros: billing.leftOf(fee) } : null,
  });
  const billIds = [...(fee ? [fee.id] : []), ...open.map(({ invoice }) => invoice.id)];
  return { letter, attachments: await filesOf(ctx, billIds.slice(0, mostBills), false) };
}

/** A step that was taken out of the setting meanwhile. */
const plain = { action: 'letter' as const, fee: null, words: {} };

/** Bills as files; what is too large for a letter is left out, the first stay. */
async function filesOf(ctx: Ctx, ids: Id[], electronic: boolean): Promise<Attachment[]> {
  const files: Attachment[] = [];
  let bytes = 0;
  const add = (name: string, contentType: string, content: Buffer) => {
    if (bytes + content.length > mostBytes) return;
    bytes += content.length;
    files.push({ name: name.replace(/[^A-Za-z0-9._-]+/g, '-'), contentType, content });
  };
  for (const id of ids) {
    const document = await billing.documentOf(ctx, id);
    add(`${document.number}.pdf`, 'application/pdf', await pdfOf(ctx, document));
    if (electronic && isElectronic(document)) {
      add(`${document.number}.xml`, 'application/xml', Buffer.from(writeUbl(document)));
    }
  }
  return files;
}

/** Items of an electronic bill that a letter brings along. */
const mostElectronic = 5_000;

function isElectronic(document: InvoiceDocument): boolean {
  return missingFor(document).length === 0 && document.items.length <= mostElectronic;
}
