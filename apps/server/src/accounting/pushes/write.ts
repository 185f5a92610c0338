import { getInvoice, type Invoice } from '../../billing/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { getPayment } from '../../payments/index.ts';
import { listAllocations, listReceipts } from '../../receivables/index.ts';
import { taxDay } from '../../tax/index.ts';
import type { Connection } from '../connection/model.ts';
import { findContacts, saveContact } from '../connection/sql.ts';
import {
  type AccountingDoor,
  AccountingFault,
  type BookedDocument,
  type Contact,
  type Inside,
  type Written,
} from '../door.ts';
import { accountOfMoney } from '../mapping.ts';
import { getSettings } from '../settings.ts';
import { bookedDocument, contactOf, hashOf, keyOf, unmapped } from './build.ts';
import type { Push } from './model.ts';
import * as store from './sql.ts';

export type Writing = {
  /** A context of the moment it is called: between calls time passes. */
  fresh: () => Ctx;
  door: AccountingDoor;
  connection: Connection;
  inside: Inside;
  publicUrl: string;
};

/** What came of writing: where it is, or why there is nothing to be written. `called`: it may be there. */
export type Outcome = { written: Written } | { skipped: string; code?: string };

/** Written after all, should something of the invoice be left again. */
const nothingLeft = 'accounting.nothing_left';

/** It waits for something else to be written first. */
function waits(what: string): AccountingFault {
  return new AccountingFault('later', 'accounting.waits', `It waits for ${what} to be written.`);
}

/** Writes one thing, outside of any database transaction. Throws an `AccountingFault` where it comes to nothing. */
export async function write(w: Writing, push: Push, calls: () => void): Promise<Outcome> {
  if (push.kind === 'invoice' || push.kind === 'credit_note') return writeDocument(w, push, calls);
  if (push.kind === 'application') return writeApplication(w, push, calls);
  return push.kind === 'payment' ? writePayment(w, push, calls) : writeRemoval(w, push, calls);
}

async function writeDocument(w: Writing, push: Push, calls: () => void): Promise<Outcome> {
  const found = await reading(w.fresh(), async (ctx) => {
    const invoice = await getInvoice(ctx, push.subjectId);
    const { mapping, documents: as } = await getSettings(ctx);
    const [known] = await findContacts(ctx, w.connection.id, [invoice.ownerId]);
    // Built without its contact first: what the mapping does not name is refused before anybody is called.
    const document = await bookedDocument(ctx, invoice, { mapping, as, contactId: '', publicUrl: w.publicUrl });
    return { document, known: known ?? null, contact: await contactOf(ctx, invoice.ownerId) };
  });
  calls();
  const contactId = await writeContact(w, push, found.contact, found.known);
  const document: BookedDocument = { ...found.document, contactId };
  const way = { key: keyOf(push, document), tried: push.tried };
  return { written: await w.door.writeDocument(w.inside, document, way) };
}

/** The contact of a company, made or brought up to date where ours says something else than it did last. */
async function writeContact(
  w: Writing,
  { ownerId, round }: Push,
  contact: Contact,
  known: { remoteId: string; chosen: boolean; written: string } | null,
): Promise<string> {
  const content = hashOf(contact);
  if (known && (known.chosen || known.written === content)) return known.remoteId;
  const way = { key: keyOf({ id: ownerId, round }, contact), tried: true };
  const { id } = await w.door.writeContact(w.inside, contact, known?.remoteId ?? null, way);
  const kept = { ownerId, remoteId: id, chosen: false, written: content };
  await atomically(w.fresh(), (ctx) => saveContact(ctx, w.connection.id, kept));
  return id;
}

async function writeApplication(w: Writing, push: Push, calls: () => void): Promise<Outcome> {
  const { fresh, connection } = w;
  const found = await reading(fresh(), async (ctx) => {
    const note = await getInvoice(ctx, push.subjectId);
    const written = await store.findPush(ctx, connection.id, 'credit_note', push.subjectId);
    const invoice = await store.findPush(ctx, connection.id, 'invoice', push.documentId);
    return { note, written, invoice, as: (await getSettings(ctx)).documents };
  });
  if (!found.invoice) return { skipped: 'Its invoice is from before the day from which documents are written.' };
  if (found.as === 'draft') return { skipped: 'Drafts are allocated by whoever approves them there.' };
  if (found.written?.state !== 'done') throw waits(found.note.number);
  if (found.invoice.state !== 'done') throw waits(found.invoice.number);
  const settling = {
    ...{ invoiceId: found.invoice.remoteId!, amountMicros: found.note.grossMicros, currency: found.note.currency },
    on: found.note.document.issuedOn,
  };
  calls();
  const way = { key: keyOf(push, settling), tried: push.tried };
  const written = await w.door.apply(w.inside, found.written.remoteId!, settling, way);
  return written
    ? { written }
    : { skipped: 'Nothing is left to be paid of the invoice there: it stays as credit.', code: nothingLeft };
}

async function writePayment(w: Writing, push: Push, calls: () => void): Promise<Outcome> {
  const { fresh, connection } = w;
  const found = await reading(fresh(), async (ctx) => {
    const [allocation] = await listAllocations(ctx, { ids: [push.subjectId], standing: true }, { limit: 1 });
    const [any] = allocation ? [allocation] : await listAllocations(ctx, { ids: [push.subjectId] }, { limit: 1 });
    const invoice: Invoice = await getInvoice(ctx, push.documentId);
    const [receipt] = await listReceipts(ctx, { ids: [any!.receiptId] }, { limit: 1 });
    const { mapping, documents } = await getSettings(ctx);
    const ofNote = receipt?.source === 'credit_note';
    return {
      ...{ stands: allocation !== undefined, invoice, mapping, documents },
      cameOn: taxDay(ctx, receipt?.at ?? any!.at),
      note: ofNote ? await noteOf(ctx, connection, any!.receiptId) : null,
      payment: ofNote ? null : await getPayment(ctx, any!.receiptId),
      written: await store.findPush(ctx, connection.id, 'invoice', push.documentId),
      removes: await store.hasRemovals(ctx, connection.id, ofNote ? { ownerId: push.ownerId } : push),
      others: ofNote ? await store.listRemoteIds(ctx, connection.id, push) : [],
    };
  });
  if (!found.stands && !push.tried) return { skipped: 'It was taken back before it was written.' };
  if (found.note?.skipped) return { skipped: found.note.skipped };
  if (found.written?.state !== 'done') throw waits(push.number);
  // What is taken back makes room for what is paid anew; what was taken back itself, and may be there, waits for nothing.
  if (found.stands && found.removes) throw waits('what was taken back');
  const { issuedOn } = found.invoice.document;
  const settling = {
    ...{ invoiceId: found.written.remoteId!, amountMicros: push.amountMicros, currency: push.currency },
    // What was there before the invoice pays it on its day.
    on: found.cameOn > issuedOn ? found.cameOn : issuedOn,
  };
  const look = found.written.remoteState === 'DRAFT' || found.documents === 'draft';
  if (found.note) {
    const { remoteId, number } = found.note;
    if (!remoteId) throw waits(number);
    calls();
    const way = { key: keyOf(push, settling), tried: push.tried, others: found.others, look };
    return { written: await w.door.allocate(w.inside, remoteId, settling, way) };
  }
  const { method } = found.payment!;
  const accountCode = accountOfMoney(found.mapping, method);
  if (accountCode === null) throw unmapped(`money that is paid by ${method.replace('_', ' ')}`);
  const payment = { ...settling, accountCode, reference: publicId('allocation', push.subjectId) };
  calls();
  const way = { key: keyOf(push, payment), tried: push.tried, look };
  return { written: await w.door.pay(w.inside, payment, way) };
}

/** Where a credit note is that pays an invoice: null while it is not written yet; or why it never will be. */
async function noteOf(ctx: Ctx, { id, pushFrom }: Connection, noteId: Id) {
  const push = await store.findPush(ctx, id, 'credit_note', noteId);
  const { number, issuedAt } = await getInvoice(ctx, noteId);
  const before = !push && (pushFrom === null || taxDay(ctx, issuedAt) < pushFrom);
  const skipped = before ? 'Its credit note is from before the day from which documents are written.' : null;
  return { number, skipped, remoteId: push?.state === 'done' ? push.remoteId : null };
}

async function writeRemoval(w: Writing, push: Push, calls: () => void): Promise<Outcome> {
  const { connection } = w;
  const { payment, note } = await reading(w.fresh(), async (ctx) => {
    const [allocation] = await listAllocations(ctx, { ids: [push.subjectId] }, { limit: 1 });
    const [receipt] = await listReceipts(ctx, { ids: [allocation!.receiptId] }, { limit: 1 });
    return {
      payment: await store.findPush(ctx, connection.id, 'payment', push.subjectId),
      note: receipt?.source === 'credit_note' ? await noteOf(ctx, connection, receipt.id) : null,
    };
  });
  if (!payment || payment.state === 'skipped' || (payment.state === 'failed' && !payment.tried)) {
    return { skipped: 'The payment was never written.' };
  }
  if (payment.state !== 'done') throw waits('the payment');
  calls();
  const way = { key: keyOf(push, payment.remoteId), tried: push.tried };
  const id = payment.remoteId!;
  if (note) return { written: await w.door.unallocate(w.inside, note.remoteId!, id, way) };
  return { written: await w.door.unpay(w.inside, id, way) };
}
