import { z } from 'zod';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import * as pools from '../../pools/index.ts';
import { assignPlan } from '../plans/assign.ts';
import { endPlan } from '../plans/end.ts';
import type { PlanChange } from '../plans/sql.ts';
import { cancelChanges, planChangesOf } from '../plans/waiting.ts';
import { accept } from './status.ts';

const tally = z.int().min(0).max(2_147_483_647);

export const Effective = z
  .enum(['now', 'next_period'])
  .meta({ description: 'A running period is cut now, or kept to its end. A line without one changes at once.' });

const AssignPlan = request('AssignPlan', {
  plan: idOf('plan'),
  pool: idOf('pool').nullable().optional().meta({ description: 'For plans that share one.' }),
  effective: Effective.default('next_period'),
});

const PlanStep = reply('PlanStep', {
  kind: z.enum(['assignment', 'change']).meta({
    description:
      'What the SIM was on from one instant to another, or a change that was to wait for the end of a period.',
  }),
  id: z.string(),
  state: z.enum(['current', 'ended', 'waiting', 'done', 'cancelled', 'refused']),
  plan: z
    .object({ id: idOf('plan'), name: z.string(), version: tally })
    .nullable()
    .meta({
      description: 'Null: the plan was to end.',
    }),
  pool: z.object({ id: idOf('pool'), name: z.string() }).nullable(),
  at: Timestamp.meta({ description: 'When it began, or was asked for.' }),
  endedAt: Timestamp.nullable().meta({ description: 'When it ended, or was settled.' }),
  by: z.string(),
  reason: z.string().meta({ description: 'Why a change did not happen.' }),
});

/** The plan of one line: put on it, taken off it, what waits, and what was. */
export function planRoutes(http: Http, view: inventory.SimView): void {
  const one = { tags: ['SIMs'], permission: 'periods.plan.assign', scope: 'organization' as const };
  const url = '/api/v1/sims/:id';
  const params = idParams('sim');
  route(http, {
    ...one,
    method: 'PUT',
    url: `${url}/plan`,
    name: 'assignPlan',
    summary: 'Put a SIM on the latest version of a plan, now or when its running period ends',
    params,
    body: AssignPlan,
    reply: { 200: view.reply },
    handler: async (ctx, { params, body }) => {
      const { plan, pool = null, effective } = body;
      const fields = { planId: 'body.plan', poolId: 'body.pool', status: 'body.plan' };
      await inventory.naming(fields, async () =>
        accept(await assignPlan(ctx, [params.id], plan, { poolId: pool, effective })),
      );
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'DELETE',
    url: `${url}/plan`,
    name: 'endPlan',
    summary: 'Take a SIM off its plan, which suspends it, now or when its running period ends',
    params,
    query: z.strictObject({ effective: Effective.default('now') }),
    reply: { 200: view.reply },
    handler: async (ctx, { params, query }) => {
      accept(await endPlan(ctx, [params.id], query));
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'DELETE',
    url: `${url}/plan-change`,
    name: 'cancelPlanChange',
    summary: 'Take back the change of plan that waits for the end of the period',
    params,
    reply: { 200: view.reply },
    handler: async (ctx, { params }) => {
      const { id } = await inventory.getSim(ctx, params.id);
      if ((await cancelChanges(ctx, [id])).length === 0) throw noChangeWaits();
      return view.read(ctx, id);
    },
  });
  const cursor = cursorOf('plan steps', z.tuple([Timestamp, z.string().max(40)]));
  route(http, {
    method: 'GET',
    url: `${url}/plans`,
    name: 'listPlanSteps',
    summary: 'What a SIM was and is on, and what was to come, newest first',
    tags: ['SIMs'],
    permission: 'periods.period.view',
    scope: 'company',
    params,
    query: pageQuery({}),
    reply: { 200: pageOf(PlanStep, 'PlanStepPage') },
    handler: (ctx, { params, query }) =>
      reading(ctx, async (ctx) => {
        const { id } = await inventory.getSim(ctx, params.id);
        const seen = cursor.read(query.cursor);
        const steps = await stepsOf(ctx, id, seen && { at: seen[0], id: seen[1] }, query.limit + 1);
        const page = pageFrom(steps, query.limit, (last) => cursor.write([last.at, last.id]));
        return { ...page, items: await showSteps(ctx, page.items) };
      }),
  });
}

export function noChangeWaits(): Refusal {
  return refuse.conflict('plan_change.none', 'No change of plan waits on this SIM.');
}

type Step = Pick<z.output<typeof PlanStep>, 'kind' | 'state' | 'id' | 'at' | 'endedAt' | 'by' | 'reason'> & {
  planId: Id | null;
  planVersionId: Id | null;
  poolId: Id | null;
};

/** Assignments and changes in one order. */
async function stepsOf(ctx: Ctx, lineId: Id, before: { at: Date; id: Id } | null, limit: number): Promise<Step[]> {
  const assignments = await inventory.assignmentHistory(ctx, lineId, {
    before: before ? { startsAt: before.at, id: before.id } : undefined,
    limit,
  });
  const changes = await planChangesOf(ctx, lineId, { before: before ?? undefined, limit });
  const steps = [...assignments.map(stepOfAssignment), ...changes.map(stepOfChange)];
  return steps.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)).slice(0, limit);
}

function stepOfAssignment(on: inventory.PlanAssignment): Step {
  const { id, planId, planVersionId, poolId, startsAt: at, endsAt: endedAt, assignedBy: by } = on;
  const state = endedAt ? ('ended' as const) : ('current' as const);
  return { kind: 'assignment', id, state, planId, planVersionId, poolId, at, endedAt, by, reason: '' };
}

function stepOfChange(change: PlanChange): Step {
  const { askedAt: at, askedBy: by, settledAt: endedAt, ...rest } = change;
  return { ...rest, kind: 'change', at, by, endedAt };
}

async function showSteps(ctx: Ctx, steps: Step[]): Promise<z.output<typeof PlanStep>[]> {
  const of = (field: 'planId' | 'planVersionId' | 'poolId') => [...new Set(steps.flatMap((step) => step[field] ?? []))];
  const plans = await catalog.plansOf(ctx, of('planId'));
  const versions = await catalog.getVersions(ctx, of('planVersionId'));
  const known = await pools.poolsOf(ctx, of('poolId'));
  return steps.map(({ planId, planVersionId, poolId, ...step }) => ({
    ...step,
    id: publicId(step.kind === 'assignment' ? 'plan_assignment' : 'plan_change', step.id),
    plan: planId
      ? { id: planId, name: plans.get(planId)?.name ?? '', version: versions.get(planVersionId!)?.version ?? 0 }
      : null,
    pool: poolId ? { id: poolId, name: known.get(poolId)?.pool.name ?? '' } : null,
  }));
}
