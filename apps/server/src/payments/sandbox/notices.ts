import { createHmac, timingSafeEqual } from 'node:crypto';
import { parsePublicId, publicId } from '../../kit/ids.ts';
import type { CardFact } from '../cards/model.ts';
import type { Notice } from '../providers.ts';
import { factOfCard, type KeptCard } from './cards.ts';
import { type Charge, factOf, referenceOf } from './model.ts';

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
  failureCode: string | null;
};
type OfCard = { id: string; card: string; fact: CardFact };

/** What the webhook says when a charge is over. The same key however often it is told. */
export function noticeOf(charge: Charge): string {
  const told: OfCharge = {
    ...{
      id: `${referenceOf(charge.id)}.${charge.state}`,
      payment: publicId('payment', charge.id),
      state: charge.state,
    },
    ...{ amountMinor: String(charge.amountMinor), failureCode: charge.failureCode },
  };
  return JSON.stringify(told);
}

/** The same of a card: what its holder has come to on the page. */
export function noticeOfCard(kept: KeptCard): string {
  const told: OfCard = {
    ...{ id: `${referenceOf(kept.id)}.${kept.state}`, card: publicId('payment_method', kept.id) },
    fact: factOfCard(kept, ''),
  };
  return JSON.stringify(told);
}

/** What a payload says; it has proved itself by its signature, so what it holds is as it was written above. */
export function understand(payload: string): Notice | null {
  let told: Partial<OfCharge & OfCard>;
  try {
    told = JSON.parse(payload);
  } catch {
    return null;
  }
  if (typeof told.id !== 'string') return null;
  if (typeof told.card === 'string' && told.fact) {
    const id = parsePublicId('payment_method', told.card);
    return id ? { key: told.id, told: { of: 'card', id, fact: told.fact } } : null;
  }
  const id = typeof told.payment === 'string' ? parsePublicId('payment', told.payment) : null;
  if (!id || !/^\d{1,18}$/.test(told.amountMinor ?? '')) return null;
  const over = told.state === 'succeeded' || told.state === 'failed' || told.state === 'canceled';
  const { state, failureCode = null } = told;
  const charge = { id, amountMinor: BigInt(told.amountMinor!), state: state!, failureCode };
  return { key: told.id, told: over ? { of: 'payment', id, fact: factOf(charge, '') } : null };
}
