import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idParams } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { shownTerms } from './form.ts';
import { ChangeTerms, CreatePool, TermsReply, UpdatePool } from './schemas.ts';
import { archivePool, changeTerms, createPool, getPool, listPoolVersions, updatePool } from './service.ts';

/** What the routes are handed, because it belongs to rooms above. */
export type PoolHands = {
  /** A pool as the outside sees it, with its month. */
  reply: z.ZodType;
  read(ctx: Ctx, id: Id): Promise<unknown>;
  /** Opens the first month of new pools, in their database transaction. */
  open(ctx: Ctx, ids: Id[]): Promise<unknown>;
};

const url = '/api/v1/pools';
const tags = ['Pools'];

/** Making and changing pools; what they are and used is read in insight, their members are put on plans in periods. */
export function poolRoutes(http: Http, hands: PoolHands): void {
  route(http, {
    method: 'POST',
    url,
    name: 'createPool',
    summary: 'Create a pool; its first month begins at once, that of a static pool at the full fee',
    tags,
    permission: 'pools.pool.add',
    scope: 'organization',
    body: CreatePool,
    reply: { 201: hands.reply },
    handler: async (ctx, { body: { name, type, company, dataLimitBytes, labels, note, ...terms } }) =>
      atomically(ctx, async (ctx) => {
        const own = { name, type, companyId: company ?? null, dataLimitBytes, labels, note };
        const { pool } = await createPool(ctx, { ...own, terms });
        await hands.open(ctx, [pool.id]);
        return hands.read(ctx, pool.id);
      }),
  });
  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updatePool',
    summary: 'Change name, data limit, labels and note of a pool',
    tags,
    permission: 'pools.pool.edit',
    scope: 'organization',
    params: idParams('pool'),
    body: UpdatePool,
    reply: { 200: hands.reply },
    handler: async (ctx, { params, body }) => {
      await updatePool(ctx, params.id, body);
      return hands.read(ctx, params.id);
    },
  });
  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archivePool',
    summary: 'Archive a pool that has no members; its month runs to its end',
    tags,
    permission: 'pools.pool.delete',
    scope: 'organization',
    params: idParams('pool'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await archivePool(ctx, params.id);
    },
  });
  termsRoutes(http, hands);
}

function termsRoutes(http: Http, hands: PoolHands): void {
  const cursor = cursorOf('pool_terms', z.int().min(1));
  route(http, {
    method: 'GET',
    url: `${url}/:id/terms`,
    name: 'listPoolTerms',
    summary: 'The terms of a pool, newest first',
    tags,
    permission: 'pools.pool.view',
    scope: 'company',
    params: idParams('pool'),
    query: pageQuery({}),
    reply: { 200: pageOf(TermsReply, 'PoolTermsPage') },
    handler: async (ctx, { params, query }) => {
      const { pool } = await getPool(ctx, params.id);
      const before = cursor.read(query.cursor) ?? undefined;
      const found = await listPoolVersions(ctx, pool.id, { before, limit: query.limit + 1 });
      const shown = found.map((version) => shownTerms(pool.type, version));
      return pageFrom(shown, query.limit, (last) => cursor.write(last.version));
    },
  });
  route(http, {
    method: 'POST',
    url: `${url}/:id/terms`,
    name: 'changePoolTerms',
    summary: 'Change the terms of a pool from its next month on; absent fields stay as they were',
    tags,
    permission: 'pools.pool.edit',
    scope: 'organization',
    params: idParams('pool'),
    body: ChangeTerms,
    reply: { 201: hands.reply },
    handler: async (ctx, { params, body }) => {
      await changeTerms(ctx, params.id, body);
      return hands.read(ctx, params.id);
    },
  });
}
