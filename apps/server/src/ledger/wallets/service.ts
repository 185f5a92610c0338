import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit, type NewEvent } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Owner, ownersOf } from '../../tenancy/index.ts';
import { accountKey, openAccounts, post } from '../service.ts';
import { type Debit, type DebitOptions, type DebitOutcome, decideDebits, isAtFloor, type Wallet } from './model.ts';
import { getWallet, type OwnedWallet } from './reads.ts';
import * as store from './sql.ts';

/**
 * Opens the wallet of an account, in the account's own currency. Money that came to it before is in it. Refuses
 * `wallet.open_already`, `wallet.currency_differs`, and `account.not_found` for who owns no money here.
 */
export async function openWallet(
  ctx: Ctx,
  input: { ownerId: Id; currency?: string; floorMicros: Micros },
): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const owner = await getOwner(ctx, input.ownerId);
    if (owner.archived) throw refuse.conflict('account.archived', 'An archived account gets no wallet.');
    const currency = input.currency ?? owner.currency;
    if (currency !== owner.currency) {
      throw refuse.invalid('wallet.currency_differs', `This account's money is in ${owner.currency}.`, {
        field: 'body.currency',
        expected: owner.currency,
      });
    }
    const wallet = await store.openWallet(ctx, { ownerId: owner.id, currency, floorMicros: input.floorMicros });
    if (!wallet) throw refuse.conflict('wallet.open_already', 'This account has a wallet already.');
    await tell(ctx, wallet, owner, 'wallet.opened', { floor: formatAmount(wallet.floorMicros, currency) }, [
      { field: 'floor', old: null, new: formatAmount(wallet.floorMicros, currency) },
    ]);
    return wallet;
  });
}

/** Who may have a wallet, of those the caller may see. Refuses `account.not_found`. */
export async function getOwner(ctx: Ctx, id: Id): Promise<Owner> {
  const owner = (await ownersOf(ctx, [id])).get(id);
  if (!owner) throw refuse.notFound('account');
  return owner;
}

/**
 * Sets what fees, purchases and refills must leave in the wallet. Above what is in it is allowed: then it is at its floor,
 * and `wallet.floor_reached` says so.
 */
export async function setFloor(ctx: Ctx, walletId: Id, floorMicros: Micros): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    if (wallet.floorMicros === floorMicros) return wallet;
    await store.setFloor(ctx, wallet.id, floorMicros);
    const now = { ...wallet, floorMicros };
    const [before, after] = [wallet, now].map((w) => formatAmount(w.floorMicros, w.currency));
    await tell(ctx, now, owner, 'wallet.floor_changed', { before, floor: after }, [
      { field: 'floor', old: before, new: after },
    ]);
    if (isAtFloor(now) && !isAtFloor(wallet)) await emit(ctx, [floorReached(now, owner)]);
    return now;
  });
}

/**
 * Puts money into a wallet: what somebody paid in (`refill`), what comes back of what it paid (`refund`), or a correction by hand.
 * It comes from clearing unless `contra` says otherwise. The same key again changes nothing.
 * What was waiting for money is looked at by whoever hears `wallet.credited`.
 */
export async function creditWallet(
  ctx: Ctx,
  credit: {
    walletId: Id;
    amountMicros: Micros;
    kind: 'refill' | 'adjustment' | 'refund';
    reason: string;
    key: string;
    contra?: Id;
  },
): Promise<Wallet> {
  assert(credit.amountMicros > 0n, 'a credit gives something');
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, credit.walletId);
    const { amountMicros, kind, key, reason } = credit;
    const to = credit.contra ?? (await clearingOf(ctx, wallet.currency));
    const posted = await post(ctx, [{ key, kind, at: ctx.now, to, from: wallet.id, amountMicros, note: reason }]);
    if (!posted.has(key)) return wallet;
    const now = { ...wallet, remainingMicros: wallet.remainingMicros + amountMicros };
    const amount = formatAmount(amountMicros, wallet.currency);
    await tell(ctx, now, owner, 'wallet.credited', { amount, kind, reason }, [
      { field: 'credited', old: null, new: amount },
      { field: 'reason', old: null, new: reason },
    ]);
    return now;
  });
}

/** Takes money out by hand. Refuses `wallet.insufficient_funds` when less than the floor would be left. */
export async function debitWallet(
  ctx: Ctx,
  debit: { walletId: Id; amountMicros: Micros; reason: string; key: string },
): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, debit.walletId);
    const { walletId, amountMicros, key, reason } = debit;
    const contra = await clearingOf(ctx, wallet.currency);
    const [outcome] = await debitMany(ctx, [{ walletId, amountMicros, key, kind: 'adjustment', contra, note: reason }]);
    if (!outcome!.posted) throw insufficientFunds(wallet, amountMicros);
    if (outcome!.repeated) return wallet;
    const now = { ...wallet, remainingMicros: wallet.remainingMicros - amountMicros };
    const amount = formatAmount(amountMicros, wallet.currency);
    await tell(ctx, now, owner, 'wallet.debited', { amount, reason }, [
      { field: 'debited', old: null, new: amount },
      { field: 'reason', old: null, new: reason },
    ]);
    return now;
  });
}

function insufficientFunds(wallet: Wallet, wantedMicros: Micros) {
  const [wanted, remaining, floor] = [wantedMicros, wallet.remainingMicros, wallet.floorMicros].map((micros) =>
    formatAmount(micros, wallet.currency),
  );
  return refuse.conflict(
    'wallet.insufficient_funds',
    `The wallet holds ${remaining} ${wallet.currency} and must keep ${floor}: ${wanted} cannot be taken from it.`,
    { field: 'body.amount', wanted, remaining, floor, currency: wallet.currency },
  );
}

/** A wallet the caller may change, ours until the database transaction ends. Refuses `wallet.not_found`. */
async function lockWallet(ctx: Ctx, id: Id): Promise<OwnedWallet> {
  const { owner } = await getWallet(ctx, id);
  const [wallet] = await store.findWallets(ctx, [id], 'lock');
  return { wallet: wallet!, owner };
}

/** Where money stands that comes from outside, or leaves. */
async function clearingOf(ctx: Ctx, currency: string): Promise<Id> {
  const account = { kind: 'clearing' as const, ownerId: ctx.organization.id, currency };
  return (await openAccounts(ctx, [account])).get(accountKey(account))!;
}

/**
 * Tells of wallets that usage took to their floor or below, in the database transaction that posted it. Who posted knows
 * that they were above it before.
 */
export async function tellFloorReached(ctx: Ctx, ids: Id[]): Promise<void> {
  if (ids.length === 0) return;
  const reached = (await store.findWallets(ctx, ids, 'look')).filter(isAtFloor);
  const owners = await ownersOf(
    ctx,
    reached.map((wallet) => wallet.ownerId),
  );
  await emit(
    ctx,
    reached.map((wallet) => floorReached(wallet, owners.get(wallet.ownerId) ?? { companyId: null })),
  );
}

/**
 * Debits that may be refused: fees, purchases, corrections by hand. Each is tried whole, in the given order, and posted only
 * if it leaves the wallet its floor; the answer has an outcome for each, in the same order. Four statements, however many
 * they are. The wallets stay locked (in the order of their ids) until the database transaction ends, so whoever holds
 * lines or periods takes those first. A debit that takes all down to the floor tells `wallet.floor_reached`.
 */
export async function debitMany(ctx: Ctx, debits: Debit[], options: DebitOptions = {}): Promise<DebitOutcome[]> {
  if (debits.length === 0) return [];
  assert(
    debits.every((debit) => debit.amountMicros > 0n),
    'a debit takes something',
  );
  return atomically(ctx, async (ctx) => {
    const wallets = await store.findWallets(ctx, [...new Set(debits.map((debit) => debit.walletId))], 'lock');
    const known = await store.knownKeys(
      ctx,
      debits.map((debit) => debit.key),
    );
    const byId = new Map(wallets.map((wallet) => [wallet.id, wallet]));
    assert(
      debits.every((debit) => byId.has(debit.walletId)),
      'what is debited is a wallet',
    );
    const { outcomes, post } = decideDebits(debits, byId, known, options);
    if (post.length > 0) {
      const entries = await store.insertDebits(ctx, post);
      assert(entries === 2 * post.length, 'a wallet that is locked has what it had when it was locked');
      const left = new Map(post.map((debit) => [debit.walletId, debit.remainingAfter]));
      const reached = wallets.filter((w) => !isAtFloor(w) && left.get(w.id) === w.floorMicros).map((w) => w.id);
      await tellFloorReached(ctx, reached);
    }
    return outcomes;
  });
}

/** What happened to a wallet, for the audit log and for everybody who listens. */
async function tell(
  ctx: Ctx,
  wallet: Wallet,
  owner: Pick<Owner, 'companyId'>,
  name: string,
  data: Record<string, unknown>,
  changes: { field: string; old: unknown; new: unknown }[],
): Promise<void> {
  const id = publicId('wallet', wallet.id);
  await audit(ctx, [{ action: name, objectType: 'wallet', objectId: id, changes }]);
  await emit(ctx, [walletEvent(wallet, owner, name, data)]);
}

function floorReached(wallet: Wallet, owner: Pick<Owner, 'companyId'>): NewEvent {
  return walletEvent(wallet, owner, 'wallet.floor_reached', {
    floor: formatAmount(wallet.floorMicros, wallet.currency),
  });
}

/** An event of a wallet. The company that may hear it is named in it. */
function walletEvent(
  wallet: Wallet,
  owner: Pick<Owner, 'companyId'>,
  name: string,
  data: Record<string, unknown>,
): NewEvent {
  return {
    name,
    subject: { type: 'wallet', id: wallet.id },
    data: {
      wallet: publicId('wallet', wallet.id),
      ...(owner.companyId && { companyId: publicId('company', owner.companyId) }),
      remaining: formatAmount(wallet.remainingMicros, wallet.currency),
      currency: wallet.currency,
      ...data,
    },
  };
}
