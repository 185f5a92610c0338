import { formatAmount } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';

/** Where money of a company may stand that somebody has to settle before it is archived. */
const settled = ['wallet', 'unbilled', 'deferred', 'receivable'];

/**
 * A company is archived when nothing is left to be settled: nobody could pay in, be billed or be paid afterwards. Refuses
 * `company.money_left` with each sum, and `company.pre_bills_pending`. Money is neither given away nor forgotten here: staff refund a wallet, bill what
 * is unbilled, and credit or note as paid what is receivable.
 */
export async function mayArchive(ctx: Ctx, companyId: Id): Promise<void> {
  const accounts = await ledger.listAccounts(ctx, { ownerId: companyId }, { limit: 100 });
  const left = accounts
    .filter(({ kind, balanceMicros }) => settled.includes(kind) && balanceMicros !== null && balanceMicros !== 0n)
    .map(({ kind, balanceMicros, currency }) => {
      // A ledger account of a wallet is below zero while it holds money.
      const micros = kind === 'wallet' ? -balanceMicros! : balanceMicros!;
      return { account: kind, amount: formatAmount(micros, currency), currency };
    });
  if (left.length > 0) {
    const sums = left.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`).join(', ');
    throw refuse.conflict('company.money_left', `This company has money that is not settled: ${sums}.`, { left });
  }
  const [pending] = await billing.listPreBills(ctx, { ownerIds: [companyId], states: ['pending'] }, { limit: 1 });
  if (!pending) return;
  throw refuse.conflict('company.pre_bills_pending', 'A pre-bill of this company waits to be approved or rejected.', {
    preBill: publicId('pre_bill', pending.id),
  });
}
