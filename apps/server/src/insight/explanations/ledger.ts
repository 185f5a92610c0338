import { formatAmount } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as ledger from '../../ledger/index.ts';
import { type Posted, type Step, step } from './model.ts';
import { moneyWords } from './words.ts';

const accountWords: Record<ledger.LedgerAccountKind, string> = {
  unbilled: 'unbilled, what the account has used and an invoice will ask for',
  deferred: 'deferred, what was billed before it was charged',
  receivable: 'receivable',
  wallet: 'wallet',
  grant: 'money given away',
  usage_revenue: 'usage revenue',
  fee_revenue: 'fee revenue',
  refill_revenue: 'refill revenue',
  other_revenue: 'other revenue',
  clearing: 'clearing',
  dispute: 'disputed, what banks have taken back',
  vat: 'VAT',
  rounding: 'rounding',
};

/**
 * The entries of the transfer with that key which concern a payer, and a step that says so.
 *
 * @param together what stands in the same entry beside it; empty: nothing
 */
export async function postedWith(
  ctx: Ctx,
  key: string,
  payerId: Id,
  together: string,
): Promise<{ steps: Step[]; entries: Posted[] }> {
  const found = await ledger.listEntriesOf(ctx, key, payerId);
  const own = found.find(({ accountId }) => accountId === payerId);
  const entries = found.map(
    (entry): Posted => ({
      transferId: entry.transferId,
      key: entry.key,
      account: entry.accountKind,
      accountId: entry.accountId,
      amount: formatAmount(entry.amountMicros, entry.currency),
      balanceAfter: entry.balanceAfter === null ? null : formatAmount(entry.balanceAfter, entry.currency),
    }),
  );
  if (!own) return { steps: [step('ledger', 'It moved nothing in the ledger.', { key })], entries };
  const text = `It was posted to the ledger account "${accountWords[own.accountKind]}" by the transfer ${key}, whose entry there is ${moneyWords(own.amountMicros, own.currency)}${together && `: ${together}`}.`;
  const values = { key, transferId: own.transferId, amount: formatAmount(own.amountMicros, own.currency) };
  return { steps: [step('ledger', text, values)], entries };
}
