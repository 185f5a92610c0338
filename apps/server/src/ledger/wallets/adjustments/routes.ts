import { z } from 'zod';
import type { Ctx } from '../../../kit/ctx.ts';
import type { Http } from '../../../kit/http/app.ts';
import { idCursor, pageFrom } from '../../../kit/http/page.ts';
import { route } from '../../../kit/http/route.ts';
import { idParams } from '../../../kit/http/schemas.ts';
import { ownersOf, personOf } from '../../../tenancy/index.ts';
import { positive, readAmount } from '../amounts.ts';
import { getWallet, getWallets } from '../reads.ts';
import type { WalletHands } from '../routes.ts';
import { listLimits, setLimit } from './limits.ts';
import {
  AdjustmentPage,
  AdjustmentQuery,
  AdjustmentReply,
  AskAdjustment,
  DecideAdjustment,
  LimitsReply,
  OneAdjustmentReply,
  SetLimit,
  shownAdjustment,
  shownEffect,
  shownLimits,
} from './schemas.ts';
import {
  approveAdjustment,
  askAdjustment,
  countPending,
  effectOf,
  getAdjustment,
  listAdjustments,
  rejectAdjustment,
  withdrawAdjustment,
} from './service.ts';
import type { WalletAdjustment } from './sql.ts';

/** Money of wallets that people move, above a limit two of them. */
export function adjustmentRoutes(http: Http, hands: WalletHands): void {
  const tags = ['Wallets'];
  const url = '/api/v1/wallet-adjustments';
  const scope = 'organization' as const;
  const one = { tags, scope, params: idParams('wallet_adjustment') };
  const asking = 'ledger.wallet.credit';
  const deciding = 'ledger.adjustment.approve';
  const cursor = idCursor('wallet_adjustments');
  const shown = async (ctx: Ctx, adjustments: WalletAdjustment[]) => {
    const person = await personOf(ctx);
    const wallets = await getWallets(ctx, [...new Set(adjustments.map((a) => a.walletId))]);
    const owners = await ownersOf(
      ctx,
      wallets.map((wallet) => wallet.ownerId),
    );
    const names = new Map(wallets.map((wallet) => [wallet.id, owners.get(wallet.ownerId)?.name ?? '']));
    return adjustments.map((a) => shownAdjustment(a, names.get(a.walletId) ?? '', person));
  };
  const shownOne = async (ctx: Ctx, adjustment: WalletAdjustment) => (await shown(ctx, [adjustment]))[0]!;
  route(http, {
    ...{ tags, scope, permission: asking },
    method: 'POST',
    url: '/api/v1/wallets/:id/adjustments',
    name: 'askWalletAdjustment',
    summary: 'Move money of a wallet by hand: at once up to the limit, above it when somebody else agrees',
    params: idParams('wallet'),
    body: AskAdjustment,
    reply: { 201: AdjustmentReply },
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getWallet(ctx, params.id)).wallet;
      const { kind, reason, expiresAt = null, priority = null } = body;
      const given = kind === 'grant' && { expiresAt, priority };
      const amountMicros = positive('amount', body.amount, currency);
      const asked = { walletId: params.id, kind, amountMicros, reason, ...given };
      return shownOne(ctx, await askAdjustment(ctx, hands, asked));
    },
  });
  route(http, {
    ...{ tags, scope, permission: 'ledger.wallet.view' },
    method: 'GET',
    url,
    name: 'listWalletAdjustments',
    summary: 'Money of wallets that people moved or asked to move, newest first',
    query: AdjustmentQuery,
    reply: { 200: AdjustmentPage },
    handler: async (ctx, { query }) => {
      const page = { before: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listAdjustments(ctx, { states: query.state, walletId: query.wallet }, page);
      const listed = pageFrom(await shown(ctx, found), query.limit, (last) => cursor.write(last.id));
      return { ...listed, pending: await countPending(ctx) };
    },
  });
  route(http, {
    ...{ ...one, permission: 'ledger.wallet.view' },
    method: 'GET',
    url: `${url}/:id`,
    name: 'getWalletAdjustment',
    summary: 'What somebody asked for, and what it would leave in the wallet',
    reply: { 200: OneAdjustmentReply },
    handler: async (ctx, { params }) => {
      const adjustment = await getAdjustment(ctx, params.id);
      const effect = shownEffect(adjustment, await effectOf(ctx, adjustment));
      return { ...(await shownOne(ctx, adjustment)), effect };
    },
  });
  const decisions = [
    {
      ...{ does: 'approve', permission: deciding, name: 'approveWalletAdjustment' },
      summary: 'Agree to what somebody else asked for: the money moves',
      decide: (ctx: Ctx, id: string, note: string) => approveAdjustment(ctx, hands, id, note),
    },
    {
      ...{ does: 'reject', permission: deciding, name: 'rejectWalletAdjustment' },
      summary: 'Say no to what somebody asked for',
      decide: rejectAdjustment,
    },
    {
      ...{ does: 'withdraw', permission: asking, name: 'withdrawWalletAdjustment' },
      summary: 'Take back what one asked for oneself',
      decide: withdrawAdjustment,
    },
  ];
  for (const { does, decide, ...of } of decisions) {
    route(http, {
      ...{ ...one, ...of },
      method: 'POST',
      url: `${url}/:id/${does}`,
      body: DecideAdjustment,
      reply: { 200: AdjustmentReply },
      handler: async (ctx, { params, body }) => shownOne(ctx, await decide(ctx, params.id, body.note)),
    });
  }
  const limits = { tags, scope, url: '/api/v1/wallet-limits', reply: { 200: LimitsReply } };
  route(http, {
    ...{ ...limits, permission: 'ledger.wallet.view' },
    method: 'GET',
    name: 'listWalletLimits',
    summary: 'Above which amount somebody else must agree to money that is moved by hand',
    query: z.strictObject({}),
    handler: async (ctx) => shownLimits(await listLimits(ctx)),
  });
  route(http, {
    ...{ ...limits, permission: 'tenancy.organization.edit' },
    method: 'PUT',
    name: 'setWalletLimit',
    summary: 'Set that limit for a currency, or take it away; once one has a limit, a currency without one has no room',
    body: SetLimit,
    handler: async (ctx, { body }) => {
      const { currency } = body;
      const most = body.limit === null ? null : readAmount('limit', body.limit, currency);
      await setLimit(ctx, currency, most === null || most > 0n ? most : 0n);
      return shownLimits(await listLimits(ctx));
    },
  });
}
