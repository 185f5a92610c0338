import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { may, route } from '../../kit/http/route.ts';
import { idOf, reply, request } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Permission } from '../../tenancy/index.ts';
import { assignPlan } from '../plans/assign.ts';
import { endPlan } from '../plans/end.ts';
import { cancelChanges } from '../plans/waiting.ts';
import { grantRefills } from '../refills.ts';
import { activate, archive, makeReady, type Outcome, suspend } from '../service.ts';
import { Effective, noChangeWaits } from './plans.ts';
import { RefillNote, RefillOptionId } from './refills.ts';
import { refuseCompany } from './status.ts';

const lifeActions = ['ready', 'activate', 'suspend', 'archive'] as const;
const editActions = ['set_fleet', 'set_labels'] as const;
const planActions = ['assign_plan', 'end_plan', 'cancel_plan_change'] as const;
const actions = [...lifeActions, ...editActions, ...planActions, 'refill'] as const;
type Action = (typeof actions)[number];

/** What each action needs; the rest is what the route asks for. */
const permissions: Partial<Record<Action, Permission>> = Object.fromEntries([
  ...lifeActions.map((action) => [action, 'inventory.sim.status']),
  ...planActions.map((action) => [action, 'periods.plan.assign']),
  ['refill', 'periods.refill.grant'],
]);
/** Actions that no company does to its own lines. */
const ofOrganization: readonly Action[] = ['archive', ...planActions, 'refill'];

const ChangeSims = request('ChangeSims', {
  ids: z.array(idOf('sim')).min(1).max(500),
  action: z.enum(actions),
  reason: z.string().max(500).optional(),
  fleet: idOf('fleet').optional().meta({ description: 'Of set_fleet.' }),
  labels: inventory.Labels.optional().meta({ description: 'Of set_labels.' }),
  plan: idOf('plan').optional().meta({ description: 'Of assign_plan.' }),
  pool: idOf('pool').optional().meta({ description: 'Of assign_plan, for plans that share one.' }),
  effective: Effective.optional().meta({ description: 'Of assign_plan (next_period) and end_plan (now).' }),
  refill: RefillOptionId.optional().meta({ description: 'Of refill: an option of the plans of these SIMs.' }),
  note: RefillNote.optional().meta({ description: 'Of refill.' }),
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
      const fields = { planId: body.action === 'set_fleet' ? 'body.fleet' : 'body.plan', poolId: 'body.pool' };
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
      return assignPlan(ctx, ids, needed(asked, 'plan'), { poolId: asked.pool, effective: asked.effective });
    case 'end_plan':
      return endPlan(ctx, ids, { effective: asked.effective });
    case 'cancel_plan_change':
      return cancelEach(ctx, ids);
    case 'refill': {
      const optionId = needed(asked, 'refill');
      return grantRefills(
        ctx,
        ids.map((lineId) => ({ lineId, optionId, note: asked.note })),
      );
    }
  }
}

async function cancelEach(ctx: Ctx, ids: Id[]): Promise<Outcome[]> {
  const cancelled = new Set(await cancelChanges(ctx, ids));
  return ids.map((id) => ({ id, refusal: cancelled.has(id) ? null : noChangeWaits() }));
}

/** The route's permission lets a person edit; what changes a line's life needs the one for that, as it does singly. */
function refuseWithout(ctx: Ctx, action: Action): void {
  if (ofOrganization.includes(action)) refuseCompany(ctx);
  const permission = permissions[action];
  if (!permission || may(ctx.actor, permission)) return;
  throw refuse.forbidden('permission.denied', `This needs the permission ${permission}.`, { permission });
}

function needed<K extends 'fleet' | 'labels' | 'plan' | 'refill'>(asked: Asked, field: K): NonNullable<Asked[K]> {
  const value = asked[field];
  if (value !== undefined) return value as NonNullable<Asked[K]>;
  throw refuse.invalid('request.invalid', `body.${field} must be given for ${asked.action}.`, {
    field: `body.${field}`,
    expected: `given for ${asked.action}`,
  });
}
