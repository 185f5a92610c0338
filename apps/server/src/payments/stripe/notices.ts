import Stripe from 'stripe';
import { type IdKind, parsePublicId } from '../../kit/ids.ts';
import type { DisputeFact } from '../disputes/model.ts';
import { means } from '../model.ts';
import type { Notice, Told, ToldDispute } from '../providers.ts';
import { amountOf, factOfIntent, factOfRefund } from './model.ts';

/** The webhook's events that say something here; whoever sets up the endpoint at Stripe chooses these. */
export const stripeEvents = [
  ...['payment_intent.succeeded', 'payment_intent.processing', 'payment_intent.canceled', 'charge.succeeded'],
  ...['setup_intent.succeeded', 'setup_intent.canceled'],
  ...['payment_method.updated', 'payment_method.automatically_updated', 'payment_method.detached'],
  ...['refund.created', 'refund.updated', 'refund.failed'],
  ...['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'],
  ...['charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'],
] as const;

/**
 * Reads a webhook with the SDK: its signature, by the endpoint's secret, and its time, which is at most five minutes old.
 * Null: it does not prove to be Stripe's.
 */
export function readEvent(secret: string, signature: string | undefined, payload: string): Notice | null {
  if (!secret || !signature) return null;
  try {
    return noticeOf(Stripe.webhooks.constructEvent(payload, signature, secret));
  } catch {
    return null;
  }
}

/** The same of one that was kept. */
export function understandEvent(payload: string): Notice | null {
  try {
    return noticeOf(Stripe.webhooks.constructEventWithoutVerification(payload));
  } catch {
    return null;
  }
}

function noticeOf(event: Stripe.Event): Notice | null {
  if (typeof event.id !== 'string' || event.id.length > 200 || !event.data?.object) return null;
  return { key: event.id, told: toldBy(event) };
}

/** What an event says of something of ours. An account at Stripe may do other things besides: those have not our metadata. */
function toldBy(event: Stripe.Event): Told | null {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.processing':
    case 'payment_intent.canceled': {
      const intent = event.data.object;
      const id = ours('payment', intent.metadata);
      if (!id) return null;
      const fact = factOfIntent(intent, '', false);
      return fact !== 'declined' && fact.kind !== 'action' ? { of: 'payment', id, fact } : null;
    }
    case 'charge.succeeded': {
      // It bears the metadata of its PaymentIntent, and alone says by what it was paid.
      const { metadata, payment_method_details: how } = event.data.object;
      const id = ours('payment', metadata);
      const paidBy = means.find((one) => one === how?.type);
      return id && paidBy ? { of: 'payment', id, fact: { kind: 'means', means: paidBy } } : null;
    }
    case 'setup_intent.succeeded':
    case 'setup_intent.canceled':
    case 'payment_method.updated':
    case 'payment_method.automatically_updated':
    case 'payment_method.detached': {
      const id = ours('payment_method', event.data.object.metadata);
      return id ? { of: 'card', id, fact: 'look' } : null;
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed': {
      const refund = event.data.object;
      const payment = idOf(refund.payment_intent);
      return payment
        ? { of: 'refund', id: ours('refund', refund.metadata), payment, fact: factOfRefund(refund) }
        : null;
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const told = toldOf(event.data.object);
      return told && { of: 'dispute', ...told };
    }
    default:
      return null;
  }
}

/** What a dispute says of its payment; null: it is of none. */
export function toldOf(dispute: Stripe.Dispute): ToldDispute | null {
  const reference = idOf(dispute.payment_intent);
  return reference ? { payment: { reference }, fact: factOfDispute(dispute) } : null;
}

function ours(kind: IdKind, metadata: Stripe.Metadata | null | undefined): string | null {
  const text = metadata?.[kind];
  return text ? parsePublicId(kind, text) : null;
}

function idOf(thing: string | { id: string } | null | undefined): string | null {
  return typeof thing === 'string' ? thing : (thing?.id ?? null);
}

/** Its state and what became of the money stand in the object, so that the order of events does not matter. */
function factOfDispute(dispute: Stripe.Dispute): DisputeFact {
  const { status, balance_transactions: moves, currency } = dispute;
  const sum = moves.reduce((total, move) => total + move.amount, 0);
  const fees = moves.filter((move) => move.currency === currency).map((move) => move.fee);
  const due = dispute.evidence_details?.due_by;
  return {
    reference: dispute.id,
    amountMinor: amountOf(dispute.amount, currency),
    feeMinor: fees.length > 0 ? amountOf(Math.max(...fees, 0), currency) : null,
    reason: dispute.reason,
    state:
      status === 'lost'
        ? 'lost'
        : status === 'won' || status === 'warning_closed' || status === 'prevented'
          ? 'won'
          : 'open',
    funds: moves.length === 0 ? 'none' : sum < 0 ? 'withdrawn' : 'reinstated',
    evidenceDueAt: due ? new Date(due * 1000) : null,
  };
}
