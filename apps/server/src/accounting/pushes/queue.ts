import { type Invoice, listInvoices } from '../../billing/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { listAllocations } from '../../receivables/index.ts';
import { taxDay } from '../../tax/index.ts';
import type { Connection } from '../connection/model.ts';
import { findConnection, lockConnection, saveConnection } from '../connection/sql.ts';
import * as store from './sql.ts';

/** Allocations of one document that are put in line: more are left to the next look. */
const mostAllocations = 200;
/** Documents of the past put in line in one turn. */
const filledAtOnce = 100;

/** An invoice or a credit note was issued: it is to be written, where somebody is connected. */
export async function documentIssued(ctx: Ctx, documentId: Id): Promise<void> {
  const connection = await writesTo(ctx);
  if (!connection) return;
  const [document] = await listInvoices(ctx, { ids: [documentId] }, { limit: 1 });
  if (document) await atomically(ctx, (ctx) => putDocument(ctx, connection, document));
}

/** Money was allocated to an invoice: it is paid there as well. */
export async function allocationMade(ctx: Ctx, allocationId: Id): Promise<void> {
  const connection = await writesTo(ctx);
  if (!connection) return;
  const [allocation] = await listAllocations(ctx, { ids: [allocationId] }, { limit: 1 });
  if (!allocation || allocation.undoesId) return;
  const [invoice] = await listInvoices(ctx, { ids: [allocation.invoiceId] }, { limit: 1 });
  if (invoice && isWritten(ctx, connection, invoice)) {
    await atomically(ctx, (ctx) => putPayment(ctx, connection, invoice, allocation));
  }
}

/** An allocation was taken back: what was not written yet is not, and what was is removed. */
export async function allocationUndone(ctx: Ctx, allocationId: Id): Promise<void> {
  const connection = await writesTo(ctx);
  if (!connection) return;
  await atomically(ctx, async (ctx) => {
    const payment = await store.findPush(ctx, connection.id, 'payment', allocationId);
    if (!payment || payment.state === 'skipped') return;
    if (!payment.tried) {
      if (payment.state === 'failed') await store.retryPushes(ctx, connection.id, { ids: [payment.id] });
      await store.recordSkipped(ctx, payment, 'It was taken back before it was written.');
      return;
    }
    const { connectionId, documentId, ownerId, number, currency, amountMicros } = payment;
    const about = { connectionId, documentId, ownerId, number, currency, amountMicros };
    await store.insertPushes(ctx, [{ id: newId(ctx), kind: 'removal', subjectId: allocationId, ...about }]);
  });
}

/**
 * Puts documents of the past in line, from the newest down to the day that was set; with them what paid them. In turns, so that years of
 * them hold up nobody. True: there may be more.
 */
export async function fillLine(ctx: Ctx): Promise<boolean> {
  return atomically(ctx, async (ctx) => {
    const connection = await lockConnection(ctx);
    if (connection?.state !== 'connected' || !connection.filledUntil || !connection.pushFrom) return false;
    // A day more than any zone is off: which of them are meant, is asked of each.
    const from = new Date(Date.parse(`${connection.pushFrom}T00:00:00Z`) - 24 * 3_600_000);
    const page = { after: connection.filledUntil, limit: filledAtOnce };
    const documents = await listInvoices(ctx, { from }, page);
    for (const document of documents) await putDocument(ctx, connection, document);
    const last = documents.length < filledAtOnce ? null : documents.at(-1)!.id;
    await saveConnection(ctx, { ...connection, filledUntil: last });
    return last !== null;
  });
}

/** Null: nobody is connected, and what happens now is put in line when somebody is. */
async function writesTo(ctx: Ctx): Promise<Connection | null> {
  const connection = await findConnection(ctx);
  return connection?.bookId && (connection.state === 'connected' || connection.state === 'broken') ? connection : null;
}

function isWritten(ctx: Ctx, { pushFrom }: Connection, { issuedAt }: Invoice): boolean {
  return pushFrom !== null && taxDay(ctx, issuedAt) >= pushFrom;
}

async function putDocument(ctx: Ctx, connection: Connection, document: Invoice): Promise<void> {
  if (!isWritten(ctx, connection, document)) return;
  const { id, kind, ownerId, number, currency, grossMicros: amountMicros, creditsId } = document;
  const about = { connectionId: connection.id, ownerId, number, currency, amountMicros };
  const pushes: store.NewPush[] = [{ id: newId(ctx), kind, subjectId: id, documentId: id, ...about }];
  if (creditsId) {
    pushes.push({ id: newId(ctx), kind: 'application', subjectId: id, documentId: creditsId, ...about });
  }
  await store.insertPushes(ctx, pushes);
  if (kind !== 'invoice') return;
  const paid = await listAllocations(ctx, { invoiceId: id, standing: true }, { limit: mostAllocations });
  for (const allocation of paid.reverse()) await putPayment(ctx, connection, document, allocation);
}

async function putPayment(
  ctx: Ctx,
  connection: Connection,
  { id: documentId, number }: Invoice,
  { id: subjectId, ownerId, currency, amountMicros }: { id: Id; ownerId: Id; currency: string; amountMicros: bigint },
): Promise<void> {
  const about = { connectionId: connection.id, documentId, ownerId, number, currency, amountMicros };
  await store.insertPushes(ctx, [{ id: newId(ctx), kind: 'payment', subjectId, ...about }]);
}
