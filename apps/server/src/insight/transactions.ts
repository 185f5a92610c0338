import { formatAmount } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import { percentOf } from '../tax/index.ts';
import { ownersNamed, ownersOf } from '../tenancy/index.ts';
import type { About, Destination, Detail, Transaction, TransactionHands } from '../transactions/index.ts';

/** Accounts, and SIMs, in which a text is looked for: one that is in more of them says too little. */
const searchBound = 200;

/** What the list of transactions asks of the rooms that it knows nothing of. */
export const transactionView: TransactionHands = {
  async find(ctx, search) {
    return reading(ctx, async (ctx) => {
      const payerIds = await ownersNamed(ctx, search, searchBound);
      const wallets = await ledger.walletsOf(ctx, payerIds);
      const sims = await inventory.listSims(ctx, { search }, { limit: searchBound });
      // Only a number finds invoices: who owes them is found by name, as who pays.
      const numbered = /\d/.test(search) ? await billing.listInvoices(ctx, { search }, { limit: searchBound }) : [];
      const destinationIds = [...wallets, ...sims, ...numbered].map(({ id }) => id);
      return { payerIds, destinationIds, reference: search };
    });
  },
  about: (ctx, destinations) => reading(ctx, (ctx) => about(ctx, destinations)),
  detailOf: (ctx, transaction) => reading(ctx, (ctx) => detailOf(ctx, transaction)),
};

async function about(ctx: Ctx, destinations: Destination[]): Promise<Map<Id, About>> {
  const idsOf = (kind: Destination['kind']) => [
    ...new Set(destinations.filter((one) => one.kind === kind).map(({ id }) => id)),
  ];
  const simIds = idsOf('sim');
  const sims = simIds.length ? await inventory.listSims(ctx, { ids: simIds }, { limit: simIds.length }) : [];
  const wallets = await ledger.getWallets(ctx, idsOf('wallet'));
  const owners = await ownersOf(
    ctx,
    wallets.map(({ ownerId }) => ownerId),
  );
  const poolIds = idsOf('pool');
  const known = poolIds.length ? await pools.poolsOf(ctx, poolIds) : new Map();
  const invoiceIds = idsOf('invoice');
  const invoices = invoiceIds.length
    ? await billing.listInvoices(ctx, { ids: invoiceIds }, { limit: invoiceIds.length })
    : [];
  const companies = await ownersOf(ctx, idsOf('company'));
  return new Map<Id, About>([
    ...sims.map(({ id, iccid }) => [id, { id: publicId('sim', id), name: iccid }] as const),
    ...wallets.flatMap(({ id, ownerId }) => {
      const owner = owners.get(ownerId);
      return owner ? [[id, { id: publicId('wallet', id), name: owner.name }] as const] : [];
    }),
    ...[...companies].map(([id, { name }]) => [id, { id: publicId('company', id), name }] as const),
    ...invoices.map(({ id, number }) => [id, { id: publicId('invoice', id), name: number }] as const),
    ...[...known].map(([id, { pool }]) => [id, { id: publicId('pool', id), name: pool.name }] as const),
  ]);
}

async function detailOf(ctx: Ctx, transaction: Transaction): Promise<Detail> {
  const { key } = transaction;
  const transfers = await transfersOf(ctx, key);
  const none = { payment: null, refund: null, explanation: null, madeBy: null, failure: null, tax: null, refunds: [] };
  const [cause, id] = key.split(':') as [string, Id];
  if (cause === 'payment') return { ...none, ...(await ofPayment(ctx, id)), transfers };
  if (cause === 'refund') return { ...none, ...(await ofRefund(ctx, id)), transfers };
  const explanation = await explainedBy(ctx, transaction);
  return { ...none, explanation, madeBy: transfers[0]?.madeBy ?? null, transfers };
}

async function ofPayment(ctx: Ctx, id: Id): Promise<Partial<Detail>> {
  const payment = await payments.getPayment(ctx, id);
  const refunds = await payments.listRefunds(ctx, { paymentId: id }, { limit: 50 });
  return {
    ...{ payment: id, madeBy: payment.madeBy },
    failure: failureOf(payment),
    tax: { category: payment.taxCategory, percent: percentOf(payment.taxRatePpm), reason: payment.taxReason },
    refunds: refunds.map((refund) => ({
      ...{ id: refund.id, state: refund.state, reason: refund.reason, createdAt: refund.createdAt },
      amount: formatAmount(refund.grossMicros, refund.currency),
    })),
  };
}

async function ofRefund(ctx: Ctx, id: Id): Promise<Partial<Detail>> {
  const [refund] = await payments.listRefunds(ctx, { ids: [id] }, { limit: 1 });
  if (!refund) return {};
  return { refund: id, payment: refund.paymentId, madeBy: refund.madeBy, failure: failureOf(refund) };
}

function failureOf(one: { failureCode: string | null; failureMessage: string | null }): Detail['failure'] {
  return one.failureCode === null ? null : { code: one.failureCode, message: one.failureMessage ?? '' };
}

/** The fee of a period of a SIM, and the adjustment beside one, can be worked out again. */
async function explainedBy(ctx: Ctx, { key, type }: Transaction): Promise<string | null> {
  const [, id, , kind] = key.split(':');
  if (type === 'fee' && id) {
    const fees = await periods.feesOf(ctx, { periodIds: [id], limit: 10 });
    const fee = fees.find((one) => one.kind === kind);
    return fee ? publicId('fee', fee.id) : null;
  }
  if (type === 'adjustment' && key.startsWith('adjustment:') && id) return publicId('adjustment', id);
  return null;
}

async function transfersOf(ctx: Ctx, key: string): Promise<Detail['transfers']> {
  const entries = await ledger.listTransfersOf(ctx, key);
  const owners = await ownersOf(
    ctx,
    entries.map(({ ownerId }) => ownerId),
  );
  return [...Map.groupBy(entries, (entry) => entry.transferId).values()].map((sides) => {
    const { transferId: id, key, kind, at, note, madeBy } = sides[0]!;
    return {
      ...{ id, key, kind, at, note, madeBy },
      entries: sides.map((side) => ({
        ...{ account: side.accountKind, accountId: side.accountId, owner: owners.get(side.ownerId)?.name ?? '' },
        amount: formatAmount(side.amountMicros, side.currency),
        balanceAfter: side.balanceAfter === null ? null : formatAmount(side.balanceAfter, side.currency),
      })),
    };
  });
}
