import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as inventory from '../src/inventory/index.ts';
import { atomically, query, sql } from '../src/kit/db.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import { setRate, taxDay } from '../src/tax/index.ts';
import { asking } from './asking.ts';
import { openWorld, type World } from './world.ts';
import type { Json } from './xero/books.ts';
import { openXero } from './xero/server.ts';

/** docs/journeys/33-into-the-books.md, every loop running, a server that speaks Xero's language over HTTP. */
let world: World;
let xero: Awaited<ReturnType<typeof openXero>>;
let company: Json;
let planId: string;
const client = { id: 'APP+1/2', secret: 'a secret: of the app' };
const startedAt = new Date('2026-05-04T09:00:00Z');

const { done, code, until } = asking(() => world);
const accounting = () => done('GET', 'accounting');

beforeAll(async () => {
  let clock = () => startedAt;
  xero = await openXero(client, () => clock());
  world = await openWorld({ now: startedAt, xeroApi: xero.url });
  clock = () => world.now();
  const validFrom = taxDay(world.ctx(), world.ctx().now);
  const rate = { category: 'S' as const, ratePpm: 210_000, reason: '', validFrom };
  await setRate(world.ctx(), world.organization.id, rate);
  company = await done('POST', 'companies', { name: 'Harbour Ltd', currency: 'EUR', email: 'bills@harbour.example' });
  const plan = await done('POST', 'plans', {
    ...{ name: 'Bundle', type: 'monthly_bundle', fee: '10.05', activationFee: '1.50', allowanceMb: '1' },
    ...{ overageSizeMb: '1', overagePrice: '0.10', billingStart: 'assignment' },
  });
  planId = plan.id;
});
afterAll(async () => {
  expect(xero.faults).toEqual([]);
  expect(await world.drift()).toEqual([]);
  await world.close();
  await xero.close();
});

/** An invoice of 11.55 for each SIM, and VAT. */
async function invoice(sims = 1): Promise<Json> {
  const stock = await world.stock(sims);
  const companyId = parsePublicId('company', company.id)!;
  const ids = stock.map(({ id }) => id);
  await atomically(world.ctx(), (ctx) => inventory.register(ctx, ids, companyId));
  for (const { id } of stock) await done('PUT', `sims/${publicId('sim', id)}/plan`, { plan: planId, effective: 'now' });
  const { items } = await done('POST', 'pre-bills', { companies: [company.id] });
  expect(items).toHaveLength(1);
  return done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version });
}

const pay = (of: Json, amount?: string) =>
  done('POST', 'payments', { invoicePayment: { invoices: [of.id], ...(amount && { amount }) }, method: 'manual' });
/** Credit pays what is open, the oldest first: what a test issues then. */
const payOpen = async () => {
  const { items } = await done('GET', `invoices?company=${company.id}&kind=invoice&state=open`);
  for (const each of items) await pay(each);
};
const pushesOf = async (of: Json): Promise<Json[]> => (await done('GET', `accounting/pushes?document=${of.id}`)).items;
const pushOf = async (of: Json, kind: string): Promise<Json> => (await pushesOf(of)).find((one) => one.kind === kind);
const settled = (of: Json, kind: string, state = 'done') =>
  until(`the ${kind} of ${of.number} to be ${state}`, async () => {
    const push = await pushOf(of, kind);
    return push?.state === state && push;
  });
const there = (of: Json): Json => xero.books.invoices.find(({ InvoiceNumber }) => InvoiceNumber === of.number);

const mapping = {
  items: { recurring: '200', activation: '200', other: '210' },
  taxes: [{ category: 'S', percent: '21', taxType: 'OUTPUT' }],
  payments: { manual: '090', other: '091' },
  ledger: { receivable: '610', vat: '820', fee_revenue: '200' },
  documents: 'authorised',
};

describe('Xero', () => {
  it('lets us in: somebody goes there and comes back, and what they bring is exchanged once', async () => {
    expect(await code('POST', 'accounting/connection', { kind: 'xero', clientId: client.id })).toBe(
      'accounting.client_missing',
    );
    const begun = await done('POST', 'accounting/connection', {
      kind: 'xero',
      clientId: client.id,
      clientSecret: client.secret,
    });
    expect(begun.connection).toMatchObject({ state: 'asked', clientId: client.id });
    const asked = new URL(begun.consentUrl).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: `${world.url}/accounting`,
    });
    expect(asked.get('scope')).toContain('offline_access');

    const back = Object.fromEntries(xero.agree(begun.consentUrl));
    const answer = { code: back.code, state: back.state };
    expect(await code('POST', 'accounting/connection/answer', { ...answer, state: 'of somebody else' })).toBe(
      'accounting.state_unknown',
    );
    await done('POST', 'accounting/connection/answer', answer);
    expect(await code('POST', 'accounting/connection/answer', answer)).toBe('accounting.state_unknown');
    const { connection } = await until('the books to be read', async () => {
      const now = await accounting();
      return now.connection.state === 'connected' && now.connection.chart && now;
    });
    expect(connection.book).toEqual({ id: xero.tenants[0]!.tenantId, name: 'Harbour Books' });
    expect(connection.chart.accounts.map((one: Json) => one.code)).toEqual(['200', '210', '090', '091']);
    expect(connection.chart.taxes[0]).toEqual({ type: 'OUTPUT', name: 'VAT on sales', percent: '21' });
    expect(JSON.stringify(connection)).not.toContain(client.secret);
  });

  it('an invoice without names in the books fails, says which, and is written once they are there: to the cent, by kind of item', async () => {
    const one = await invoice(3);
    expect(one).toMatchObject({ net: '34.65', vat: '7.28', gross: '41.93' });
    const failed = await settled(one, 'invoice', 'failed');
    expect(failed).toMatchObject({
      code: 'accounting.unmapped',
      problem: expect.stringContaining('category S at 21 %'),
    });
    expect(xero.count('PUT Invoices')).toBe(0);

    expect(await done('PUT', 'accounting/mapping', mapping)).toEqual(mapping);
    const push = await settled(one, 'invoice');
    expect(there(one)).toMatchObject({
      ...{ Type: 'ACCREC', Status: 'AUTHORISED', Reference: one.id, Date: '2026-05-04', CurrencyCode: 'EUR' },
      ...{ SubTotal: 34.65, TotalTax: 7.28, Total: 41.93, InvoiceID: push.remoteId },
      Contact: { Name: 'Harbour Ltd', ContactNumber: company.id, EmailAddress: 'bills@harbour.example' },
      LineItems: [
        { Description: 'Recurring fee (3)', AccountCode: '200', TaxType: 'OUTPUT', LineAmount: 30.15, TaxAmount: 6.33 },
        { Description: 'Activation fee (3)', AccountCode: '200', LineAmount: 4.5, TaxAmount: 0.95 },
      ],
    });
  });

  it('what pays an invoice is a payment there, what is taken back is deleted, and a credit note pays what is left', async () => {
    const one = await invoice(2);
    expect(one.gross).toBe('27.95');
    await pay(one, '10.00');
    await settled(one, 'payment');
    expect(there(one)).toMatchObject({ AmountPaid: 10, AmountDue: 17.95 });
    const { items } = await done('GET', `invoices/${one.id}/allocations`);
    expect(there(one).Payments[0]).toMatchObject({
      Reference: items[0].id,
      Account: { Code: '090' },
      Date: '2026-05-04',
    });
    await done('POST', `allocations/${items[0].id}/undo`, { reason: 'Of another' });
    await settled(one, 'removal');
    expect(there(one)).toMatchObject({ AmountPaid: 0, AmountDue: 27.95 });

    await done('POST', `payments/${items[0].payment}/allocations`, { invoice: one.id, amount: '10.00' });
    await until('it to be paid again', async () => there(one).AmountPaid === 10);
    const note = await done('POST', `invoices/${one.id}/credit-notes`, {
      reason: 'Of no use',
      items: [{ position: 1, amount: '5.00' }],
    });
    await settled(one, 'application');
    const [written] = xero.books.creditNotes;
    expect(written).toMatchObject({
      CreditNoteNumber: note.number,
      Reference: note.id,
      SubTotal: 5,
      TotalTax: 1.05,
      Total: 6.05,
    });
    expect(there(one)).toMatchObject({ AmountCredited: 6.05, AmountDue: 11.9 });
    await pay(one);
    await until('nothing to be due there', async () => there(one).AmountDue === 0);
    expect((await done('GET', `invoices/${one.id}`)).state).toBe('paid');
  });

  it('a bill below zero is a credit note there that is allocated once, though the answer is lost; what is taken back of it is deleted', async () => {
    await payOpen();
    const one = await invoice();
    const { items: sims } = await done('GET', `sims?company=${company.id}&limit=1`);
    await done('POST', 'adjustments', { sim: sims[0].id, amount: '-5.00', reason: 'An outage' });
    const { items: bills } = await done('POST', 'pre-bills', { companies: [company.id] });
    xero.next.push({ on: 'PUT CreditNotes/:id/Allocations', lost: true });
    const note = await done('POST', `pre-bills/${bills[0].id}/approve`, { version: bills[0].version });
    await until('its allocation to wait', async () => (await pushOf(one, 'payment'))?.code === 'xero.unreachable');
    xero.forgetKeys();
    await done('POST', `accounting/pushes/${(await pushOf(one, 'payment')).id}/retry`);
    await settled(one, 'payment');
    const noteThere = () =>
      xero.books.creditNotes.find(({ CreditNoteNumber }: Json) => CreditNoteNumber === note.number);
    expect(noteThere()).toMatchObject({ Total: 6.05, RemainingCredit: 0, Allocations: [{ Amount: 6.05 }] });
    expect(there(one)).toMatchObject({ AmountCredited: 6.05, AmountPaid: 0 });

    const { items } = await done('GET', `invoices/${one.id}/allocations`);
    await done('POST', `allocations/${items[0].id}/undo`, { reason: 'Of another' });
    await settled(one, 'removal');
    expect(noteThere()).toMatchObject({ RemainingCredit: 6.05, Allocations: [] });
    await done('POST', `invoices/${note.id}/allocations`, { invoice: one.id, amount: '2.00' });
    await until('some of it to be allocated', async () => there(one).AmountCredited === 2);
    await done('POST', `invoices/${note.id}/payouts`, { reason: 'To their bank' });
    await pay(one);
    await until('nothing to be due there', async () => there(one).AmountDue === 0);
  });

  it('an answer that is lost makes nothing twice, though the key is forgotten by then', async () => {
    xero.next.push({ on: 'PUT Invoices', lost: true });
    const one = await invoice();
    const waiting = await until('it to wait', async () => {
      const push = await pushOf(one, 'invoice');
      return push?.problem && push;
    });
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1, code: 'xero.unreachable' });
    xero.forgetKeys();
    xero.next.push({ on: 'POST Payments', lost: true });
    await pay(one);
    await done('POST', `accounting/pushes/${waiting.id}/retry`);
    await settled(one, 'invoice');
    await until('its payment to wait', async () => (await pushOf(one, 'payment'))?.code === 'xero.unreachable');
    xero.forgetKeys();
    await done('POST', `accounting/pushes/${(await pushOf(one, 'payment')).id}/retry`);
    await settled(one, 'payment');
    expect(xero.books.invoices.filter(({ InvoiceNumber }) => InvoiceNumber === one.number)).toHaveLength(1);
    expect(there(one)).toMatchObject({ AmountDue: 0, Payments: [{ Status: 'AUTHORISED' }] });
  });

  it('who asks for patience gets it, what is refused says why, and a number of another is not ours', async () => {
    const answer = { status: 429, headers: { 'retry-after': '3600', 'x-rate-limit-problem': 'day' }, body: {} };
    xero.next.push({ on: 'PUT Invoices', answer });
    const one = await invoice();
    const { connection } = await until('a pause', async () => {
      const now = await accounting();
      return now.connection.pausedUntil && now;
    });
    expect(connection).toMatchObject({ state: 'connected', problem: expect.stringContaining('too many calls (day)') });
    expect(Date.parse(connection.pausedUntil) - world.now().getTime()).toBeGreaterThan(3_000_000);
    expect(await pushOf(one, 'invoice')).toMatchObject({ state: 'waiting', attempts: 0 });
    xero.books.invoices.push({
      InvoiceID: randomUUID(),
      InvoiceNumber: one.number,
      Type: 'ACCREC',
      Status: 'DRAFT',
      Reference: 'by hand',
      Total: 1,
    });
    await done('POST', `accounting/pushes/${(await pushOf(one, 'invoice')).id}/retry`);
    expect(await settled(one, 'invoice', 'failed')).toMatchObject({ code: 'accounting.number_taken' });
    xero.books.invoices.pop();

    xero.books.accounts[0]!.Status = 'ARCHIVED';
    await done('POST', 'accounting/pushes/retry');
    expect(
      await until('it to be refused', async () => {
        const push = await pushOf(one, 'invoice');
        return push.code === 'xero.refused' && push;
      }),
    ).toMatchObject({ state: 'failed', problem: expect.stringContaining("Account code '200' is not a valid code") });
    xero.books.accounts[0]!.Status = 'ACTIVE';
    await done('POST', 'accounting/pushes/retry');
    await settled(one, 'invoice');
    const { items } = await done('GET', 'events?name=accounting.push_failed');
    expect(items.map((event: Json) => event.data.code)).toContain('xero.refused');
  });

  it('a token that is over is refreshed before it is used; a grant that was withdrawn breaks the connection, and nothing in line is lost', async () => {
    const { refreshes } = xero.counts;
    world.run(world.now().getTime() - Date.now() + 40 * 60_000);
    await settled(await invoice(), 'invoice');
    expect(xero.counts.refreshes).toBe(refreshes + 1);
    xero.withdraw();
    const one = await invoice();
    await until('it to be broken', async () => (await accounting()).connection.state === 'broken');
    expect(await pushOf(one, 'invoice')).toMatchObject({ state: 'waiting', attempts: 0 });
    // With the client that is known.
    const { consentUrl } = await done('POST', 'accounting/connection', { kind: 'xero' });
    const back = Object.fromEntries(xero.agree(consentUrl));
    await done('POST', 'accounting/connection/answer', { code: back.code, state: back.state });
    await settled(one, 'invoice');
  });

  it('what a credit note takes back of a paid invoice makes room there first', async () => {
    await payOpen();
    const one = await invoice();
    await pay(one);
    await settled(one, 'payment');
    const note = await done('POST', `invoices/${one.id}/credit-notes`, { reason: 'Of no use' });
    await until('the note to pay it there', async () => there(one).AmountCredited === 13.98);
    expect(there(one)).toMatchObject({ AmountPaid: 0, AmountDue: 0, Payments: [{ Status: 'DELETED' }] });
    expect((await pushOf(one, 'application')).number).toBe(note.number);
    // What came is on account, and pays the next.
    const next = await invoice();
    await until('the next to be paid there', async () => there(next)?.AmountDue === 0);
  });

  it('as drafts nothing is paid until somebody approves them there; a contact that staff chose is left alone', async () => {
    await done('PUT', 'accounting/mapping', { ...mapping, documents: 'draft' });
    const other = await done('POST', 'companies', { name: 'Lighthouse', currency: 'EUR' });
    const theirs = { ContactID: randomUUID(), Name: 'The Lighthouse Company', ContactStatus: 'ACTIVE' };
    xero.books.contacts.push(theirs);
    const address = `https://go.xero.com/app/contacts/contact/${theirs.ContactID}`;
    expect(await done('PUT', `accounting/contacts/${other.id}`, { contact: address })).toEqual({
      ...{ company: other.id, contact: theirs.ContactID, chosen: true },
    });
    const before = company;
    company = other;
    const one = await invoice();
    company = before;
    await settled(one, 'invoice');
    expect(there(one)).toMatchObject({ Status: 'DRAFT', Contact: { Name: 'The Lighthouse Company' } });
    await pay(one);
    const waiting = await until('its payment to wait', async () => {
      const push = await pushOf(one, 'payment');
      return push?.code === 'accounting.is_draft' && push;
    });
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 0 });
    there(one).Status = 'AUTHORISED';
    await done('POST', `accounting/pushes/${waiting.id}/retry`);
    await settled(one, 'payment');
    expect(there(one)).toMatchObject({ Status: 'PAID', AmountDue: 0 });
    await done('PUT', 'accounting/mapping', mapping);
  });

  it('files hold the journal, which balances, and documents by kind of item, exactly', async () => {
    const days = 'from=2026-05-01&until=2026-05-31';
    const { items } = await done('GET', `accounting/journal?${days}`);
    const cents = (amount: string) => Math.round(Number(amount) * 100);
    for (const [, lines] of Map.groupBy<number, Json>(items, ({ entry }) => entry)) {
      expect(lines.reduce((sum, { debit, credit }) => sum + cents(debit) - cents(credit), 0)).toBe(0);
    }
    expect(items.some(({ account, code }: Json) => account === 'Receivables' && code === '610')).toBe(true);
    const csv = await fetch(`${world.url}/api/v1/accounting/journal.csv?${days}&by=day`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    const [head, ...lines] = (await csv.text()).trim().split('\r\n');
    expect(head).toContain('Entry,Date,Text,Account code,Account,Debit,Credit,Currency,Before rounding');
    expect(lines).toHaveLength(items.length);

    const documents = await done('GET', `accounting/documents?${days}&limit=200`);
    const all = await done('GET', 'invoices?limit=200');
    expect(documents.items.map(({ number }: Json) => number).sort()).toEqual(
      all.items.map(({ number }: Json) => number).sort(),
    );
    for (const { net, vat, lines } of documents.items) {
      expect(lines.reduce((sum: number, line: Json) => sum + cents(line.net), 0)).toBe(cents(net));
      expect(lines.reduce((sum: number, line: Json) => sum + cents(line.vat), 0)).toBe(cents(vat));
    }
    expect(await code('GET', 'accounting/journal?from=2026-05-02&until=2026-05-01')).toBe('accounting.period_invalid');
    const xlsx = await fetch(`${world.url}/api/v1/accounting/documents.xlsx?${days}`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    expect(
      Buffer.from(await xlsx.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it('lets go of us: what lets us in is given back, nothing more is written, and other books later get what is asked for, the past too', async () => {
    await done('DELETE', 'accounting/connection');
    await until('it to be gone', async () => (await accounting()).connection === null);
    expect(xero.counts).toMatchObject({ revoked: 1, disconnected: 1 });
    expect(await code('POST', 'accounting/pushes/retry')).toBe('accounting.not_connected');
    const one = await invoice();
    const kept = await query<Json>(world.owner.pool, sql`select * from accounting_connections`);
    expect(kept).toMatchObject([{ state: 'gone', grantSealed: null, codeSealed: null }]);

    for (const list of [xero.books.invoices, xero.books.creditNotes, xero.books.payments]) list.length = 0;
    const { consentUrl } = await done('POST', 'accounting/connection', {
      kind: 'xero',
      clientId: client.id,
      clientSecret: client.secret,
    });
    const back = Object.fromEntries(xero.agree(consentUrl));
    await done('POST', 'accounting/connection/answer', { code: back.code, state: back.state });
    // Documents of today are written by themselves; each once, with what paid them.
    await until('it to be written', async () => there(one));
    const all = (await done('GET', 'invoices?limit=200&kind=invoice')).items as Json[];
    await until('all of them to be there', async () => xero.books.invoices.length === all.length);
    await done('PATCH', 'accounting/connection', { pushFrom: '2026-01-01' });
    await until('nothing to wait', async () => {
      const { connection, counts } = await accounting();
      return counts.waiting === 0 && connection.problem === null;
    });
    expect(xero.books.invoices).toHaveLength(all.length);
    expect(JSON.stringify(await done('GET', 'audit-log?limit=200'))).not.toContain(client.secret);
  });
});
