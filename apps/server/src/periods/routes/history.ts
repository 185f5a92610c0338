import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, Timestamp } from '../../kit/http/schemas.ts';
import { periodHistory } from '../service.ts';
import { PeriodReply, showPeriods } from '../show.ts';

export function historyRoutes(http: Http): void {
  const cursor = cursorOf('periods', z.tuple([Timestamp, idOf('period')]));
  route(http, {
    method: 'GET',
    url: '/api/v1/sims/:id/periods',
    name: 'listBillingPeriods',
    summary: 'Every billing period of a SIM with its fees, newest first',
    tags: ['Billing periods'],
    permission: 'periods.period.view',
    scope: 'company',
    params: idParams('sim'),
    query: pageQuery({}),
    reply: { 200: pageOf(PeriodReply, 'BillingPeriodPage') },
    handler: async (ctx, { params, query }) => {
      const { id } = await inventory.getSim(ctx, params.id);
      const seen = cursor.read(query.cursor);
      const after = seen ? { startsAt: seen[0], id: seen[1] } : undefined;
      const found = await periodHistory(ctx, id, { after, limit: query.limit + 1 });
      const page = pageFrom(found, query.limit, (last) => cursor.write([last.startsAt, last.id]));
      return { ...page, items: await showPeriods(ctx, page.items) };
    },
  });
}
