import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import { idOf, idParams, listOf, reply } from '../../kit/http/schemas.ts';
import { simFilterOf, simFilters } from '../../usage/index.ts';
import { ShownStatus, SimReply, SimRow, tally } from '../schemas.ts';
import { simColumns } from '../sim-columns.ts';
import { readSim, showRows } from '../sims.ts';

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'] });
const filters = simFilters(flag, listOf(ShownStatus), listOf(idOf('sim')));
const Query = z.strictObject(filters);

/** SIMs are listed in the order in which they were added. */
const order = z
  .enum(['newest', 'oldest'])
  .default('newest')
  .meta({ description: 'The last added first, or the first.' });

const Page = pageQuery({ ...filters, order });
const SimPage = pageOf(SimRow, 'SimPage');

const facetOf = <T extends z.ZodType>(value: T) => z.array(z.object({ value, sims: tally }));
const facets = {
  status: { counted: 'status', value: ShownStatus },
  telecom: { counted: 'telecomId', value: idOf('telecom') },
  company: { counted: 'companyId', value: idOf('company').nullable() },
  fleet: { counted: 'fleetId', value: idOf('fleet').nullable() },
  plan: { counted: 'planId', value: idOf('plan').nullable() },
  registered: { counted: 'registered', value: z.boolean() },
  blocked: { counted: 'blocked', value: z.boolean() },
} as const satisfies Record<string, { counted: inventory.Counted; value: z.ZodType }>;

const SimCounts = reply('SimCounts', {
  total: tally,
  exact: z.boolean().meta({
    description: `False: there are more than ${inventory.countBound}, and a search is counted no further.`,
  }),
  byStatus: z.array(z.object({ status: ShownStatus, sims: tally })),
});
const SimFacets = reply('SimFacets', {
  status: facetOf(facets.status.value),
  telecom: facetOf(facets.telecom.value),
  company: facetOf(facets.company.value),
  fleet: facetOf(facets.fleet.value),
  plan: facetOf(facets.plan.value),
  registered: facetOf(facets.registered.value),
  blocked: facetOf(facets.blocked.value),
});

async function countFacets(ctx: Ctx, filter: inventory.SimFilter): Promise<z.output<typeof SimFacets>> {
  const names = Object.values(facets).map(({ counted }) => counted);
  const found = Map.groupBy((await inventory.countFacets(ctx, filter, names)) ?? [], ({ facet }) => facet);
  const of = (facet: inventory.Counted) => found.get(facet) ?? [];
  const flags = (facet: inventory.Counted) => of(facet).map(({ value, sims }) => ({ value: value === 'true', sims }));
  return {
    status: of('status') as z.output<typeof SimFacets>['status'],
    telecom: of('telecomId') as z.output<typeof SimFacets>['telecom'],
    company: of('companyId'),
    fleet: of('fleetId'),
    plan: of('planId'),
    registered: flags('registered'),
    blocked: flags('blocked'),
  };
}

export function simRoutes(http: Http): void {
  const common = { tags: ['SIMs'], permission: 'inventory.sim.view', scope: 'company' as const };
  const url = '/api/v1/sims';
  const cursors = { newest: idCursor('sims'), oldest: idCursor('sims by age') };
  const find = async (ctx: Ctx, { limit, cursor: seen, order, ...query }: z.output<typeof Page>) => {
    const cursor = cursors[order];
    const after = cursor.read(seen) ?? undefined;
    const newestFirst = order === 'newest';
    const page = { after, limit: limit + 1, newestFirst };
    const found = await reading(ctx, (ctx) => inventory.listSims(ctx, simFilterOf(ctx, query), page));
    return pageFrom(found, limit, (last) => cursor.write(last.id));
  };
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof SimPage }> = {
    ...common,
    method: 'GET',
    url,
    name: 'listSims',
    summary: 'List SIMs with their state, plan and usage, newest first',
    query: Page,
    reply: { 200: SimPage },
    handler: (ctx, { query }) =>
      reading(ctx, async (ctx) => {
        const page = await find(ctx, query);
        return { ...page, items: await showRows(ctx, page.items) };
      }),
  };
  exportedList(http, list, 'SIMs', simColumns, { find, show: showRows });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/counts`,
    name: 'countSims',
    summary: 'How many SIMs match, by shown status',
    query: Query,
    reply: { 200: SimCounts },
    handler: async (ctx, { query }) => {
      const { counts, exact } = await inventory.countByStatus(ctx, simFilterOf(ctx, query));
      const total = counts.reduce((sum, count) => sum + count.sims, 0);
      return exact ? { total, exact, byStatus: counts } : { total: inventory.countBound, exact, byStatus: [] };
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/facets`,
    name: 'countSimFacets',
    summary:
      'How many SIMs each value of a filter would show beside the other filters; empty for a search, a label or online',
    query: Query,
    reply: { 200: SimFacets },
    handler: (ctx, { query }) => countFacets(ctx, simFilterOf(ctx, query)),
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getSim',
    summary: 'A SIM with all that is known of it',
    params: idParams('sim'),
    reply: { 200: SimReply },
    handler: (ctx, { params }) => readSim(ctx, params.id),
  });
}
