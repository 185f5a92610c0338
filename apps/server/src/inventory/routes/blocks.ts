import { z } from 'zod';
import { atomically, reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import { getSim } from '../service/sims.ts';
import { block, unblock } from '../service/states.ts';
import { listBlocks } from '../sql/states.ts';
import type { SimView } from './view.ts';

const BlockReasonName = z.enum(['data_limit', 'balance', 'validity', 'fee_unpaid', 'imei', 'rule', 'manual']);

const BlockReply = reply('Block', {
  id: idOf('block'),
  reason: BlockReasonName,
  detail: z.record(z.string(), z.unknown()),
  openedAt: Timestamp,
  openedBy: z.string(),
  liftedAt: Timestamp.nullable(),
  liftedBy: z.string().nullable(),
});
const BlockSim = request('BlockSim', { reason: z.literal('manual'), note: z.string().max(500).optional() });

export function blockRoutes(http: Http, view: SimView): void {
  const one = { tags: ['SIMs'], params: idParams('sim') };
  const url = '/api/v1/sims/:id/blocks';
  const cursor = cursorOf('blocks', z.tuple([Timestamp, idOf('block')]));
  route(http, {
    ...one,
    method: 'GET',
    url,
    name: 'listBlocks',
    summary: 'Every block the SIM had, newest first',
    permission: 'inventory.sim.view',
    scope: 'company',
    query: pageQuery({}),
    reply: { 200: pageOf(BlockReply, 'BlockPage') },
    handler: async (ctx, { params, query }) => {
      const { id } = await getSim(ctx, params.id);
      const seen = cursor.read(query.cursor);
      const after = seen ? { openedAt: seen[0], id: seen[1] } : undefined;
      const found = await reading(ctx, (ctx) => listBlocks(ctx, id, { after, limit: query.limit + 1 }));
      return pageFrom(found, query.limit, (last) => cursor.write([last.openedAt, last.id]));
    },
  });
  route(http, {
    ...one,
    method: 'POST',
    url,
    name: 'blockSim',
    summary: 'Stop the data of a SIM until staff release it',
    permission: 'inventory.sim.status',
    scope: 'organization',
    body: BlockSim,
    reply: { 201: view.reply },
    handler: async (ctx, { params, body }) => {
      await atomically(ctx, async (ctx) => {
        const sim = await getSim(ctx, params.id);
        if (sim.lifecycle === 'archived') throw refuse.conflict('sim.archived', 'An archived SIM cannot be blocked.');
        await block(ctx, [{ lineId: sim.id, reason: 'manual', detail: body.note ? { note: body.note } : {} }]);
      });
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'DELETE',
    url: `${url}/manual`,
    name: 'unblockSim',
    summary: 'Lift the block that staff set; blocks of other reasons stay',
    permission: 'inventory.sim.status',
    scope: 'organization',
    reply: { 200: view.reply },
    handler: async (ctx, { params }) => {
      const { id } = await getSim(ctx, params.id);
      await unblock(ctx, [id], 'manual');
      return view.read(ctx, id);
    },
  });
}
