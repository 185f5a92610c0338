import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import * as periods from '../periods/index.ts';
import { taxFor } from '../tax/index.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { daysOf } from './days.ts';
import type { Facts, PayerKind, Purse, Settings, Size } from './model.ts';
import * as store from './sql.ts';

/** Attempts that are looked back on: more than may fail in a row, of every payer. */
const lookBack = 100;
/** Payments of one line or wallet that are under way, counted. */
const mostPending = 50;
/** What waits for its payer is counted as if it were there for so long; after that they have perhaps gone away. */
const payerMs = 30 * 60_000;

const minor = 1_000_000n;

/** What a decision is made of; null: the line or wallet is in other hands than when it was set, or gone. */
export async function factsOf(ctx: Ctx, of: store.AutoRefill): Promise<{ settings: Settings; facts: Facts } | null> {
  const subject = of.lineId ? await ofLine(ctx, of, of.lineId) : await ofWallet(ctx, of, of.walletId!);
  const holder = subject && (await ownersOf(ctx, [subject.holderId])).get(subject.holderId);
  if (!subject || !holder || holder.id !== of.ownerId || holder.archived) return null;
  const days = daysOf(ctx);
  const past = await store.listAttempts(ctx, { of: [of.id], since: of.countsFrom }, { limit: lookBack });
  const { cooldownMinutes, dailyCapMicros, monthlyCapMicros, payers } = of;
  return {
    settings: {
      ...{ low: of.lowBytes ?? of.lowMicros!, size: subject.size, payers },
      ...{ cooldownMinutes, dailyCapMicros, monthlyCapMicros },
    },
    facts: {
      ...{ now: ctx.now, has: subject.has, pending: subject.pending, past },
      ...{ purses: await pursesOf(ctx, of, holder), spent: await store.spentOf(ctx, of.id, days) },
      ...{ tomorrow: days.tomorrow, nextMonth: days.nextMonth },
      ...{ leastMicros: subject.leastMicros, mostMicros: subject.mostMicros },
    },
  };
}

type Subject = Pick<Facts, 'has' | 'pending' | 'leastMicros' | 'mostMicros'> & { holderId: Id; size: Size };

async function ofLine(ctx: Ctx, of: store.AutoRefill, lineId: Id): Promise<Subject | null> {
  const [sim] = await inventory.listSims(ctx, { ids: [lineId] }, { limit: 1 });
  if (!sim) return null;
  const [period] = await periods.listOpenPeriods(ctx, [lineId], false);
  const planVersionId = (await inventory.planVersionsOf(ctx, [lineId])).get(lineId)?.planVersionId;
  const version = planVersionId ? (await catalog.getVersions(ctx, [planVersionId])).get(planVersionId) : undefined;
  const options = new Map(version?.refills.map((option) => [option.id, option]));
  const option = options.get(of.optionId ?? '');
  const pending = (await underWay(ctx, lineId)).map(
    ({ detail }) => (options.get(detail.refill ?? '')?.amountBytes ?? 0n) * BigInt(detail.times ?? 1),
  );
  const used = sim.lifecycle === 'ready' || sim.lifecycle === 'active';
  const fits = version?.type === 'prepaid' && option?.amountBytes && version.currency === of.currency;
  const size: Size = !used
    ? { kind: 'none', reason: 'not_in_use' }
    : version?.type !== 'prepaid'
      ? { kind: 'none', reason: 'not_prepaid' }
      : fits
        ? { kind: 'times', gain: option.amountBytes, priceMicros: option.priceMicros }
        : { kind: 'none', reason: 'no_option' };
  return {
    holderId: sim.endUserId ?? sim.companyId ?? ctx.organization.id,
    has: period ? (period.allowanceBytes ?? 0n) - period.usedBytes : 0n,
    pending: pending.reduce((sum, bytes) => sum + bytes, 0n),
    ...{ size, leastMicros: 0n, mostMicros: null },
  };
}

async function ofWallet(ctx: Ctx, of: store.AutoRefill, walletId: Id): Promise<Subject | null> {
  const [wallet] = await ledger.getWallets(ctx, [walletId]);
  if (!wallet?.openedAt) return null;
  const pending = (await underWay(ctx, walletId)).map(({ netMicros }) => netMicros);
  const { leastMicros, mostMicros } = await payments.amountsOf(ctx, wallet.currency);
  return {
    holderId: wallet.ownerId,
    has: wallet.remainingMicros,
    pending: pending.reduce((sum, micros) => sum + micros, 0n),
    size:
      of.upToMicros === null
        ? { kind: 'times', gain: of.amountMicros!, priceMicros: of.amountMicros! }
        : { kind: 'up_to', target: of.upToMicros },
    ...{ leastMicros, mostMicros },
  };
}

/** Payments for it that may still bring something. */
async function underWay(ctx: Ctx, subjectId: Id): Promise<payments.Payment[]> {
  const states: payments.State[] = ['created', 'pending', 'action_needed'];
  const found = await payments.listPayments(ctx, { subjectId, states }, { limit: mostPending });
  return found.filter(
    ({ state, createdAt }) => state !== 'action_needed' || ctx.now.getTime() - createdAt.getTime() < payerMs,
  );
}

/** Whose money a payer's is: the holder's own, or that of the company they are of. */
function payerIdOf(kind: PayerKind, holder: Owner): Id | null {
  return kind === 'own_card' || kind === 'own_wallet' ? holder.id : holder.companyId;
}

async function pursesOf(ctx: Ctx, of: store.AutoRefill, holder: Owner): Promise<Map<PayerKind, Purse>> {
  const purses = new Map<PayerKind, Purse>();
  for (const kind of of.payers) {
    const payerId = payerIdOf(kind, holder);
    const wallet = kind === 'own_wallet' || kind === 'company_wallet';
    if (!payerId) purses.set(kind, { kind: 'none', reason: wallet ? 'no_wallet' : 'no_card' });
    else purses.set(kind, wallet ? await purseOfWallet(ctx, payerId, of) : await purseOfCard(ctx, payerId, of));
  }
  return purses;
}

async function purseOfWallet(ctx: Ctx, payerId: Id, { currency, walletId }: store.AutoRefill): Promise<Purse> {
  // A wallet is not refilled from a wallet.
  const wallets = walletId ? [] : await ledger.walletsOf(ctx, [payerId]);
  if (wallets.length === 0) return { kind: 'none', reason: 'no_wallet' };
  const wallet = wallets.find((one) => one.currency === currency);
  if (!wallet) return { kind: 'none', reason: 'other_currency' };
  const free = wallet.remainingMicros - wallet.heldMicros - wallet.floorMicros;
  const ratePpm = wallet.vatAt === 'spending' ? await rateOf(ctx, payerId) : null;
  return { kind: 'wallet', walletId: wallet.id, freeMicros: free > 0n ? free : 0n, ratePpm };
}

async function rateOf(ctx: Ctx, payerId: Id): Promise<number> {
  const owner = (await ownersOf(ctx, [payerId])).get(payerId)!;
  return (await taxFor(ctx, owner, ctx.now)).ratePpm;
}

async function purseOfCard(ctx: Ctx, payerId: Id, { currency, walletId }: store.AutoRefill): Promise<Purse> {
  const card = await payments.defaultCardOf(ctx, payerId);
  if (!card) return { kind: 'none', reason: 'no_card' };
  if (card.state !== 'active') return { kind: 'none', reason: 'card_expired' };
  const provider = (await payments.listProviders(ctx)).find(({ id }) => id === card.providerId);
  if (!provider) return { kind: 'none', reason: 'no_provider' };
  // A wallet that bears VAT when it is spent is refilled without.
  const later = walletId !== null && (await payments.bearsWhenSpent(ctx, walletId));
  const ratePpm = later ? 0 : await rateOf(ctx, payerId);
  return { kind: 'card', cardId: card.id, ratePpm, leastMicros: payments.leastMinor(provider.kind, currency) * minor };
}
