import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import type { Payment } from './model.ts';

/** A ledger account of the organization itself. */
export async function accountOf(ctx: Ctx, kind: ledger.LedgerAccountKind, currency: string): Promise<Id> {
  const account = { kind, ownerId: ctx.organization.id, currency };
  return (await ledger.openAccounts(ctx, [account])).get(ledger.accountKey(account))!;
}

/** The ledger account of what the company owes whose invoices are paid. */
export async function receivableOf(ctx: Ctx, { detail, currency }: Payment): Promise<Id> {
  assert(detail.debtor, 'invoices have somebody who owes them');
  const account = { kind: 'receivable' as const, ownerId: detail.debtor, currency };
  return (await ledger.openAccounts(ctx, [account])).get(ledger.accountKey(account))!;
}
