import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as tax from '../tax/index.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { accountOf, receivableOf } from './accounts.ts';
import * as cards from './cards/service.ts';
import { postWaiting } from './disputes/posting.ts';
import { listDisputes } from './disputes/sql.ts';
import { listPayment } from './listing.ts';
import {
  advance,
  type Fact,
  isOver,
  isWallet,
  type Means,
  minor,
  nextLook,
  type Payment,
  type Purpose,
} from './model.ts';
import type { Payer } from './payer.ts';
import { plain, type Use } from './prepaid/model.ts';
import { keepUses, prepaidFor, usesRefills } from './prepaid/service.ts';
import { leastMinor, type PaymentProvider } from './providers.ts';
import { listProviders } from './providers-sql.ts';
import { bearsWhenSpent } from './spending.ts';
import * as store from './sql.ts';

/** Money for a wallet. `amount` as a person writes it, without VAT. */
export type AskedWallet = {
  purpose: 'wallet_refill';
  walletId: Id;
  amount: string;
  /** Given with it by the organization. */
  bonus?: { amount: string; expiresAt: Date | null };
};
/** A refill of the plan that a SIM is on. */
export type AskedLine = { purpose: 'line_refill'; simId: Id; refill: string; times?: number };
/**
 * Invoices of a company, in the order in which they are paid; or without naming any, whatever it has open when the money comes, the
 * oldest first. `amount` gross, without it all that is left of them. `overpay`: it may be more than that.
 */
export type AskedInvoices = {
  purpose: 'invoice';
  invoiceIds: Id[];
  companyId?: Id;
  amount?: string;
  overpay?: boolean;
};
export type Asked = AskedWallet | AskedLine | AskedInvoices;

/** What is bought: what it costs without VAT, for whom, and what to call it. */
export type Purchase = {
  purpose: Purpose;
  subjectId: Id;
  detail: Payment['detail'];
  /** Who holds it, and pays unless somebody else does. */
  ownerId: Id;
  currency: string;
  priceMicros: Micros;
  /** Of invoices: whether any asks for VAT. */
  asksVat?: boolean;
  /** What is due: more is not taken by card or from a wallet. Without it there is no such bound. */
  dueMicros?: Micros;
  gets: Gets;
};

/** What somebody has of it: money in a wallet, or data and until when. */
export type Gets = {
  amountMicros: Micros | null;
  bytes: bigint | null;
  validUntil: Date | null;
  /** Given with it. */
  bonus?: Payment['detail']['bonus'];
};

/** What the rooms above do for a payment. */
export type Hands = {
  /** What somebody asks for, priced, of what the caller may see. */
  purchaseOf(ctx: Ctx, asked: Asked): Promise<Purchase>;
  /** Holds what will be given (lines come before ledger accounts), then does the work in the same database transaction. */
  holding<T>(ctx: Ctx, payment: Pick<Payment, 'purpose' | 'subjectId'>, work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /** Gives what was paid for. A refusal: it cannot be given any more. */
  deliver(ctx: Ctx, payment: Payment): Promise<Refusal | null>;
};

/** What a purchase comes to before anybody pays. */
export type Quote = Pick<
  Payment,
  'currency' | 'priceMicros' | 'netMicros' | 'vatMicros' | 'grossMicros' | 'taxCategory' | 'taxRatePpm' | 'taxReason'
>;

/**
 * What it costs by card or by hand: the price rounded to what can be paid, and VAT on that. From a wallet it costs its exact price:
 * VAT was paid when the wallet was refilled. A wallet that bears VAT when it is spent is refilled without, and pays like a card.
 * Of invoices that a wallet pays it says which refills are used, which are locked if asked for.
 */
export async function quote(
  ctx: Ctx,
  purchase: Purchase,
  { method, walletId }: Payer,
  lock: 'lock' | 'look' = 'look',
): Promise<Quote & { uses: Use[]; vatAt?: 'spending' }> {
  const { currency, priceMicros, ownerId, purpose } = purchase;
  if (method !== 'manual') holdToDue(purchase);
  const none = { currency, taxCategory: tax.noTax.category, taxRatePpm: 0, taxReason: '' };
  const moved = purpose === 'wallet_refill' ? purchase.subjectId : walletId;
  const later = moved && (await bearsWhenSpent(ctx, moved)) ? { vatAt: 'spending' as const } : {};
  if (later.vatAt && purpose === 'wallet_refill') {
    return { ...none, ...plain(tax.minorOf(priceMicros)), priceMicros, taxReason: chargedLater, uses: [], ...later };
  }
  // An invoice has its VAT already.
  if (purpose === 'invoice' || (isWallet(method) && !later.vatAt)) {
    if (!walletId || purpose !== 'invoice' || later.vatAt) {
      return { ...none, ...plain(priceMicros), uses: [], ...later };
    }
    const asked = { walletId, grossMicros: priceMicros, currency, asksVat: purchase.asksVat ?? false };
    const { uses, parts } = await prepaidFor(ctx, asked, lock);
    return { ...none, ...parts, uses };
  }
  const { category, ratePpm, reason } = await tax.taxFor(ctx, await getOwner(ctx, ownerId), ctx.now);
  const netMicros = tax.minorOf(priceMicros);
  const vatMicros = tax.vatOf(netMicros, ratePpm);
  const taxed = { taxCategory: category, taxRatePpm: ratePpm, taxReason: reason };
  const grossMicros = netMicros + vatMicros;
  return { currency, priceMicros, netMicros, vatMicros, grossMicros, ...taxed, uses: [], ...later };
}

/** Why a refill bears no VAT. */
const chargedLater = 'VAT is charged when it is spent';

/**
 * Begins a payment. By card it only stands here: its provider is asked by `openCarrier`, after this has committed; a stored card
 * is charged then, and nobody need be there. From a wallet, or by hand, it is done at once, with what it is for.
 *
 * @param by.cardId a stored card of who pays, charged while nobody need be there: see `payerOf`
 * Refuses `payment.more_than_due` of invoices unless more was asked for; `payment.unknown_outcome` while nobody knows whether a card was charged for the same; `payment.no_provider`,
 * `payment.below_provider_minimum`, `payment.nothing_to_pay`, `account.archived`, `payment_method.not_active`, `payment_method.expired`,
 * `payment_method.of_another`, and what the wallet or what is bought refuses.
 */
export async function startPayment(
  ctx: Ctx,
  hands: Hands,
  purchase: Purchase,
  by: Payer & { note?: string },
): Promise<Payment> {
  return atomically(ctx, (ctx) =>
    hands.holding(ctx, purchase, async (ctx) => {
      const owner = await getOwner(ctx, by.payerId ?? purchase.ownerId);
      const holder = purchase.ownerId === owner.id ? owner : await getOwner(ctx, purchase.ownerId);
      if (owner.archived || holder.archived) throw ofArchived();
      const { uses, vatAt, ...quoted } = await quote(ctx, { ...purchase, ownerId: owner.id }, by, 'lock');
      if (quoted.grossMicros <= 0n) {
        throw refuse.conflict('payment.nothing_to_pay', 'This costs nothing, so there is nothing to pay.');
      }
      const provider = by.method === 'card' ? await providerFor(ctx, owner, by.cardId) : null;
      if (provider) holdToLeast(provider, quoted);
      const payment: Payment = {
        ...{
          id: newId(ctx),
          ownerId: owner.id,
          ownerKind: owner.type,
          companyId: owner.companyId,
          purpose: purchase.purpose,
        },
        ...{ subjectId: purchase.subjectId, detail: { ...purchase.detail, ...(vatAt && { vatAt }) } },
        ...{ method: by.method, note: by.note ?? '' },
        ...{ providerId: provider?.id ?? null, cardId: by.cardId ?? null, walletId: by.walletId ?? null },
        ...{ ...quoted, state: 'created' },
        ...{ reference: null, actionUrl: null, failureCode: null, failureMessage: null, undelivered: null },
        ...{
          refundedMicros: 0n,
          usedMicros: 0n,
          cameMicros: null,
          attempts: 0,
          nextAttemptAt: by.method === 'card' ? ctx.now : null,
        },
        ...{ createdAt: ctx.now, settledAt: null, madeBy: ctx.actor.name },
      };
      if (!(await store.insertPayment(ctx, payment))) {
        throw refuse.conflict(
          'payment.unknown_outcome',
          'A card payment for the same is under way. Wait until it is known what became of it.',
        );
      }
      await keepUses(ctx, payment.id, uses);
      await tell(ctx, payment, 'payment.created', purchase.ownerId);
      return by.method === 'card' ? payment : succeed(ctx, hands, payment);
    }),
  );
}

/** What came by hand is there, whatever is due; what we take ourselves is no more than that. */
function holdToDue({ priceMicros, dueMicros, currency }: Purchase): void {
  if (dueMicros === undefined || priceMicros <= dueMicros) return;
  const due = formatAmount(dueMicros, currency);
  throw refuse.conflict(
    'payment.more_than_due',
    `Of these invoices ${due} ${currency} is due. More is taken only if that is asked for.`,
    {
      ...{ field: 'body.amount', due, currency },
    },
  );
}

/** What is paid for somebody who is archived could be used by nobody, and would be left over. */
export function ofArchived(): Refusal {
  return refuse.conflict('account.archived', 'This account is archived: nothing is paid by it or for it any more.');
}

/** Who takes the money: the provider that keeps the card, or the preferred one. */
async function providerFor(ctx: Ctx, payer: Owner, cardId: Id | undefined): Promise<PaymentProvider> {
  const providers = await listProviders(ctx);
  const card = cardId ? await cards.cardToPay(ctx, cardId) : null;
  if (card && card.ownerId !== payer.id) throw cards.ofAnother();
  const provider = card ? providers.find(({ id }) => id === card.providerId) : providers[0];
  if (provider) return provider;
  throw refuse.conflict('payment.no_provider', 'No payment provider is connected: cards cannot be charged.');
}

/** Providers take nothing below an amount of theirs. */
function holdToLeast({ kind }: PaymentProvider, { grossMicros, currency }: Quote): void {
  const least = leastMinor(kind, currency) * minor;
  if (grossMicros >= least) return;
  const minimum = formatAmount(least, currency);
  throw refuse.conflict('payment.below_provider_minimum', `Cards are charged ${minimum} ${currency} or more.`, {
    ...{ field: 'body.amount', minimum, currency },
  });
}

/**
 * What a wallet pays goes to revenue at its exact price. Of invoices it pays with what was paid in: nothing that was given, and with the VAT that
 * was prepaid. A wallet that bears VAT when it is spent pays gross, through clearing like a card. Refuses `wallet.insufficient_funds`, `wallet.paid_money_spent`.
 */
async function debit(ctx: Ctx, payment: Payment): Promise<void> {
  assert(
    payment.walletId && payment.purpose !== 'wallet_refill',
    'a wallet pays for refills of lines, and for invoices',
  );
  const { currency, netMicros: amountMicros, vatMicros, walletId } = payment;
  if (payment.purpose === 'line_refill' && payment.detail.vatAt) {
    const contra = await accountOf(ctx, 'clearing', currency);
    const gross = { walletId, amountMicros: payment.grossMicros, key: keyOf(payment, 'wallet') };
    await debitWhole(ctx, { ...gross, kind: 'refill', contra }, currency, 'body.wallet');
    return postPaid(ctx, payment);
  }
  const contra = await accountOf(ctx, payment.purpose === 'invoice' ? 'clearing' : 'refill_revenue', currency);
  const key = keyOf(payment, 'price');
  const wanted = { walletId, amountMicros, key, kind: 'refill' as const, contra };
  if (!(await usesRefills(ctx, payment.id))) return debitWhole(ctx, wanted, currency, 'body.wallet');
  assertPaid(await ledger.debitPaid(ctx, wanted), wanted, currency, 'body.wallet');
  if (vatMicros === 0n) return;
  const to = await accountOf(ctx, 'vat', currency);
  const released = { key: keyOf(payment, 'vat'), kind: 'payment' as const, at: ctx.now, to, from: contra };
  await ledger.post(ctx, [{ ...released, amountMicros: vatMicros }]);
}

/** Takes an amount from a wallet, or refuses with `wallet.insufficient_funds`. */
export async function debitWhole(ctx: Ctx, debit: ledger.Debit, currency: string, field: string): Promise<void> {
  const [outcome] = await ledger.debitMany(ctx, [debit]);
  assertPaid(outcome!, debit, currency, field);
}

/** Refuses `wallet.insufficient_funds` where a debit was not posted. */
export function assertPaid(outcome: ledger.DebitOutcome, debit: ledger.Debit, currency: string, field: string): void {
  if (outcome.posted) return;
  const [wanted, remaining, floor] = [debit.amountMicros, outcome.remainingMicros, outcome.floorMicros].map((micros) =>
    formatAmount(micros, currency),
  );
  throw refuse.conflict(
    'wallet.insufficient_funds',
    `The wallet holds ${remaining} ${currency} and must keep ${floor}: ${wanted} cannot be taken from it.`,
    { field, wanted, remaining, floor, currency },
  );
}

/**
 * Applies what a provider said. What is new is written, and of a payment that succeeds the money moves and what was paid for is
 * given, all in one database transaction. @returns what came of the fact
 */
export async function applyFact(
  ctx: Ctx,
  hands: Hands,
  id: Id,
  fact: Fact,
): Promise<'applied' | 'stale' | 'differs' | 'absent'> {
  return atomically(ctx, async (ctx) => {
    const [seen] = await store.listPayments(ctx, { ids: [id] }, { limit: 1 });
    if (!seen) return 'absent';
    return hands.holding(ctx, seen, async (ctx) => {
      const payment = (await store.lockPayment(ctx, id))!;
      if (fact.kind === 'means') return noteMeans(ctx, payment, fact.means);
      const step = advance(payment, fact);
      const paidBy = fact.kind === 'succeeded' && fact.means !== 'unsaid' ? fact.means : undefined;
      if (step === null) {
        return paidBy && payment.state === 'succeeded' ? noteMeans(ctx, payment, paidBy) : 'stale';
      }
      // Its payer went on with it while another card is asked for the same: that one is waited for, and this one looked at later.
      if (step.state === 'pending' && (await store.isOtherUnknown(ctx, payment))) return 'stale';
      const now: Payment = { ...payment, ...step };
      if (step.state === 'succeeded') {
        const done = await succeed(ctx, hands, now);
        if (paidBy) await noteMeans(ctx, done, paidBy);
        // Its provider is asked once by what it was paid: nobody may tell by itself.
        const asks = fact.kind === 'succeeded' && fact.means === 'unsaid' && !done.detail.means;
        if (asks) await store.savePayment(ctx, { ...done, nextAttemptAt: ctx.now });
        return 'applied';
      }
      const over = isOver(now.state);
      const waits = !over && now.state !== 'differs';
      // Asked for again at once if it never got there.
      const again = step.state === 'created' ? ctx.now : nextLook(now.attempts || 1, ctx.now);
      await store.savePayment(ctx, { ...now, nextAttemptAt: waits ? again : null, settledAt: over ? ctx.now : null });
      if (now.state === 'failed') await cards.noteFailure(ctx, now);
      // That it is asked for anew is nobody's news: it was told when it was made.
      if (now.state !== 'created') await tell(ctx, now, `payment.${now.state}`);
      return now.state === 'differs' ? 'differs' : 'applied';
    });
  });
}

/** Keeps by what it was paid, and lists it as that; nothing else changes. */
async function noteMeans(ctx: Ctx, payment: Payment, means: Means): Promise<'applied' | 'stale'> {
  if (payment.detail.means === means) return 'stale';
  const now = { ...payment, detail: { ...payment.detail, means } };
  await store.saveDetail(ctx, now);
  // Nobody needs to be asked any more.
  if (isOver(payment.state) && payment.nextAttemptAt) await store.savePayment(ctx, { ...now, nextAttemptAt: null });
  await listPayment(ctx, now);
  return 'applied';
}

/**
 * Gives what was paid for after all, and posts the money: of a payment that stands as undelivered. Refuses `payment.delivered`,
 * `payment.refunded`, `payment.disputed`, and what stands in the way still.
 */
export async function deliverAgain(ctx: Ctx, hands: Hands, id: Id): Promise<Payment> {
  return atomically(ctx, async (ctx) => {
    const seen = await getPayment(ctx, id);
    return hands.holding(ctx, seen, async (ctx) => {
      const payment = (await store.lockPayment(ctx, id))!;
      if (!payment.undelivered) {
        throw refuse.conflict('payment.delivered', 'Only what is paid and was not given can be delivered again.');
      }
      if (payment.refundedMicros > 0n) {
        throw refuse.conflict('payment.refunded', 'Money of this payment goes back, so nothing is given for it.');
      }
      const disputes = await listDisputes(ctx, { paymentId: id }, { limit: 10 });
      if (disputes.some(({ state }) => state !== 'won')) {
        throw refuse.conflict(
          'payment.disputed',
          'Its payer wants the money back by the bank, so nothing is given for it.',
        );
      }
      const refusal = await hands.deliver(ctx, payment);
      if (refusal) throw refusal;
      const done: Payment = { ...payment, undelivered: null };
      await postPaid(ctx, done);
      await postWaiting(ctx, done);
      await store.savePayment(ctx, done);
      await tell(ctx, done, 'payment.delivered');
      return done;
    });
  });
}

/** Money that is there: posted, and what it is for is given. What cannot be given stays visible, the money in clearing. */
export async function succeed(ctx: Ctx, hands: Hands, payment: Payment): Promise<Payment> {
  const refusal = await hands.deliver(ctx, payment);
  if (refusal && payment.method !== 'card') throw refusal;
  const done: Payment = {
    ...{ ...payment, state: 'succeeded', actionUrl: null, failureCode: null, failureMessage: null },
    ...{ undelivered: refusal ? refusal.code : null, settledAt: ctx.now, nextAttemptAt: null },
  };
  // What is given locks lines and periods, which come before ledger accounts.
  if (isWallet(payment.method)) await debit(ctx, done);
  else if (!refusal) await postPaid(ctx, done);
  if (payment.method === 'card') await postWaiting(ctx, done);
  await store.savePayment(ctx, done);
  await tell(ctx, done, 'payment.succeeded');
  return done;
}

/**
 * What came in, beside what the purpose posted itself: VAT, and the price of what is no wallet's. The net amount may differ from
 * the price by less than the smallest unit: that residue is posted too.
 */
async function postPaid(ctx: Ctx, payment: Payment): Promise<void> {
  const { currency, vatMicros, netMicros, priceMicros } = payment;
  const clearing = await accountOf(ctx, 'clearing', currency);
  const residue = payment.purpose === 'line_refill' ? netMicros - priceMicros : 0n;
  const transfers: ledger.NewTransfer[] = [];
  const add = async (part: string, kind: ledger.LedgerAccountKind, amountMicros: Micros) => {
    if (amountMicros === 0n) return;
    const from = await accountOf(ctx, kind, currency);
    transfers.push({ key: keyOf(payment, part), kind: 'payment', at: ctx.now, to: clearing, from, amountMicros });
  };
  if (payment.purpose === 'line_refill') await add('price', 'refill_revenue', priceMicros);
  await add('rounding', 'rounding', residue);
  await add('vat', 'vat', vatMicros);
  await ledger.post(ctx, transfers);
}

/** What a payment for invoices moves: from clearing to what their company owes. What a wallet pays comes through clearing too. */
export async function receivableTransfer(ctx: Ctx, payment: Payment): Promise<ledger.NewTransfer> {
  const { currency, grossMicros: amountMicros } = payment;
  const key = keyOf(payment, isWallet(payment.method) ? 'receivable' : 'price');
  const [to, from] = [await accountOf(ctx, 'clearing', currency), await receivableOf(ctx, payment)];
  return { key, kind: 'payment', at: ctx.now, to, from, amountMicros };
}

/** The key of a transfer of a payment: one of each part, whoever posts it. */
export function keyOf(payment: Pick<Payment, 'id'>, part: string): string {
  return `payment:${payment.id}:${part}`;
}

/** What a bonus is given for that comes with a payment: one for each. */
export function bonusSource(payment: Pick<Payment, 'id'>): string {
  return `payment:${payment.id}`;
}

async function getOwner(ctx: Ctx, id: Id): Promise<Owner> {
  const owner = (await ownersOf(ctx, [id])).get(id);
  if (!owner) throw refuse.notFound('account');
  return owner;
}

/** A payment of those that the caller may see. Refuses `payment.not_found`. */
export async function getPayment(ctx: Ctx, id: Id): Promise<Payment> {
  const [payment] = await listPayments(ctx, { ids: [id] }, { limit: 1 });
  if (!payment) throw refuse.notFound('payment');
  return payment;
}

/** Payments that the caller may see, newest first. */
export async function listPayments(
  ctx: Ctx,
  filter: store.PaymentFilter,
  page: { after?: Id; limit: number },
): Promise<Payment[]> {
  return reading(ctx, (ctx) => store.listPayments(ctx, filter, page));
}

export async function tell(ctx: Ctx, payment: Payment, name: string, holderId?: Id): Promise<void> {
  await listPayment(ctx, payment, holderId);
  const objectId = publicId('payment', payment.id);
  const amount = formatAmount(payment.grossMicros, payment.currency);
  await audit(ctx, [
    { action: name, objectType: 'payment', objectId, changes: [{ field: 'state', old: null, new: payment.state }] },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'payment', id: payment.id },
      data: {
        ...{ payment: objectId, purpose: payment.purpose, method: payment.method, amount, currency: payment.currency },
        ...(payment.companyId && { companyId: publicId('company', payment.companyId) }),
        ...(payment.failureCode && { failure: payment.failureCode }),
        ...(payment.undelivered && { undelivered: payment.undelivered }),
      },
    },
  ]);
}
