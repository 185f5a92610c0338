import { z } from 'zod';
import type { Http } from '../../../kit/http/app.ts';
import { idCursor, pageFrom } from '../../../kit/http/page.ts';
import { route } from '../../../kit/http/route.ts';
import { idOf, idParams } from '../../../kit/http/schemas.ts';
import { positive } from '../amounts.ts';
import { getWallet } from '../reads.ts';
import { CaptureHold, HoldPage, HoldQuery, HoldReply, PlaceHold, shownHold } from './schemas.ts';
import { captureHold, holdsOf, placeHold, releaseHold } from './service.ts';

/** Money of a wallet that is set aside. */
export function holdRoutes(http: Http): void {
  const tags = ['Wallets'];
  const url = '/api/v1/wallets/:id/holds';
  const params = idParams('wallet');
  const one = z.strictObject({ id: idOf('wallet'), hold: idOf('wallet_hold') });
  const held = { permission: 'ledger.wallet.hold', scope: 'organization' as const };
  const currencyOf = async (...[ctx, id]: Parameters<typeof getWallet>) => (await getWallet(ctx, id)).wallet.currency;
  const cursor = idCursor('wallet_holds');
  route(http, {
    ...{ tags, url, params, permission: 'ledger.wallet.view', scope: 'company' },
    method: 'GET',
    name: 'listWalletHolds',
    summary: 'What is and was set aside of a wallet, newest first',
    query: HoldQuery,
    reply: { 200: HoldPage },
    handler: async (ctx, { params, query }) => {
      const page = { before: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const { wallet, holds } = await holdsOf(ctx, { walletId: params.id, states: query.state }, page);
      const shown = holds.map((hold) => shownHold(hold, wallet.currency));
      return pageFrom(shown, query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ tags, url, params, ...held },
    method: 'POST',
    name: 'placeWalletHold',
    summary: 'Set money of a wallet aside: fees, purchases and refills leave it',
    body: PlaceHold,
    reply: { 201: HoldReply },
    handler: async (ctx, { params, body }) => {
      const currency = await currencyOf(ctx, params.id);
      const { reason, until } = body;
      const asked = { walletId: params.id, amountMicros: positive('amount', body.amount, currency), reason, until };
      return shownHold(await placeHold(ctx, asked), currency);
    },
  });
  route(http, {
    ...{ tags, params: one, ...held },
    method: 'POST',
    url: `${url}/:hold/capture`,
    name: 'captureWalletHold',
    summary: 'Take what a hold has set aside, or a part of it',
    body: CaptureHold,
    reply: { 200: HoldReply },
    handler: async (ctx, { params, body }) => {
      const currency = await currencyOf(ctx, params.id);
      const amountMicros = body.amount === undefined ? undefined : positive('amount', body.amount, currency);
      const asked = { walletId: params.id, holdId: params.hold, amountMicros, reason: body.reason };
      return shownHold(await captureHold(ctx, asked), currency);
    },
  });
  route(http, {
    ...{ tags, params: one, ...held },
    method: 'POST',
    url: `${url}/:hold/release`,
    name: 'releaseWalletHold',
    summary: 'Set free what is left of a hold',
    reply: { 200: HoldReply },
    handler: async (ctx, { params }) => {
      const currency = await currencyOf(ctx, params.id);
      return shownHold(await releaseHold(ctx, params.id, params.hold), currency);
    },
  });
}
