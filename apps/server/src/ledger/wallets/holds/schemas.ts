import { z } from 'zod';
import { pageOf, pageQuery } from '../../../kit/http/page.ts';
import { Amount, amount, Currency, idOf, listOf, reply, request, Timestamp, text } from '../../../kit/http/schemas.ts';
import type { Hold } from './sql.ts';

const state = z.enum(['open', 'captured', 'released', 'expired']);

export const HoldReply = reply('WalletHold', {
  id: idOf('wallet_hold'),
  wallet: idOf('wallet'),
  state,
  amount: Amount.meta({ description: 'What was set aside.' }),
  captured: Amount.meta({ description: 'What was taken of it.' }),
  held: Amount.meta({ description: 'What is set aside now.' }),
  currency: Currency,
  reason: z.string(),
  until: Timestamp.meta({ description: 'Then the rest is free again.' }),
  madeBy: z.string(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
});

export const HoldPage = pageOf(HoldReply, 'WalletHoldPage');
export const HoldQuery = pageQuery({ state: listOf(state).optional() });

export const PlaceHold = request('PlaceHold', {
  amount: Amount,
  reason: text(1000),
  until: Timestamp.optional().meta({ description: 'In a week, unless given; within a year.' }),
});
export const CaptureHold = request('CaptureHold', {
  amount: Amount.optional().meta({ description: 'All that is held of it, unless given; the rest stays held.' }),
  reason: text(1000).optional().meta({ description: 'That of the hold, unless given.' }),
});

export function shownHold(hold: Hold, currency: string): z.output<typeof HoldReply> {
  const { id, walletId, state, amountMicros, capturedMicros, reason, until, madeBy, createdAt, endedAt } = hold;
  const money = (micros: bigint) => amount(micros, currency);
  return {
    ...{ id, wallet: walletId, state, currency, reason, until, madeBy, createdAt, endedAt },
    ...{ amount: money(amountMicros), captured: money(capturedMicros) },
    held: money(state === 'open' ? amountMicros - capturedMicros : 0n),
  };
}
