import { formatAmount, type Micros } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import { type Leaving, listEndUsers } from '../tenancy/index.ts';

/** Where money of an account may stand that somebody has to settle before it is archived. */
const settled = ['wallet', 'unbilled', 'deferred', 'receivable'];
/** Payments that may still bring money, or whose money nobody has placed. */
const underWay: payments.State[] = ['created', 'pending', 'action_needed', 'differs'];
/** End users looked at in one statement. */
const atOnce = 1_000;

/**
 * An account is archived when nothing is left to be settled: nobody could pay in, be billed or be paid afterwards. Refuses
 * `company.money_left` and `end_user.money_left` with each sum, `company.payments_under_way` and `end_user.payments_under_way`,
 * `company.sims_active`, `company.end_users_money_left` and `company.pre_bills_pending`. Money is neither given away nor forgotten here: staff refund a wallet, bill what is
 * unbilled, and credit or note as paid what is receivable.
 */
export async function mayArchive(ctx: Ctx, leaving: Leaving): Promise<void> {
  // What its SIMs use is money that is still to come.
  if (leaving.type === 'company') await noSimIsActive(ctx, leaving.id);
  await nothingLeft(ctx, leaving);
  await nothingUnderWay(ctx, leaving);
  if (leaving.type === 'end_user') return;
  await endUsersHaveNothing(ctx, leaving.id);
  const [pending] = await billing.listPreBills(ctx, { ownerIds: [leaving.id], states: ['pending'] }, { limit: 1 });
  if (!pending) return;
  throw refuse.conflict('company.pre_bills_pending', 'A pre-bill of this company waits to be approved or rejected.', {
    preBill: publicId('pre_bill', pending.id),
  });
}

async function nothingLeft(ctx: Ctx, { type, id }: Leaving): Promise<void> {
  const sumsOf = type === 'company' ? sumsOfCompany : sumsOfEndUser;
  const left = (await sumsOf(ctx, id))
    .filter(({ micros }) => micros !== 0n)
    .map(({ account, micros, currency }) => ({ account, amount: formatAmount(micros, currency), currency }));
  if (left.length === 0) return;
  const sums = left.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`).join(', ');
  throw refuse.conflict(`${type}.money_left`, `This ${words[type]} has money that is not settled: ${sums}.`, { left });
}

type Sum = { account: string; micros: Micros; currency: string };

async function sumsOfCompany(ctx: Ctx, id: Id): Promise<Sum[]> {
  const accounts = await ledger.listAccounts(ctx, { ownerId: id }, { limit: 100 });
  return accounts
    .filter(({ kind }) => settled.includes(kind))
    .map(({ kind, balanceMicros, currency }) => {
      // A ledger account of a wallet is below zero while it holds money.
      const micros = kind === 'wallet' ? -balanceMicros! : balanceMicros!;
      return { account: kind, micros, currency };
    });
}

/** An end user has a wallet and no more; company staff, who may archive one, do not see its ledger account. */
async function sumsOfEndUser(ctx: Ctx, id: Id): Promise<Sum[]> {
  const wallets = await ledger.walletsOf(ctx, [id]);
  return wallets.map(({ remainingMicros, currency }) => ({ account: 'wallet', micros: remainingMicros, currency }));
}

const words = { company: 'company', end_user: 'end user' };

/** A card may be charged still, or money came that is in no account yet. Of a company those of its end users are meant too. */
async function nothingUnderWay(ctx: Ctx, { type, id }: Leaving): Promise<void> {
  const whose = type === 'company' ? { companyId: id } : { ownerId: id };
  const [open] = await payments.listPayments(ctx, { ...whose, states: underWay }, { limit: 1 });
  const [payment = open] = await payments.listPayments(ctx, { ...whose, undelivered: true }, { limit: 1 });
  if (!payment) return;
  throw refuse.conflict(
    `${type}.payments_under_way`,
    `Of a payment of this ${words[type]} nobody knows yet, or has said, what becomes of its money. Wait for it, settle it, or refund it.`,
    { payment: publicId('payment', payment.id) },
  );
}

/** What is used after that nobody could be billed for. */
async function noSimIsActive(ctx: Ctx, companyId: Id): Promise<void> {
  const [sim] = await inventory.listSims(ctx, { companyId, lifecycle: ['ready', 'active'] }, { limit: 1 });
  if (!sim) return;
  throw refuse.conflict(
    'company.sims_active',
    'SIMs of this company can be used still. End their plans, archive them, or give them to another company; what they cost is then billed.',
    { sim: publicId('sim', sim.id), iccid: sim.iccid, list: `/sims?company=${publicId('company', companyId)}` },
  );
}

async function endUsersHaveNothing(ctx: Ctx, companyId: Id): Promise<void> {
  for (let before: Id | null = null; ; ) {
    const users: { id: Id }[] = await listEndUsers(ctx, { companyId }, before, atOnce);
    const wallets = await ledger.walletsOf(
      ctx,
      users.map(({ id }) => id),
    );
    const holds = wallets.find(({ remainingMicros }) => remainingMicros !== 0n);
    if (holds) {
      throw refuse.conflict('company.end_users_money_left', 'End users of this company have money in their wallets.', {
        ...{ wallet: publicId('wallet', holds.id), endUser: publicId('end_user', holds.ownerId) },
      });
    }
    if (users.length < atOnce) return;
    before = users.at(-1)!.id;
  }
}
