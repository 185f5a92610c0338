import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, listOf, reply } from '../../kit/http/schemas.ts';
import { onlineCondition } from '../../usage/index.ts';
import { ShownStatus, SimReply, SimRow, tally } from '../schemas.ts';
import { readSim, showRows } from '../sims.ts';

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional();
const filters = {
  search: z.string().max(100).optional().meta({ description: 'Part of ICCID, IMSI, MSISDN, EID, IMEI or name.' }),
  ids: listOf(idOf('sim')).optional(),
  status: listOf(ShownStatus).optional(),
  telecom: idOf('telecom').optional(),
  company: idOf('company').optional(),
  fleet: idOf('fleet').optional(),
  plan: idOf('plan').optional(),
  label: z.string().max(100).optional(),
  online: flag,
  registered: flag,
  blocked: flag,
};
const Query = z.strictObject(filters);

function filterOf(query: z.output<typeof Query>): inventory.SimFilter {
  const { telecom, company, fleet, plan, online, search, ...rest } = query;
  return {
    ...rest,
    search: search?.trim() || undefined,
    telecomId: telecom,
    companyId: company,
    fleetId: fleet,
    planId: plan,
    also: online === undefined ? undefined : onlineCondition(online),
  };
}

export function simRoutes(http: Http): void {
  const common = { tags: ['SIMs'], permission: 'inventory.sim.view', scope: 'company' as const };
  const url = '/api/v1/sims';
  const cursor = idCursor('sims');
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listSims',
    summary: 'List SIMs with their state, plan and usage, newest first',
    query: pageQuery(filters),
    reply: { 200: pageOf(SimRow, 'SimPage') },
    handler: async (ctx, { query: { limit, cursor: seen, ...query } }) => {
      const after = cursor.read(seen) ?? undefined;
      const found = await inventory.listSims(ctx, filterOf(query), { after, limit: limit + 1, newestFirst: true });
      const page = pageFrom(found, limit, (last) => cursor.write(last.id));
      return { ...page, items: await showRows(ctx, page.items) };
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/counts`,
    name: 'countSims',
    summary: 'How many SIMs match, by shown status',
    query: Query,
    reply: {
      200: reply('SimCounts', {
        total: tally,
        byStatus: z.array(z.object({ status: ShownStatus, sims: tally })),
      }),
    },
    handler: async (ctx, { query }) => {
      const byStatus = await inventory.countByStatus(ctx, filterOf(query));
      return { total: byStatus.reduce((sum, count) => sum + count.sims, 0), byStatus };
    },
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
