import { canonicalIccid, iccidForms } from '@simwright/measure';
import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import * as pools from '../../pools/index.ts';
import { assignPlan } from '../plans/assign.ts';
import { endPlan } from '../plans/end.ts';
import type { Outcome } from '../service.ts';

/** Lines of one request: their months and periods are locked for some hundred milliseconds. More of them are an operation. */
const mostLines = 1_000;

const lines = {
  sims: z.array(idOf('sim')).max(mostLines).optional(),
  iccids: z.array(z.string().max(40)).max(mostLines).optional(),
};
const effective = z
  .enum(['now', 'next_period'])
  .default('now')
  .meta({ description: 'A running period of a SIM is cut now, or kept to its end.' });

const AddMembers = request('AddPoolMembers', {
  ...lines,
  plan: idOf('plan').meta({ description: 'What they are put on: a plan of the pool’s type and currency.' }),
  effective,
});
const RemoveMembers = request('RemovePoolMembers', {
  ...lines,
  plan: idOf('plan')
    .optional()
    .meta({ description: 'What they go on with; without one their plan ends and they are suspended.' }),
});
const MembersResult = reply('PoolMembersResult', {
  results: z
    .array(
      z.object({
        sim: idOf('sim').nullable(),
        iccid: z.string().nullable(),
        outcome: z.enum(['done', 'refused']),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    )
    .max(mostLines),
});

/** A line as it was asked for, and the SIM that it is. */
type Named = { iccid: string | null; sim: inventory.Sim | null; id: Id | null };

/** Coming into a pool and leaving it: which is being put on a plan, and off it. */
export function memberRoutes(http: Http): void {
  const one = {
    tags: ['Pools'],
    permission: 'pools.pool.edit',
    scope: 'organization' as const,
    params: idParams('pool'),
    reply: { 200: MembersResult },
  };
  route(http, {
    ...one,
    method: 'POST',
    url: '/api/v1/pools/:id/members',
    name: 'addPoolMembers',
    summary: 'Put up to 1,000 SIMs into a pool; one that refuses stops no other',
    body: AddMembers,
    handler: async (ctx, { params, body }) =>
      atomically(ctx, async (ctx) => {
        const named = await find(ctx, body);
        const fields = { planId: 'body.plan', poolId: 'body.plan' };
        const outcomes = await inventory.naming(fields, () =>
          assignPlan(ctx, idsOf(named), body.plan, { poolId: params.id, effective: body.effective }),
        );
        return resultsOf(named, outcomes);
      }),
  });
  route(http, {
    ...one,
    method: 'POST',
    url: '/api/v1/pools/:id/members/removals',
    name: 'removePoolMembers',
    summary: 'Take up to 1,000 SIMs out of a pool now: onto another plan, or off any, which suspends them',
    body: RemoveMembers,
    handler: async (ctx, { params, body }) =>
      atomically(ctx, async (ctx) => {
        await pools.getPool(ctx, params.id);
        const named = await find(ctx, body);
        const planned = await inventory.openAssignmentsOf(ctx, idsOf(named));
        const members = idsOf(named).filter((id) => planned.get(id)?.poolId === params.id);
        const left = await inventory.naming({ planId: 'body.plan', poolId: 'body.plan' }, () =>
          body.plan ? assignPlan(ctx, members, body.plan, { effective: 'now' }) : endPlan(ctx, members),
        );
        const strangers = idsOf(named).filter((id) => !members.includes(id));
        return resultsOf(named, [...left, ...strangers.map((id) => ({ id, refusal: notMember() }))]);
      }),
  });
}

function notMember(): Refusal {
  return refuse.conflict('pool.not_member', 'This SIM is not in this pool.');
}

/** The SIMs of a request, each once, in its order. */
async function find(ctx: Ctx, { sims = [], iccids = [] }: { sims?: Id[]; iccids?: string[] }): Promise<Named[]> {
  if (sims.length + iccids.length === 0 || sims.length + iccids.length > mostLines) {
    const expected = `1 to ${mostLines} SIMs, by id or by ICCID`;
    throw refuse.invalid('request.invalid', `body.sims must be ${expected}.`, { field: 'body.sims', expected });
  }
  const forms = iccids.map((iccid) => {
    const canonical = canonicalIccid(iccid);
    return canonical === null ? [] : iccidForms(canonical);
  });
  const byIccid = new Map(
    (await inventory.listSims(ctx, { iccids: forms.flat() }, { limit: forms.length * 3 + 1 })).map((sim) => [
      sim.iccid,
      sim,
    ]),
  );
  const byId = new Map(
    (sims.length > 0 ? await inventory.listSims(ctx, { ids: sims }, { limit: sims.length }) : []).map((sim) => [
      sim.id,
      sim,
    ]),
  );
  const named = [
    ...sims.map((id): Named => ({ id, iccid: null, sim: byId.get(id) ?? null })),
    ...iccids.map((iccid, i): Named => {
      const sim = forms[i]!.map((form) => byIccid.get(form)).find((found) => found !== undefined) ?? null;
      return { id: sim?.id ?? null, iccid, sim };
    }),
  ];
  const seen = new Set<string>();
  return named.filter((one) => {
    const key = one.id ?? one.iccid!;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function idsOf(named: Named[]): Id[] {
  return named.flatMap((one) => one.sim?.id ?? []);
}

function resultsOf(named: Named[], outcomes: Outcome[]): z.output<typeof MembersResult> {
  const of = new Map(outcomes.map((outcome) => [outcome.id, outcome.refusal]));
  return {
    results: named.map(({ id, iccid, sim }) => {
      const refusal = sim ? of.get(sim.id) : refuse.notFound('sim');
      return {
        sim: id,
        iccid: sim?.iccid ?? iccid,
        outcome: refusal ? ('refused' as const) : ('done' as const),
        code: refusal?.code ?? null,
        message: refusal?.message ?? null,
      };
    }),
  };
}
