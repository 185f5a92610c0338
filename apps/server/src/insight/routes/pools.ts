import { z } from 'zod';
import type { ExportColumn } from '../../kit/export/index.ts';
import { exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import { Count, idOf, idParams, Timestamp } from '../../kit/http/schemas.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { runningOut } from '../../periods/index.ts';
import { listPools, PoolType } from '../../pools/index.ts';
import { findMembers, findPastMembers, showMembers } from '../pools/members.ts';
import { burnDownOf, readMonths, readPool, showPools } from '../pools/pools.ts';
import { BurnDownReply, MemberReply, MonthReply, PoolReply } from '../pools/schemas.ts';

const common = { tags: ['Pools'], permission: 'pools.pool.view', scope: 'company' as const };
const url = '/api/v1/pools';

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'] });
const Page = pageQuery({
  search: z.string().max(100).optional().meta({ description: 'Part of the name, or a whole label.' }),
  company: idOf('company').optional(),
  type: PoolType.optional(),
  archived: flag.default(false),
  low: flag.optional().meta({ description: 'True: four fifths of the month’s balance are used, or more.' }),
});
const PoolPage = pageOf(PoolReply, 'PoolPage');

export function poolReadRoutes(http: Http): void {
  const cursor = idCursor('pools');
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof PoolPage }> = {
    ...common,
    method: 'GET',
    url,
    name: 'listPools',
    summary: 'List pools with their terms, running month and forecast, newest first',
    query: Page,
    reply: { 200: PoolPage },
    handler: async (ctx, { query: { limit, cursor: seen, company, search, low, ...filter } }) => {
      const before = cursor.read(seen) ?? undefined;
      const also = low ? runningOut(ctx) : undefined;
      const wanted = { ...filter, search: search?.trim() || undefined, companyId: company, also, before };
      const page = pageFrom(await listPools(ctx, { ...wanted, limit: limit + 1 }), limit, ({ pool }) =>
        cursor.write(pool.id),
      );
      return { ...page, items: await showPools(ctx, page.items) };
    },
  };
  exportedList(http, list, 'Pools', columns);
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPool',
    summary: 'A pool with its running month: what is left, what it costs, and how long it lasts',
    params: idParams('pool'),
    reply: { 200: PoolReply },
    handler: (ctx, { params }) => readPool(ctx, params.id),
  });
  monthRoutes(http);
  memberRoutes(http);
}

function monthRoutes(http: Http): void {
  const cursor = cursorOf('pool_months', Timestamp);
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id/months`,
    name: 'listPoolMonths',
    summary: 'The months of a pool, newest first',
    params: idParams('pool'),
    query: pageQuery({}),
    reply: { 200: pageOf(MonthReply, 'PoolMonthPage') },
    handler: async (ctx, { params, query }) => {
      const before = cursor.read(query.cursor) ?? undefined;
      const found = await readMonths(ctx, params.id, { before, limit: query.limit + 1 });
      return pageFrom(found, query.limit, (last) => cursor.write(last.startsAt));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id/burn-down`,
    name: 'getPoolBurnDown',
    summary: 'What was left of a month’s balance day by day, and what will be',
    params: idParams('pool'),
    query: z.strictObject({
      month: idOf('pool_period').optional().meta({ description: 'The running one unless told otherwise.' }),
    }),
    reply: { 200: BurnDownReply },
    handler: (ctx, { params, query }) => burnDownOf(ctx, params.id, query.month),
  });
}

function memberRoutes(http: Http): void {
  const now = cursorOf('pool_members', z.tuple([Count, idOf('sim')]));
  const past = cursorOf('past_pool_members', z.tuple([Timestamp, idOf('plan_assignment')]));
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id/members`,
    name: 'listPoolMembers',
    summary: 'The members of a pool, whoever used most of the month first; or those that left it',
    params: idParams('pool'),
    query: pageQuery({
      search: z
        .string()
        .regex(/^\d{1,20}$/, { error: 'digits of an ICCID' })
        .optional()
        .meta({ description: 'Part of an ICCID.' }),
      past: flag.default(false).meta({ description: 'Those that left, the last that joined first.' }),
    }),
    reply: { 200: pageOf(MemberReply, 'PoolMemberPage') },
    handler: async (ctx, { params, query: { limit, cursor, search, past: left } }) => {
      const page = left
        ? pageFrom(
            await findPastMembers(ctx, params.id, { search, after: pastPlace(past.read(cursor)), limit: limit + 1 }),
            limit,
            (last) => past.write([last.startsAt, last.id]),
          )
        : pageFrom(
            await findMembers(ctx, params.id, { search, after: placeOf(now.read(cursor)), limit: limit + 1 }),
            limit,
            (last) => now.write([last.usedBytes, last.lineId]),
          );
      return { ...page, items: await showMembers(ctx, params.id, page.items) };
    },
  });
}

function placeOf(seen: [bigint, Id] | null) {
  return seen ? { usedBytes: seen[0], lineId: seen[1] } : undefined;
}

function pastPlace(seen: [Date, Id] | null) {
  return seen ? { startsAt: seen[0], id: seen[1] } : undefined;
}

type Row = z.output<typeof PoolReply>;

/** What an exported list of pools holds; the ids are those of the console's columns. Bytes are whole numbers. */
const columns: readonly ExportColumn<Row>[] = [
  { id: 'name', label: 'Pool', value: (pool) => pool.name },
  { id: 'type', label: 'Type', value: (pool) => pool.type },
  { id: 'company', label: 'Company', value: (pool) => pool.company?.name ?? null },
  { id: 'used', label: 'Bytes used this month', value: (pool) => pool.month?.usedBytes ?? null },
  { id: 'balance', label: 'Balance in bytes', value: (pool) => pool.month?.allowanceBytes ?? null },
  { id: 'left', label: 'Bytes left', value: (pool) => pool.month?.leftBytes ?? null },
  { id: 'members', label: 'Members', value: (pool) => pool.members },
  { id: 'forecast', label: 'Used up', value: (pool) => pool.forecast?.exhaustedAt ?? null },
  { id: 'fees', label: 'Fees this month', value: (pool) => pool.month?.fees ?? null },
  { id: 'overage', label: 'Overage this month', value: (pool) => pool.month?.charge ?? null },
  { id: 'currency', label: 'Currency', value: (pool) => pool.currency },
  { id: 'terms', label: 'Version of the terms', value: (pool) => pool.terms.version },
  { id: 'limit', label: 'Data limit in bytes', value: (pool) => pool.dataLimitBytes },
  { id: 'labels', label: 'Labels', value: (pool) => pool.labels.join(' ') },
  { id: 'created', label: 'Created', value: (pool) => pool.createdAt },
  { id: 'id', label: 'Id', value: (pool) => publicId('pool', pool.id) },
];
