import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { getWallet, walletsOf } from '../ledger/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { getCard, ofAnother } from './cards/service.ts';
import { isWallet, type Method } from './model.ts';
import type { Purchase } from './service.ts';

/** Who pays, and with what. */
export type Payer = { method: Method; walletId?: Id; cardId?: Id; payerId?: Id };

/**
 * Who pays when somebody asks for a method: of wallets the one that is named, or else that of who holds the thing (`wallet`), or of
 * the company that they are of (`company_wallet`). What is kept says whose it is: a company's is a `company_wallet`. A stored card is
 * named: of who holds the thing, of their company, or of the organization, which pays for anybody.
 *
 * Refuses `payment.card_does_not_fit`, `payment_method.not_found`, `payment_method.of_another`, `payment.wallet_does_not_fit`, `payment.no_wallet`, `payment.wallet_cannot_pay`, `wallet.not_found`.
 */
export async function payerOf(
  ctx: Ctx,
  purchase: Purchase,
  method: Method,
  { wallet: named, card }: { wallet?: Id; card?: Id } = {},
): Promise<Payer> {
  if (card !== undefined && method !== 'card') {
    throw refuse.invalid('payment.card_does_not_fit', 'A card is named when it pays, and only then.', {
      field: 'body.card',
    });
  }
  if (!isWallet(method)) {
    if (named === undefined) return card === undefined ? { method } : ownerOfCard(ctx, purchase, card);
    throw refuse.invalid('payment.wallet_does_not_fit', 'A wallet is named when it pays, and only then.', {
      field: 'body.wallet',
    });
  }
  if (purchase.purpose === 'wallet_refill') {
    throw refuse.invalid('payment.wallet_does_not_fit', 'A wallet is not refilled from a wallet.', {
      field: 'body.method',
      expected: 'card or manual',
    });
  }
  return reading(ctx, async (ctx) => {
    const id = named ?? (await walletFor(ctx, purchase, method));
    const { wallet, owner } = await getWallet(ctx, id);
    if (wallet.currency !== purchase.currency || !wallet.openedAt) {
      throw refuse.conflict(
        'payment.wallet_cannot_pay',
        wallet.openedAt
          ? `This wallet holds ${wallet.currency}, and the price is in ${purchase.currency}.`
          : 'This wallet is not open.',
        { field: 'body.wallet' },
      );
    }
    return { method: owner.type === 'company' ? 'company_wallet' : 'wallet', walletId: id, payerId: owner.id };
  });
}

async function ownerOfCard(ctx: Ctx, { ownerId }: Purchase, cardId: Id): Promise<Payer> {
  const { ownerId: payerId } = await getCard(ctx, cardId);
  const holder = (await ownersOf(ctx, [ownerId])).get(ownerId);
  if (![ownerId, holder?.companyId, ctx.organization.id].includes(payerId)) throw ofAnother();
  return { method: 'card', cardId, payerId };
}

/** The wallet of who holds the thing, or of their company, in the currency of its price if there is one. */
async function walletFor(ctx: Ctx, { ownerId, currency }: Purchase, method: Method): Promise<Id> {
  const holder = (await ownersOf(ctx, [ownerId])).get(ownerId);
  const payerId = method === 'wallet' ? ownerId : holder?.companyId;
  const wallets = payerId ? await walletsOf(ctx, [payerId]) : [];
  const wallet = wallets.find((one) => one.currency === currency) ?? wallets[0];
  if (wallet) return wallet.id;
  throw refuse.conflict(
    'payment.no_wallet',
    method === 'wallet' ? 'Who holds this has no wallet.' : 'The company of this has no wallet.',
    { field: 'body.method' },
  );
}
