import { z } from 'zod';
import { maxLimit, pageQuery } from '../../../kit/http/page.ts';
import { Amount, amount, Currency, idOf, listOf, reply, request, Timestamp, text } from '../../../kit/http/schemas.ts';
import type { effectOf } from './service.ts';
import type { WalletAdjustment, WalletLimit } from './sql.ts';

const kind = z.enum(['credit', 'debit', 'grant']);
const state = z.enum(['pending', 'posted', 'rejected', 'withdrawn', 'expired']);
const priority = z.int().min(0).max(1000);

const shape = {
  id: idOf('wallet_adjustment'),
  wallet: idOf('wallet'),
  walletOf: z.string().meta({ description: 'The account whose wallet it is.' }),
  kind,
  amount: Amount,
  currency: Currency,
  reason: z.string(),
  expiresAt: Timestamp.nullable().meta({ description: 'Of granted money: when what is left of it leaves.' }),
  state,
  askedBy: z.string(),
  askedAt: Timestamp,
  until: Timestamp.nullable().meta({ description: 'Asked for until then; null: it was posted at once.' }),
  own: z.boolean().meta({ description: 'The caller asked for it, so somebody else has to agree.' }),
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  note: z.string(),
};

export const AdjustmentReply = reply('WalletAdjustment', shape);
export const AdjustmentPage = reply('WalletAdjustmentPage', {
  items: z.array(AdjustmentReply).max(maxLimit),
  nextCursor: z.string().nullable(),
  pending: z.int().min(0).max(100).meta({ description: 'How many wait for somebody to agree, counted to a hundred.' }),
});
export const OneAdjustmentReply = reply('WalletAdjustmentWithEffect', {
  ...shape,
  effect: z.object({
    remaining: Amount.meta({ description: 'What the wallet holds now.' }),
    after: Amount.meta({ description: 'What it would hold.' }),
    kept: Amount.meta({ description: 'Its minimum balance and what is held of it: a debit leaves that.' }),
    fits: z.boolean(),
  }),
});
export const AdjustmentQuery = pageQuery({ state: listOf(state).optional(), wallet: idOf('wallet').optional() });

export const AskAdjustment = request('AskWalletAdjustment', {
  kind: kind.meta({ description: 'Money in, money out, or money given: that is spent first and may expire.' }),
  amount: Amount,
  reason: text(800),
  expiresAt: Timestamp.nullish(),
  priority: priority.optional(),
});
export const DecideAdjustment = request('DecideWalletAdjustment', { note: z.string().max(1000).default('') });

export const LimitsReply = reply('WalletLimits', {
  items: z.array(z.object({ currency: Currency, limit: Amount })),
});
export const SetLimit = request('SetWalletLimit', {
  currency: Currency,
  limit: Amount.nullable().meta({ description: 'Above it somebody else must agree; null: no limit in this currency.' }),
});

export function shownAdjustment(a: WalletAdjustment, walletOf: string, person: string) {
  const { id, walletId, kind, currency, reason, expiresAt, state, askedBy, askedAt, until } = a;
  return {
    ...{ id, wallet: walletId, walletOf, kind, currency, reason, expiresAt, state, askedBy, askedAt, until },
    ...{ amount: amount(a.amountMicros, currency), own: a.asker === person },
    ...{ decidedBy: a.decidedBy, decidedAt: a.decidedAt, note: a.note },
  };
}

export function shownEffect(a: WalletAdjustment, effect: Awaited<ReturnType<typeof effectOf>>) {
  const money = (micros: bigint) => amount(micros, a.currency);
  const { remainingMicros, afterMicros, keptMicros } = effect;
  const fits = a.kind !== 'debit' || afterMicros >= keptMicros;
  return { remaining: money(remainingMicros), after: money(afterMicros), kept: money(keptMicros), fits };
}

export function shownLimits(limits: WalletLimit[]): z.output<typeof LimitsReply> {
  return { items: limits.map(({ currency, mostMicros }) => ({ currency, limit: amount(mostMicros, currency) })) };
}
