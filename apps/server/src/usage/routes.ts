import { z } from 'zod';
import * as carriers from '../carriers/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idOf, listOf, NetBytes, NetCount, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { refuse } from '../kit/refusal.ts';
import { sourceNamesOf } from './claims.ts';
import { services } from './model.ts';
import type { InboxRow, InboxState } from './sql/inbox.ts';
import { askReplay, countUnrated, dismissUnrated, listUnrated, placeUnrated } from './unrated.ts';
import { unratedReasons, unratedWords } from './words.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

const state = z.enum(['waiting', 'unrated', 'quarantined', 'charged', 'dismissed']);
const reason = z.enum(unratedReasons);
/** What is looked at unless somebody asks for more: what still costs nothing. */
const open: InboxState[] = ['waiting', 'unrated', 'quarantined'];

const UnratedReply = reply('UnratedUsage', {
  id: idOf('usage'),
  state,
  reason,
  reasonText: z.string().meta({ description: 'Why it could not be charged, and what to do.' }),
  sim: z.object({ id: idOf('sim'), iccid: z.string() }).nullable(),
  imsi: z.string().nullable(),
  service: z.enum(services),
  bytesUp: NetBytes,
  bytesDown: NetBytes,
  messages: NetCount,
  seconds: NetCount,
  plmn: z.string().nullable(),
  occurredAt: Timestamp,
  receivedAt: Timestamp,
  source: z.object({
    id: idOf('nas').nullable().meta({ description: 'Null for usage that was handed in over HTTP.' }),
    name: z.string(),
  }),
  attempts: tally,
  resolvedAt: Timestamp.nullable(),
  resolvedBy: z.string().nullable(),
  raw: z.unknown().meta({ description: 'The update as it came.' }),
});
const ids = z.array(idOf('usage')).min(1).max(500);
const Replay = request('ReplayUnrated', { ids: ids.optional(), reason: reason.optional() });
const Dismiss = request('DismissUnrated', { ids });
const Place = request('PlaceUnrated', { ids });

/** Usage that could not be charged: seen with its reason, handed back to charging, or ended by decision. */
export function usageRoutes(http: Http): void {
  const common = { tags: ['Unrated usage'], scope: 'organization' as const };
  const url = '/api/v1/unrated';
  const cursor = idCursor('unrated');
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listUnrated',
    summary: 'Usage that is not charged, newest first',
    permission: 'usage.unrated.view',
    query: pageQuery({
      state: listOf(state).optional(),
      reason: reason.optional(),
      service: z.enum(services).optional(),
      sim: idOf('sim').optional(),
      search: z.string().max(40).optional().meta({ description: 'A part of the IMSI.' }),
    }),
    reply: { 200: pageOf(UnratedReply, 'UnratedUsagePage') },
    handler: async (ctx, { query }) => {
      const found = await listUnrated(ctx, {
        ...{ states: query.state ?? open, reason: query.reason, service: query.service },
        ...{ lineId: query.sim, search: query.search },
        after: cursor.read(query.cursor) ?? undefined,
        limit: query.limit + 1,
      });
      return pageFrom(await show(ctx, found), query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/counts`,
    name: 'countUnrated',
    summary: 'How much usage is not charged, by reason and state',
    permission: 'usage.unrated.view',
    reply: {
      200: reply('UnratedCounts', {
        total: tally,
        counts: z.array(z.object({ reason, state, reasonText: z.string(), rows: tally })),
      }),
    },
    handler: async (ctx) => {
      const counts = (await countUnrated(ctx)).map((c) => ({ ...c, reasonText: unratedWords[c.reason] }));
      return { total: counts.reduce((sum, c) => sum + c.rows, 0), counts };
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: `${url}/replay`,
    name: 'replayUnrated',
    summary: 'Charge this usage again; what still cannot be charged comes back with its reason',
    permission: 'usage.unrated.replay',
    body: Replay,
    reply: { 202: reply('ReplayAsked', { waiting: tally }) },
    handler: async (ctx, { body }) => {
      if (!body.ids && !body.reason) {
        throw refuse.invalid('replay.selection_missing', 'Say which usage: ids, or a reason.', {
          field: 'body.ids',
          expected: 'ids or reason',
        });
      }
      return { waiting: await askReplay(ctx, body) };
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: `${url}/place`,
    name: 'placeUnrated',
    summary: 'Charge this usage in the running period of its SIM, whatever its own time says',
    permission: 'usage.unrated.replay',
    body: Place,
    reply: { 202: reply('UnratedPlaced', { waiting: tally }) },
    handler: async (ctx, { body }) => ({ waiting: await placeUnrated(ctx, body.ids) }),
  });
  route(http, {
    ...common,
    method: 'POST',
    url: `${url}/dismiss`,
    name: 'dismissUnrated',
    summary: 'End this usage without a charge; it stays on record with who decided that',
    permission: 'usage.unrated.replay',
    body: Dismiss,
    reply: { 200: reply('UnratedDismissed', { dismissed: tally }) },
    handler: async (ctx, { body }) => ({ dismissed: await dismissUnrated(ctx, body.ids) }),
  });
}

async function show(ctx: Ctx, found: InboxRow[]) {
  return reading(ctx, async (ctx) => {
    const sourceIds = [...new Set(found.map((row) => row.sourceId))];
    const names = await carriers.nasNamesOf(ctx, sourceIds);
    const sources = await sourceNamesOf(ctx, sourceIds);
    const lineIds = [...new Set(found.flatMap((row) => row.lineId ?? []))];
    const sims = await inventory.listSims(ctx, { ids: lineIds }, { limit: lineIds.length });
    const iccids = new Map(sims.map((sim) => [sim.id, sim.iccid]));
    return found.map((row) => ({
      ...row,
      messages: row.service === 'sms' ? row.units : 0n,
      seconds: row.service === 'voice' ? row.units : 0n,
      reasonText: unratedWords[row.reason],
      sim: row.lineId ? { id: row.lineId, iccid: iccids.get(row.lineId) ?? '' } : null,
      plmn: row.plmn || null,
      source: {
        id: names.has(row.sourceId) ? row.sourceId : null,
        name: names.get(row.sourceId) ?? sources.get(row.sourceId) ?? '',
      },
    }));
  });
}
