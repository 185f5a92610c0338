import { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { exportedList } from '../kit/export/index.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom } from '../kit/http/page.ts';
import { type RouteSpec, route } from '../kit/http/route.ts';
import { amount, idParams } from '../kit/http/schemas.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { companyNamesOf, ownersOf } from '../tenancy/index.ts';
import type { Destination, Transaction } from './model.ts';
import {
  columns,
  LabelTransaction,
  type Shown,
  TransactionDetail,
  TransactionPage,
  TransactionQuery,
  TransactionReply,
} from './schemas.ts';
import { getTransaction, labelTransaction, listTransactions, type Search } from './service.ts';
import type { Found } from './sql.ts';

/** A destination as people know it, its id with its prefix. */
export type About = { id: string; name: string };
/** What the rooms above know of one transaction. */
export type Detail = Omit<z.output<typeof TransactionDetail>, keyof Shown>;

/** What the rooms above know of what is listed here. */
export type TransactionHands = {
  /** Where a text is found: accounts by name, SIMs by identifier, wallets by owner, invoices by number. */
  find(ctx: Ctx, search: string): Promise<Found>;
  /** What destinations are called, by id; those that the caller may not see are missing. */
  about(ctx: Ctx, destinations: Destination[]): Promise<Map<Id, About>>;
  detailOf(ctx: Ctx, transaction: Transaction): Promise<Detail>;
};

/** Customer-facing money events: listed, exported, labelled, and each opened to its ledger entries. */
export function transactionRoutes(http: Http, hands: TransactionHands): void {
  const tags = ['Transactions'];
  const url = '/api/v1/transactions';
  const seen = { tags, permission: 'payments.transaction.view', scope: 'company' as const };
  const cursor = idCursor('transactions');
  const list: RouteSpec<typeof TransactionQuery, z.ZodUndefined, z.ZodUndefined, { 200: typeof TransactionPage }> = {
    ...seen,
    method: 'GET',
    url,
    name: 'listTransactions',
    summary: 'Refills, fees that wallets paid, payments of invoices, refunds and adjustments, newest first',
    query: TransactionQuery,
    reply: { 200: TransactionPage },
    handler: async (ctx, { query }) => {
      const { limit, search } = query;
      const filter: Search = { ...filterOf(ctx, query), ...(search && { found: await hands.find(ctx, search) }) };
      const page = { after: cursor.read(query.cursor) ?? undefined, limit: limit + 1 };
      const found = await listTransactions(ctx, filter, page);
      const { items, nextCursor } = pageFrom(found, limit, (last) => cursor.write(last.id));
      return { items: await show(ctx, hands, items), nextCursor };
    },
  };
  exportedList(http, list, 'Transactions', columns);
  route(http, {
    ...seen,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getTransaction',
    summary: 'A transaction with its transfers in the ledger',
    params: idParams('transaction'),
    reply: { 200: TransactionDetail },
    handler: async (ctx, { params }) => {
      const transaction = await getTransaction(ctx, params.id);
      const [shown] = await show(ctx, hands, [transaction]);
      return { ...shown!, ...(await hands.detailOf(ctx, transaction)) };
    },
  });
  route(http, {
    tags,
    ...{ permission: 'payments.transaction.label', scope: 'organization' },
    method: 'PUT',
    url: `${url}/:id/labels`,
    name: 'labelTransaction',
    summary: 'Give a transaction these labels, and no others',
    params: idParams('transaction'),
    body: LabelTransaction,
    reply: { 200: TransactionReply },
    handler: async (ctx, { params, body }) => {
      const [shown] = await show(ctx, hands, [await labelTransaction(ctx, params.id, body.labels)]);
      return shown!;
    },
  });
}

type Query = z.output<typeof TransactionQuery>;

function filterOf(ctx: Ctx, query: Query): Search {
  const { status, type, method, currency, payer, company, endUser, sim, wallet, label, billingCycle } = query;
  const month = billingCycle === undefined ? null : monthIn(ctx, billingCycle);
  return {
    ...{ statuses: status, types: type, methods: method, currency, label },
    ...{ payerId: payer, companyId: company, endUserId: endUser, destinationId: sim ?? wallet },
    from: laterOf(query.from, month?.from),
    to: earlierOf(query.to, month?.to),
  };
}

function monthIn({ organization }: Ctx, month: string): { from: Date; to: Date } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const at = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(organization.timeZone).epochMilliseconds);
  return { from: at(first), to: at(first.add({ months: 1 })) };
}

function laterOf(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one && other ? (one > other ? one : other) : (one ?? other);
}

function earlierOf(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one && other ? (one < other ? one : other) : (one ?? other);
}

async function show(ctx: Ctx, hands: TransactionHands, transactions: Transaction[]): Promise<Shown[]> {
  return reading(ctx, async (ctx) => {
    const owners = await ownersOf(ctx, [
      ...new Set(transactions.flatMap(({ payerId, endUserId }) => (endUserId ? [payerId, endUserId] : [payerId]))),
    ]);
    const companies = await companyNamesOf(ctx, [...new Set(transactions.flatMap(({ companyId }) => companyId ?? []))]);
    const destinations = await hands.about(
      ctx,
      transactions.map(({ destination }) => destination),
    );
    const named = (id: Id | null) => {
      const owner = id && owners.get(id);
      return owner ? { id: publicId(owner.type, owner.id), name: owner.name } : null;
    };
    return transactions.map((t) => {
      const { id, at, type, status, currency, method, labels, reference, note, undelivered, settledAt } = t;
      const about = destinations.get(t.destination.id);
      return {
        ...{ id, at, type, status, currency, method, labels, reference, note, undelivered, settledAt },
        destination: { kind: t.destination.kind, id: about?.id ?? null, name: about?.name ?? null },
        amount: amount(t.amountMicros, currency),
        net: amount(t.amountMicros - t.vatMicros, currency),
        vat: amount(t.vatMicros, currency),
        payer: named(t.payerId),
        endUser: named(t.endUserId),
        company:
          t.companyId && companies.has(t.companyId)
            ? { id: publicId('company', t.companyId), name: companies.get(t.companyId)! }
            : null,
        billingCycle: monthOf(ctx, at),
      };
    });
  });
}

function monthOf({ organization }: Ctx, at: Date): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(organization.timeZone);
  return local.toPlainDate().toPlainYearMonth().toString();
}
