import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically, isConnectionLoss, isRetryable, reading } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { underWay, within } from '../kit/under-way.ts';
import type { Card } from './cards/model.ts';
import { cardsDue, carryCard } from './cards/sender.ts';
import { applyCardFact, listCards, lookNow } from './cards/service.ts';
import { applyToldDispute, carryDisputes, disputeLooks } from './disputes/sender.ts';
import type { Doors } from './kinds.ts';
import { type Fact, givesUpAfterMs, isOver, type Payment } from './model.ts';
import { callMs, type PaymentProvider, type ProviderDoor, type Told } from './providers.ts';
import { carryCheck } from './providers-service.ts';
import { claimCheck, listProviders } from './providers-sql.ts';
import { carryRefund, refundsDue } from './refunds/sender.ts';
import { applyRefundFact, listRefunds } from './refunds/service.ts';
import { applyFact, type Hands } from './service.ts';
import * as store from './sql.ts';

/** What the loops are handed. */
export type Carrying = { hands: Hands; doors: Doors };

/** Questions under way at a time at one provider of one organization. */
const atOnce = 20;
/** Longer than two calls of a provider: what a dead process had taken falls due again then. */
const leaseMs = 60_000;
/** What the inbox gives in one turn. */
const noticesAtOnce = 200;

export type Carrier = {
  /** Takes what is due of one organization, and begins to ask its providers. Returns how many it took; it does not wait for answers. */
  carryDue(runtime: Runtime, organization: Organization): Promise<number>;
  /** Until what is under way has ended. */
  settle(): Promise<void>;
};

/**
 * Asks providers for payments, refunds and cards that wait to be asked for, and about those whose outcome is not known. A provider that does
 * not answer holds up its own questions, a bounded number, and nobody else: neither other providers nor other organizations.
 * They are taken and that commits before anybody is called; what came of each is written when it is known.
 */
export function openCarrier(carrying: Carrying): Carrier {
  const asking = underWay(atOnce);
  const disputes = disputeLooks();
  return {
    async carryDue(runtime, organization) {
      const fresh = () => contextFor(runtime, organization, systemActor('payments'));
      let taken = 0;
      for (const provider of await reading(fresh(), (ctx) => listProviders(ctx))) {
        const room = asking.room(provider.id);
        if (room <= 0) continue;
        const pieces = await atomically(fresh(), async (ctx) => {
          const until = new Date(ctx.now.getTime() + leaseMs);
          const payments = await store.claimDue(ctx, provider.id, room, until);
          const left = room - payments.length;
          const refunds = left > 0 ? await refundsDue(ctx, provider.id, left, until) : [];
          const rest = left - refunds.length;
          const cards = rest > 0 ? await cardsDue(ctx, provider.id, rest, until) : [];
          const charged = await cardsOf(ctx, payments);
          const check = await claimCheck(ctx, provider.id, until);
          return [
            ...payments.map(
              (payment) => () =>
                carryPayment(fresh, carrying, provider, payment, charged.get(payment.cardId ?? '') ?? null),
            ),
            ...refunds.map((due) => () => carryRefund(fresh, carrying.doors, provider, due)),
            ...cards.map((card) => () => carryCard(fresh, carrying.doors, provider, card)),
            ...(check ? [() => carryCheck(fresh, carrying.doors, provider)] : []),
          ];
        });
        taken += pieces.length;
        // Nothing waits for it, so it takes what room there is.
        if (pieces.length < room && disputes.isDue(fresh(), provider.id)) {
          asking.begin(provider.id, () => lookAtDisputes(runtime, fresh, carrying.doors, provider));
        }
        for (const piece of pieces) {
          asking.begin(provider.id, () =>
            piece().catch((err) =>
              runtime.log.error({ err, provider: provider.id }, 'what a provider said was not written'),
            ),
          );
        }
      }
      return taken;
    },
    settle: asking.settle,
  };
}

/** A provider that does not answer is no fault of ours: it is asked again in an hour. */
async function lookAtDisputes(
  runtime: Runtime,
  fresh: () => Ctx,
  doors: Doors,
  provider: PaymentProvider,
): Promise<void> {
  await carryDisputes(fresh, doors, provider).catch((err) =>
    runtime.log.warn({ err, provider: provider.id }, 'a provider did not say which disputes it has'),
  );
}

async function carryPayment(
  fresh: () => Ctx,
  { hands, doors }: Carrying,
  provider: PaymentProvider,
  payment: Payment,
  card: Card | null,
): Promise<void> {
  const fact = await ask(doors[provider.kind], fresh, provider, payment, card);
  const outcome = await applyFact(fresh(), hands, payment.id, fact);
  if (outcome === 'stale') await atomically(fresh(), (ctx) => lookLater(ctx, payment.id));
}

/** One question to a provider. What waits for its payer for a day is taken back. */
async function ask(
  door: ProviderDoor,
  fresh: () => Ctx,
  provider: PaymentProvider,
  payment: Payment,
  card: Card | null,
): Promise<Fact> {
  try {
    if (payment.state === 'created') return await within(callMs, door.pay(fresh, provider, payment, card));
    const fact = await within(callMs, door.look(fresh, provider, payment));
    const tooOld = fresh().now.getTime() - payment.createdAt.getTime() > givesUpAfterMs;
    return fact.kind === 'action' && tooOld ? await within(callMs, door.cancel(fresh, provider, payment)) : fact;
  } catch (error) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}

async function cardsOf(ctx: Ctx, payments: Payment[]): Promise<Map<Id, Card>> {
  const ids = payments.flatMap(({ cardId }) => cardId ?? []);
  if (ids.length === 0) return new Map();
  return new Map((await listCards(ctx, { ids }, { limit: ids.length })).map((card) => [card.id, card]));
}

async function lookLater(ctx: Ctx, id: Id): Promise<void> {
  const payment = await store.lockPayment(ctx, id);
  if (!payment?.nextAttemptAt) return;
  // One that was over was asked about because its payer disputes it.
  if (isOver(payment.state)) await store.savePayment(ctx, { ...payment, nextAttemptAt: null });
  else await store.lookLater(ctx, payment);
}

/**
 * Keeps what a provider tells, if it proves to be the provider's. Told twice, kept once. @returns false: it proves nothing
 */
export async function receiveNotice(
  ctx: Ctx,
  doors: Doors,
  providerId: Id,
  headers: Record<string, string | undefined>,
  payload: string,
): Promise<boolean> {
  const provider = (await reading(ctx, (ctx) => listProviders(ctx))).find(({ id }) => id === providerId);
  const notice = provider && doors[provider.kind].read(provider, headers, payload);
  if (!notice) return false;
  await atomically(ctx, (ctx) => store.keepNotice(ctx, { id: newId(ctx), providerId, key: notice.key, payload }));
  return true;
}

/** Applies what waits in the inbox, in the order in which it came. Returns how many it applied. */
export async function drainNotices(
  runtime: Runtime,
  organization: Organization,
  { hands, doors }: Carrying,
): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('payments'));
  for (let done = 0; done < noticesAtOnce; done++) {
    let taken: Id | null = null;
    try {
      await atomically(fresh(), async (ctx) => {
        const notice = await store.takeNotice(ctx);
        taken = notice?.id ?? null;
        if (notice) await store.settleNotice(ctx, notice.id, await applyNotice(ctx, hands, doors, notice));
      });
    } catch (error) {
      // A lost connection or a deadlock is no fault of the notice: it waits, and the next turn takes it again.
      if (taken === null || isConnectionLoss(error) || isRetryable(error)) throw error;
      // It does not hold up those behind it; somebody sees it, and the sweep finds what it was about.
      runtime.log.error({ err: error, notice: taken }, 'a notice of a payment provider could not be applied');
      const reason = error instanceof Error ? error.message.slice(0, 500) : 'it could not be applied';
      const failed = { state: 'unplaced' as const, reason, paymentId: null };
      await atomically(fresh(), (ctx) => store.settleNotice(ctx, taken!, failed));
    }
    if (taken === null) return done;
  }
  return noticesAtOnce;
}

/** Applies a notice that is locked. @returns what came of it, for whoever writes it down */
export async function applyNotice(
  ctx: Ctx,
  hands: Hands,
  doors: Doors,
  notice: store.InboxRow,
): Promise<store.NoticeOutcome> {
  const provider = (await listProviders(ctx)).find(({ id }) => id === notice.providerId);
  const told = provider && doors[provider.kind].understand(notice.payload)?.told;
  if (!told) return { state: 'ignored', reason: 'nothing that concerns us', paymentId: null };
  const [came, paymentId] = await applyTold(ctx, hands, notice.providerId, told);
  switch (came) {
    case 'applied':
      return { state: 'applied', reason: '', paymentId };
    case 'stale':
      return { state: 'ignored', reason: 'known already', paymentId };
    case 'differs':
      return { state: 'applied', reason: 'another amount than asked for', paymentId };
    case 'absent':
      return { state: 'unplaced', reason: `no such ${told.of}`, paymentId: null };
    case 'returned':
      return { state: 'unplaced', reason: 'a refund that had succeeded, and came back to the provider', paymentId };
    case 'elsewhere':
      return { state: 'unplaced', reason: 'a refund that was made at the provider, and not here', paymentId };
  }
}

type Came = 'applied' | 'stale' | 'differs' | 'absent' | 'elsewhere' | 'returned';

async function applyTold(ctx: Ctx, hands: Hands, providerId: Id, told: Told): Promise<[Came, Id | null]> {
  switch (told.of) {
    case 'payment':
      return [await applyFact(ctx, hands, told.id, told.fact), told.id];
    case 'card':
      return [told.fact === 'look' ? await lookNow(ctx, told.id) : await applyCardFact(ctx, told.id, told.fact), null];
    case 'refund': {
      const payment = await store.findByReference(ctx, providerId, told.payment);
      // An account there may do other things besides.
      if (!payment) return ['stale', null];
      const [refund] = told.id ? await listRefunds(ctx, { ids: [told.id] }, { limit: 1 }) : [];
      if (!refund) return ['elsewhere', payment.id];
      // The bank sends it back weeks later: what was given to the payer by then is for people to know.
      if (refund.state === 'succeeded' && told.fact.kind === 'failed') return ['returned', payment.id];
      return [await applyRefundFact(ctx, refund, told.fact), payment.id];
    }
    case 'dispute': {
      const { came, paymentId } = await applyToldDispute(ctx, providerId, told);
      return [came, paymentId];
    }
  }
}
