import { createHmac, timingSafeEqual } from 'node:crypto';
import { parsePublicId, publicId } from '../../kit/ids.ts';
import type { CardFact } from '../cards/model.ts';
import type { DisputeState, Funds } from '../disputes/model.ts';
import type { Notice } from '../providers.ts';
import { factOfCard, type KeptCard } from './cards.ts';
import { type Charge, factOf, paidOf, referenceOf } from './model.ts';

/** The header in which the sandbox signs what it tells: HMAC-SHA256 of the payload, in hexadecimal. */
export const signatureHeader = 'sandbox-signature';

export function sign(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

export function isSigned(secret: string, given: string | undefined, payload: string): boolean {
  const right = sign(secret, payload);
  return given?.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}

type OfCharge = {
  id: string;
  payment: string;
  state: Charge['state'];
  amountMinor: string;
  card: Charge['card'];
  failureCode: string | null;
};
type OfCard = { id: string; stored: string; fact: CardFact };
type OfDispute = { id: string; disputed: string; amountMinor: string; state: DisputeState; funds: Funds };

/** What the webhook says when a charge is over. The same key however often it is told. */
export function noticeOf(charge: Charge): string {
  const told: OfCharge = {
    ...{
      id: `${referenceOf(charge.id)}.${charge.state}`,
      payment: publicId('payment', charge.id),
      state: charge.state,
    },
    ...{ amountMinor: String(charge.amountMinor), failureCode: charge.failureCode, card: charge.card },
  };
  return JSON.stringify(told);
}

/** The same of a card: what its holder has come to on the page. */
export function noticeOfCard(kept: KeptCard): string {
  const told: OfCard = {
    ...{ id: `${referenceOf(kept.id)}.${kept.state}`, stored: publicId('payment_method', kept.id) },
    fact: factOfCard(kept, ''),
  };
  return JSON.stringify(told);
}

/** What a payload says; it has proved itself by its signature, so what it holds is as it was written above. */
export function understand(payload: string): Notice | null {
  let told: Partial<OfCharge & OfCard & Omit<OfDispute, 'state'>>;
  try {
    told = JSON.parse(payload);
  } catch {
    return null;
  }
  if (typeof told.id !== 'string') return null;
  if (typeof told.disputed === 'string') return disputeOf(told as unknown as OfDispute);
  if (typeof told.stored === 'string' && told.fact) {
    const id = parsePublicId('payment_method', told.stored);
    return id ? { key: told.id, told: { of: 'card', id, fact: told.fact } } : null;
  }
  const id = typeof told.payment === 'string' ? parsePublicId('payment', told.payment) : null;
  if (!id || !/^\d{1,18}$/.test(told.amountMinor ?? '')) return null;
  const over = told.state === 'succeeded' || told.state === 'failed' || told.state === 'canceled';
  const { state, failureCode = null, card = null } = told;
  const charge = { id, amountMinor: BigInt(told.amountMinor!), state: state!, failureCode, card };
  return { key: told.id, told: over ? { of: 'payment', id, fact: factOf(charge, '') } : null };
}

/** What a dispute costs here, in smallest units: as much as elsewhere, nearly. */
const disputeFeeMinor = 1500n;
const [opensAfter, settledAfter] = [5, 24 * 60 * 60];

/** What the webhook says of a charge whose holder disputes it, and when: in seconds after it. */
export function disputeNotices(charge: Charge): { payload: string; after: number }[] {
  if (charge.state !== 'succeeded' || (charge.card !== 'disputed' && charge.card !== 'contested')) return [];
  const won = charge.card === 'contested';
  const told = (state: DisputeState, funds: Funds): string => {
    const id = `${referenceOf(charge.id)}.dispute.${state}`;
    const disputed = publicId('payment', charge.id);
    return JSON.stringify({ id, disputed, amountMinor: String(paidOf(charge)), state, funds } satisfies OfDispute);
  };
  return [
    { payload: told('open', 'withdrawn'), after: opensAfter },
    { payload: told(won ? 'won' : 'lost', won ? 'reinstated' : 'withdrawn'), after: settledAfter },
  ];
}

function disputeOf({ id: key, disputed, amountMinor, state, funds }: OfDispute): Notice | null {
  const payment = parsePublicId('payment', disputed);
  if (!payment || !/^\d{1,18}$/.test(amountMinor)) return null;
  const [reference, reason] = [`${referenceOf(payment)}_dispute`, 'fraudulent'];
  const amounts = { amountMinor: BigInt(amountMinor), feeMinor: disputeFeeMinor, evidenceDueAt: null };
  return { key, told: { of: 'dispute', payment, fact: { reference, reason, state, funds, ...amounts } } };
}
