import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { may, route } from '../../kit/http/route.ts';
import { idOf, reply, request } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { assignPlan } from '../plans.ts';
import { activate, archive, makeReady, type Outcome, suspend } from '../service.ts';
import { refuseCompany } from './status.ts';

const actions = ['ready', 'activate', 'suspend', 'archive', 'set_fleet', 'set_labels', 'assign_plan'] as const;
type Action = (typeof actions)[number];

const ChangeSims = request('ChangeSims', {
  ids: z.array(idOf('sim')).min(1).max(500),
  action: z.enum(actions),
  reason: z.string().max(500).optional(),
  fleet: idOf('fleet').optional().meta({ description: 'Of set_fleet.' }),
  labels: inventory.Labels.optional().meta({ description: 'Of set_labels.' }),
  plan: idOf('plan').optional().meta({ description: 'Of assign_plan.' }),
});
type Asked = z.output<typeof ChangeSims>;

const BulkResult = reply('BulkResult', {
  results: z
    .array(
      z.object({
        id: idOf('sim'),
        outcome: z.enum(['done', 'refused']),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    )
    .max(500),
});

/** One change of up to 500 lines, in a fixed number of statements, with an outcome for each. */
export function bulkRoutes(http: Http): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/sims/bulk',
    name: 'changeSims',
    summary: 'Change many SIMs at once; one that refuses stops no other',
    tags: ['SIMs'],
    permission: 'inventory.sim.edit',
    scope: 'company',
    body: ChangeSims,
    reply: { 200: BulkResult },
    handler: async (ctx, { body }) => {
      const ids = [...new Set(body.ids)];
      const fields = { planId: body.action === 'set_fleet' ? 'body.fleet' : 'body.plan' };
      const outcomes = await inventory.naming(fields, () => change(ctx, ids, body));
      return {
        results: outcomes.map(({ id, refusal }) => ({
          id,
          outcome: refusal ? ('refused' as const) : ('done' as const),
          code: refusal?.code ?? null,
          message: refusal?.message ?? null,
        })),
      };
    },
  });
}

async function change(ctx: Ctx, ids: Id[], asked: Asked): Promise<Outcome[]> {
  refuseWithout(ctx, asked.action);
  switch (asked.action) {
    case 'ready':
      return makeReady(ctx, ids);
    case 'activate':
      return activate(ctx, ids);
    case 'suspend':
      return suspend(ctx, ids, asked.reason);
    case 'archive':
      return archive(ctx, ids);
    case 'set_fleet':
      return inventory.moveToFleet(ctx, ids, needed(asked, 'fleet'));
    case 'set_labels':
      return inventory.labelSims(ctx, ids, needed(asked, 'labels'));
    case 'assign_plan':
      return assignPlan(ctx, ids, needed(asked, 'plan'));
  }
}

/** The route's permission lets a person edit; what changes a line's life needs the one for that, as it does singly. */
function refuseWithout(ctx: Ctx, action: Action): void {
  if (action === 'archive' || action === 'assign_plan') refuseCompany(ctx);
  if (action === 'set_fleet' || action === 'set_labels') return;
  const permission = 'inventory.sim.status';
  if (may(ctx.actor, permission)) return;
  throw refuse.forbidden('permission.denied', `This needs the permission ${permission}.`, { permission });
}

function needed<K extends 'fleet' | 'labels' | 'plan'>(asked: Asked, field: K): NonNullable<Asked[K]> {
  const value = asked[field];
  if (value !== undefined) return value as NonNullable<Asked[K]>;
  throw refuse.invalid('request.invalid', `body.${field} must be given for ${asked.action}.`, {
    field: `body.${field}`,
    expected: `given for ${asked.action}`,
  });
}
