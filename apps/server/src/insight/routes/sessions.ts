import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, named, Timestamp } from '../../kit/http/schemas.ts';
import { listSessions } from '../../usage/index.ts';
import { SessionReply } from '../schemas.ts';
import { showSession, showSessions } from '../sessions.ts';

const state = z.enum(['open', 'closed', 'stale']).optional();
const SessionOfSim = named(
  'SessionOfSim',
  z.object({
    ...SessionReply.shape,
    imsi: z.string().nullable(),
    sim: z
      .object({ id: idOf('sim'), iccid: z.string() })
      .nullable()
      .meta({ description: 'Null: an unknown IMSI.' }),
  }),
);

export function sessionRoutes(http: Http): void {
  const common = { tags: ['Sessions'], permission: 'usage.record.view', scope: 'company' as const };
  const cursor = cursorOf('sessions', z.tuple([Timestamp, idOf('session')]));
  const pageAfter = (text: string | undefined) => {
    const seen = cursor.read(text);
    return seen ? { startedAt: seen[0], id: seen[1] } : undefined;
  };
  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/sessions',
    name: 'listSessions',
    summary: 'Sessions of all SIMs, the latest first',
    query: pageQuery({ state }),
    reply: { 200: pageOf(SessionOfSim, 'SessionPage') },
    handler: async (ctx, { query }) => {
      const after = pageAfter(query.cursor);
      const found = await listSessions(ctx, { state: query.state, after, limit: query.limit + 1 });
      const page = pageFrom(found, query.limit, (last) => cursor.write([last.startedAt, last.id]));
      return { ...page, items: await showSessions(ctx, page.items) };
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/sims/:id/sessions',
    name: 'listSimSessions',
    summary: 'The sessions of a SIM, the latest first',
    params: idParams('sim'),
    query: pageQuery({ state }),
    reply: { 200: pageOf(SessionReply, 'SimSessionPage') },
    handler: async (ctx, { params, query }) => {
      const { id: lineId } = await inventory.getSim(ctx, params.id);
      const after = pageAfter(query.cursor);
      const found = await listSessions(ctx, { lineId, state: query.state, after, limit: query.limit + 1 });
      return pageFrom(found.map(showSession), query.limit, (last) => cursor.write([last.startedAt, last.id]));
    },
  });
}
