import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';

/** Money that a person moves, as it came in a request. Refuses `wallet.amount_invalid`, `wallet.amount_not_positive`. */
export function movement(ctx: Ctx, walletId: Id, body: { amount: string; reason: string }, currency: string) {
  const amountMicros = positive('amount', body.amount, currency);
  return { walletId, amountMicros, reason: body.reason, key: `wallet:${newId(ctx)}` };
}

/** An amount of more than zero. Refuses `wallet.amount_invalid`, `wallet.amount_not_positive`. */
export function positive(field: string, text: string, currency: string): Micros {
  const amountMicros = readAmount(field, text, currency);
  if (amountMicros > 0n) return amountMicros;
  throw refuse.invalid('wallet.amount_not_positive', 'The amount must be more than zero.', {
    field: `body.${field}`,
    expected: 'more than zero',
  });
}

/** A hundred million of a currency with cents: far above any wallet, far below what a balance can hold. */
const mostMicros = 10n ** 16n;

/** An amount in the currency of the wallet. Refuses `wallet.amount_invalid`, `wallet.amount_too_large`. */
export function readAmount(field: string, text: string, currency: string): Micros {
  const parsed = parseAmount(text, currency);
  if (!parsed.ok) {
    const expected = `an amount in ${currency}, like "25.00"`;
    throw refuse.invalid('wallet.amount_invalid', `This is no amount in ${currency}.`, {
      field: `body.${field}`,
      expected,
    });
  }
  if (parsed.value > mostMicros || parsed.value < -mostMicros) {
    const most = formatAmount(mostMicros, currency);
    throw refuse.invalid('wallet.amount_too_large', `No wallet holds or owes more than ${most} ${currency}.`, {
      field: `body.${field}`,
      expected: `${most} at most`,
    });
  }
  return parsed.value;
}
