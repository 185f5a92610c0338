import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Owner, ownersNamed, ownersOf } from '../../tenancy/index.ts';
import { listMovements, type Movement, type MovementFilter, overviewOf, type WalletOverview } from './history.ts';
import { isAtFloor, type Wallet } from './model.ts';
import * as store from './sql.ts';
import { lockWallets } from './vat/service.ts';

export type OwnedWallet = { wallet: Wallet; owner: Owner };

/** A wallet of those the caller may see. Refuses `wallet.not_found`. */
export async function getWallet(ctx: Ctx, id: Id): Promise<OwnedWallet> {
  return reading(ctx, async (ctx) => {
    const [found] = await owned(ctx, await store.listWallets(ctx, { ids: [id] }, { limit: 1 }));
    if (!found) throw refuse.notFound('wallet', publicId('wallet', id));
    return found;
  });
}

/** A wallet that money may come into; out of that of an archived account it only goes. Refuses `wallet.not_found`, `account.archived`. */
export async function getGaining(ctx: Ctx, id: Id): Promise<OwnedWallet> {
  const found = await getWallet(ctx, id);
  if (!found.owner.archived) return found;
  throw refuse.conflict('account.archived', 'The account of this wallet is archived: nothing comes into it any more.');
}

/** A wallet the caller may change, ours until the database transaction ends, its VAT posted. Refuses `wallet.not_found`. */
export async function lockWallet(ctx: Ctx, id: Id): Promise<OwnedWallet> {
  const { owner } = await getWallet(ctx, id);
  const [wallet] = await lockWallets(ctx, [id]);
  return { wallet: wallet!, owner };
}

/** Accounts looked at for a text that many names have. */
const searchBound = 1_000;

/** Open wallets, newest first, of those the caller may see; `search` is a part of the owner's name or email. */
export async function listWallets(
  ctx: Ctx,
  { search, ...filter }: store.WalletFilter & { search?: string },
  page: { before?: Id; limit: number },
): Promise<OwnedWallet[]> {
  return reading(ctx, async (ctx) => {
    const ownerIds = search ? await ownersNamed(ctx, search, searchBound) : filter.ownerIds;
    return owned(ctx, await store.listWallets(ctx, { ...filter, ownerIds }, page));
  });
}

async function owned(ctx: Ctx, wallets: Wallet[]): Promise<OwnedWallet[]> {
  const owners = await ownersOf(
    ctx,
    wallets.map((wallet) => wallet.ownerId),
  );
  return wallets.flatMap((wallet) => {
    const owner = owners.get(wallet.ownerId);
    return owner ? [{ wallet, owner }] : [];
  });
}

/** What moved in a wallet, newest first. Refuses `wallet.not_found`. */
export async function movementsOf(
  ctx: Ctx,
  walletId: Id,
  filter: MovementFilter,
  page: { after?: Id; limit: number },
): Promise<OwnedWallet & { movements: Movement[] }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, walletId);
    return { ...found, movements: await listMovements(ctx, walletId, filter, page) };
  });
}

/** What an interval did to a wallet. Refuses `wallet.not_found`. */
export async function overviewOfWallet(
  ctx: Ctx,
  walletId: Id,
  from: Date,
  to?: Date,
): Promise<OwnedWallet & { overview: WalletOverview }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, walletId);
    return { ...found, overview: await overviewOf(ctx, walletId, from, to) };
  });
}

/** The open wallets of these accounts. */
export async function walletsOf(ctx: Ctx, ownerIds: Id[]): Promise<Wallet[]> {
  if (ownerIds.length === 0) return [];
  return reading(ctx, (ctx) => store.walletsOfOwners(ctx, [...new Set(ownerIds)]));
}

/** Wallets by id, also those that nobody has opened yet. */
export async function getWallets(ctx: Ctx, ids: Id[]): Promise<Wallet[]> {
  if (ids.length === 0) return [];
  return reading(ctx, (ctx) => store.findWallets(ctx, ids, 'look'));
}

/** Which of these wallets stand at their floor or below. */
export async function walletsAtFloor(ctx: Ctx, ids: Id[]): Promise<Set<Id>> {
  return new Set((await getWallets(ctx, ids)).filter(isAtFloor).map((wallet) => wallet.id));
}
