import { z } from 'zod';
import type { Http } from '../../../kit/http/app.ts';
import { idCursor, pageFrom } from '../../../kit/http/page.ts';
import { route } from '../../../kit/http/route.ts';
import { idOf, idParams } from '../../../kit/http/schemas.ts';
import { holdToLimit } from '../adjustments/limits.ts';
import { movement } from '../amounts.ts';
import { getGaining, getWallet } from '../reads.ts';
import type { WalletHands } from '../routes.ts';
import { expirePart } from './expire.ts';
import { givePart } from './give.ts';
import { balancesOf, partsOf } from './reads.ts';
import {
  BalancesReply,
  ExpirePart,
  GrantMoney,
  PartPage,
  PartQuery,
  PartReply,
  shownBalances,
  shownPart,
} from './schemas.ts';

/** What a wallet holds besides what was paid in. */
export function partRoutes(http: Http, hands: WalletHands): void {
  const tags = ['Wallets'];
  const url = '/api/v1/wallets/:id';
  const one = { tags, params: idParams('wallet') };
  const seen = { permission: 'ledger.wallet.view', scope: 'company' as const };
  const moved = { permission: 'ledger.wallet.credit', scope: 'organization' as const };
  route(http, {
    ...one,
    ...seen,
    method: 'GET',
    url: `${url}/balances`,
    name: 'listWalletBalances',
    endUsers: true,
    summary: 'What a wallet holds: what was given and what was paid, in the order of spending',
    reply: { 200: BalancesReply },
    handler: async (ctx, { params }) => shownBalances(await balancesOf(ctx, params.id)),
  });
  const cursor = idCursor('wallet_parts');
  route(http, {
    ...one,
    ...seen,
    method: 'GET',
    url: `${url}/parts`,
    name: 'listWalletParts',
    summary: 'What was given to a wallet beside what was paid in, newest first',
    query: PartQuery,
    reply: { 200: PartPage },
    handler: async (ctx, { params, query }) => {
      const page = { before: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const filter = { walletId: params.id, kinds: query.kind, open: query.open };
      const { wallet, parts } = await partsOf(ctx, filter, page);
      const shown = parts.map((part) => shownPart(part, wallet.currency));
      return pageFrom(shown, query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...one,
    ...moved,
    method: 'POST',
    url: `${url}/grants`,
    name: 'grantMoney',
    summary: 'Give a wallet money that nobody paid in: it is spent first, and may expire',
    body: GrantMoney,
    reply: { 201: PartReply },
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getGaining(ctx, params.id)).wallet;
      const { walletId, amountMicros, reason } = movement(ctx, params.id, body, currency);
      await holdToLimit(ctx, amountMicros, currency);
      const { expiresAt = null, priority } = body;
      const given = { walletId, kind: 'granted' as const, amountMicros, reason, expiresAt, priority };
      const part = await hands.freeing(ctx, params.id, (ctx) => givePart(ctx, given));
      const { parts } = await partsOf(ctx, { walletId, ids: [part.id] }, { limit: 1 });
      return shownPart(parts[0]!, currency);
    },
  });
  route(http, {
    ...one,
    ...moved,
    method: 'POST',
    url: `${url}/parts/:part/expire`,
    name: 'expireWalletPart',
    summary: 'Let what is left of a part expire now: it leaves the wallet',
    params: z.strictObject({ id: idOf('wallet'), part: idOf('wallet_part') }),
    body: ExpirePart,
    reply: { 200: PartReply },
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getWallet(ctx, params.id)).wallet;
      return shownPart(await expirePart(ctx, params.id, params.part, body.reason), currency);
    },
  });
}
