import { z } from 'zod';
import { pageOf, pageQuery } from '../../../kit/http/page.ts';
import { Amount, amount, Currency, idOf, listOf, reply, request, Timestamp, text } from '../../../kit/http/schemas.ts';
import type { OwnedWallet } from '../reads.ts';
import type { Part } from './model.ts';

const given = z.enum(['granted', 'bonus']);
const priority = z.int().min(0).max(1000);

export const BalancesReply = reply('WalletBalances', {
  remaining: Amount.meta({ description: 'All of it together; below zero it is in debt, and every part is empty.' }),
  currency: Currency,
  balances: z
    .array(
      z.object({
        kind: z.enum(['granted', 'bonus', 'paid']),
        part: idOf('wallet_part').nullable().meta({ description: 'Null: paid money, which is one sum.' }),
        remaining: Amount,
        priority,
        expiresAt: Timestamp.nullable(),
        reason: z.string().nullable(),
      }),
    )
    .meta({ description: 'In the order of spending.' }),
});

export function shownBalances({ wallet, parts }: OwnedWallet & { parts: Part[] }): z.output<typeof BalancesReply> {
  const money = (micros: bigint) => amount(micros, wallet.currency);
  return {
    remaining: money(wallet.remainingMicros),
    currency: wallet.currency,
    // What is spent and not closed yet is no balance any more.
    balances: parts
      .filter((part) => part.kind === 'paid' || part.unspentMicros > 0n)
      .map(({ id, kind, unspentMicros, priority, expiresAt, reason }) => {
        const paid = kind === 'paid';
        const about = { part: paid ? null : id, reason: paid ? null : reason };
        return { kind, ...about, remaining: money(unspentMicros), priority, expiresAt };
      }),
  };
}

export const PartReply = reply('WalletPart', {
  id: idOf('wallet_part'),
  kind: given,
  priority: priority.meta({ description: 'The lowest is spent first; paid money has 500.' }),
  expiresAt: Timestamp.nullable(),
  amount: Amount.meta({ description: 'What was given.' }),
  spent: Amount,
  left: Amount.meta({ description: 'What left the wallet unspent: expired, or taken back with its refill.' }),
  remaining: Amount.meta({ description: 'amount - spent - left' }),
  currency: Currency,
  reason: z.string(),
  madeBy: z.string(),
  createdAt: Timestamp,
  closedAt: Timestamp.nullable(),
  closedAs: z.enum(['spent', 'expired', 'taken']).nullable(),
});

export const PartPage = pageOf(PartReply, 'WalletPartPage');

export function shownPart(part: Part, currency: string): z.output<typeof PartReply> {
  const { id, priority, expiresAt, amountMicros, unspentMicros, leftMicros, reason, madeBy, createdAt } = part;
  const money = (micros: bigint) => amount(micros, currency);
  return {
    ...{
      id,
      kind: part.kind === 'bonus' ? 'bonus' : 'granted',
      priority,
      expiresAt,
      currency,
      reason,
      madeBy,
      createdAt,
    },
    ...{ amount: money(amountMicros), spent: money(amountMicros - unspentMicros - leftMicros) },
    ...{ left: money(leftMicros), remaining: money(unspentMicros) },
    ...{ closedAt: part.closedAt, closedAs: part.closedAs },
  };
}

export const PartQuery = pageQuery({
  kind: listOf(given).optional(),
  open: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .meta({ description: 'Those that are still spent from, or those that are spent, expired or taken back.' }),
});

export const GrantMoney = request('GrantMoney', {
  amount: Amount,
  reason: text(1000).meta({ description: 'Why; shown in the history.' }),
  expiresAt: Timestamp.nullish().meta({
    description: 'When what is left of it leaves the wallet; never, unless given.',
  }),
  priority: priority
    .optional()
    .meta({ description: 'The lowest is spent first: 100 unless given; paid money has 500.' }),
});
export const ExpirePart = request('ExpirePart', { reason: text(1000) });
