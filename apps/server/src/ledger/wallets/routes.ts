import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, Timestamp } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { holdToLimit } from './adjustments/limits.ts';
import { adjustmentRoutes } from './adjustments/routes.ts';
import { movement, readAmount } from './amounts.ts';
import { holdRoutes } from './holds/routes.ts';
import { partRoutes } from './parts/routes.ts';
import { getGaining, getWallet, listWallets, movementsOf, overviewOfWallet } from './reads.ts';
import {
  type AboutTransfer,
  ChangeWallet,
  CreditWallet,
  DebitWallet,
  MovementPage,
  MovementQuery,
  OpenWallet,
  OverviewReply,
  shownMovement,
  shownOverview,
  shownWallet,
  WalletPage,
  WalletReply,
} from './schemas.ts';
import { creditWallet, debitWallet, getOwner, openWallet, setFloor } from './service.ts';
import { vatRoutes } from './vat/routes.ts';
import { changeVatAt } from './vat/settings.ts';

export type { AboutTransfer } from './schemas.ts';

/** What the rooms above do for a wallet, and know of what moved in it. */
export type WalletHands = {
  /** Does the work while it holds the lines that wait for money, collects what is due, and frees them. */
  freeing<T>(ctx: Ctx, walletId: Id, work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /** What transfers are about, by their keys. */
  about(ctx: Ctx, keys: string[]): Promise<Map<string, AboutTransfer>>;
  /** Whether a payment or a refund that concerns a wallet has no outcome yet. */
  isUnderWay(ctx: Ctx, walletId: Id): Promise<boolean>;
};

const thirtyDaysMs = 30 * 86_400_000;

export function walletRoutes(http: Http, hands: WalletHands): void {
  partRoutes(http, hands);
  holdRoutes(http);
  adjustmentRoutes(http, hands);
  vatRoutes(http);
  const tags = ['Wallets'];
  const url = '/api/v1/wallets';
  const one = { tags, params: idParams('wallet') };
  const seen = { permission: 'ledger.wallet.view', scope: 'company' as const };
  const edited = { permission: 'ledger.wallet.edit', scope: 'organization' as const };
  const moved = { permission: 'ledger.wallet.credit', scope: 'organization' as const };
  const wallets = idCursor('wallets');
  route(http, {
    ...seen,
    tags,
    method: 'GET',
    url,
    name: 'listWallets',
    endUsers: true,
    summary: 'Wallets and what is in them, newest first',
    query: pageQuery({
      search: z.string().min(1).max(100).optional(),
      owner: z.union([idOf('company'), idOf('end_user'), idOf('organization')]).optional(),
      belowFloor: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .optional()
        .meta({ description: 'Those that stand at their floor or below it.' }),
    }),
    reply: { 200: WalletPage },
    handler: async (ctx, { query }) => {
      const { search, owner, belowFloor } = query;
      const page = { before: wallets.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listWallets(ctx, { search, belowFloor, ownerIds: owner ? [owner] : undefined }, page);
      return pageFrom(found.map(shownWallet), query.limit, (last) => wallets.write(last.id));
    },
  });
  route(http, {
    ...edited,
    tags,
    method: 'POST',
    url,
    name: 'openWallet',
    summary: 'Open the wallet of a company, an end user or the organization',
    body: OpenWallet,
    reply: { 201: WalletReply },
    handler: async (ctx, { body }) => {
      const owner = await getOwner(ctx, body.owner);
      const floorMicros = readAmount('floor', body.floor, owner.currency);
      const { id } = await openWallet(ctx, { ownerId: owner.id, currency: body.currency, floorMicros });
      return shownWallet(await getWallet(ctx, id));
    },
  });
  route(http, {
    ...one,
    ...seen,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getWallet',
    endUsers: true,
    summary: 'A wallet',
    reply: { 200: WalletReply },
    handler: async (ctx, { params }) => shownWallet(await getWallet(ctx, params.id)),
  });
  route(http, {
    ...one,
    ...edited,
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'changeWallet',
    summary:
      'Set the minimum balance of a wallet (a lower one frees the lines that waited for it), and when it bears VAT',
    body: ChangeWallet,
    reply: { 200: WalletReply },
    handler: async (ctx, { params, body: { floor, vatAt } }) => {
      const { currency } = (await getWallet(ctx, params.id)).wallet;
      if (floor !== undefined) {
        const micros = readAmount('floor', floor, currency);
        await hands.freeing(ctx, params.id, (ctx) => setFloor(ctx, params.id, micros));
      }
      if (vatAt) await changeVatAt(ctx, params.id, vatAt, hands.isUnderWay);
      return shownWallet(await getWallet(ctx, params.id));
    },
  });
  route(http, {
    ...one,
    ...moved,
    method: 'POST',
    url: `${url}/:id/credits`,
    name: 'creditWallet',
    summary: 'Put money into a wallet: due fees are collected, and the lines that waited for it are freed',
    body: CreditWallet,
    reply: { 201: WalletReply },
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getGaining(ctx, params.id)).wallet;
      const credit = { ...movement(ctx, params.id, body, currency), kind: body.kind };
      await holdToLimit(ctx, credit.amountMicros, currency);
      await hands.freeing(ctx, params.id, (ctx) => creditWallet(ctx, credit));
      return shownWallet(await getWallet(ctx, params.id));
    },
  });
  route(http, {
    ...one,
    ...moved,
    method: 'POST',
    url: `${url}/:id/debits`,
    name: 'debitWallet',
    summary: 'Take money out of a wallet, down to its minimum balance',
    body: DebitWallet,
    reply: { 201: WalletReply },
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getWallet(ctx, params.id)).wallet;
      const debit = movement(ctx, params.id, body, currency);
      await holdToLimit(ctx, debit.amountMicros, currency);
      await debitWallet(ctx, debit);
      return shownWallet(await getWallet(ctx, params.id));
    },
  });
  route(http, {
    ...one,
    ...seen,
    method: 'GET',
    url: `${url}/:id/overview`,
    name: 'getWalletOverview',
    endUsers: true,
    summary: 'What a wallet held, gained and spent in an interval',
    query: z.strictObject({
      from: Timestamp.optional().meta({ description: 'Thirty days before its end, unless given.' }),
      to: Timestamp.optional().meta({ description: 'Now, unless given.' }),
    }),
    reply: { 200: OverviewReply },
    handler: async (ctx, { params, query }) => {
      const { to } = query;
      const from = query.from ?? new Date((to ?? ctx.now).getTime() - thirtyDaysMs);
      if (to && to < from)
        throw refuse.invalid('interval.backwards', 'It ends before it begins.', { field: 'query.to' });
      return shownOverview(await overviewOfWallet(ctx, params.id, from, to), from, to ?? ctx.now);
    },
  });
  const movements = idCursor('wallet_movements');
  route(http, {
    ...one,
    ...seen,
    method: 'GET',
    url: `${url}/:id/history`,
    name: 'listWalletHistory',
    endUsers: true,
    summary: 'What came into a wallet and what went, newest first',
    query: MovementQuery,
    reply: { 200: MovementPage },
    handler: async (ctx, { params, query }) => {
      const page = { after: movements.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const filter = { kinds: query.kind, from: query.from, to: query.to };
      const { wallet, movements: found } = await movementsOf(ctx, params.id, filter, page);
      const about = await hands.about(
        ctx,
        found.map((one) => one.key),
      );
      const shown = found.map((one) => shownMovement(one, wallet.currency, about.get(one.key)));
      return pageFrom(shown, query.limit, (last) => movements.write(last.transferId));
    },
  });
}
