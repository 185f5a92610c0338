import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Bytes, Currency, idOf, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { type AskedSims, SimFilter, simFilterOf } from '../../usage/index.ts';
import { planEffects } from '../model/assignment.ts';
import { addCosts } from '../plans/costs.ts';
import { type Preview, previewAssignment, previewEnd } from '../plans/preview.ts';
import { Effective } from './plans.ts';

/** SIMs looked at in one request; an operation looks at any number. */
const mostLooked = 1_000;

const tally = z.int().min(0).max(2_147_483_647);

/** What is asked of many lines: a plan for them, or (null) the end of the one they are on. */
export const askedOfLines = {
  plan: idOf('plan').nullable().meta({ description: 'Null: their plan ends.' }),
  pool: idOf('pool').nullable().optional().meta({ description: 'For plans that share one.' }),
  effective: Effective,
};

const Ask = request('PreviewPlanAssignment', {
  ...askedOfLines,
  sims: z.array(z.string().min(1).max(40)).min(1).max(mostLooked).optional().meta({ description: 'Ids or ICCIDs.' }),
  filter: SimFilter.optional().meta({ description: 'Instead of sims: all that match, as the list of SIMs.' }),
});

const CostReply = z.object({
  kind: z.enum(['recurring', 'activation', 'adjustment']),
  amount: Amount.meta({ description: 'Below zero: given back.' }),
  currency: Currency,
  days: tally.nullable().meta({ description: 'The part of a period that it is for; null: the whole.' }),
  wholeDays: tally.nullable(),
  at: Timestamp,
  reason: z.string().nullable(),
});

const SimPreview = z.object({
  name: z.string().meta({ description: 'As it was asked for.' }),
  sim: idOf('sim').nullable(),
  iccid: z.string().nullable(),
  effect: z.enum(planEffects).nullable().meta({
    description:
      'ready: waits for its first usage; active: becomes active; changes_now; ends_now; waits: until its period ends; same: nothing changes. Null: refused.',
  }),
  code: z.string().nullable(),
  message: z.string().nullable(),
  from: Timestamp.nullable().meta({ description: 'From when on it counts.' }),
  costs: z.array(CostReply),
  allowanceBytes: Bytes.nullable().meta({ description: 'Of the first period on the plan.' }),
  lapsesBytes: Bytes.meta({ description: 'Left of a prepaid balance, and lost by it.' }),
});

const Answer = reply('PlanAssignmentPreview', {
  matching: tally.meta({ description: 'SIMs that were asked for, or match.' }),
  looked: tally.meta({ description: `Of those, the ones looked at: ${mostLooked} at most.` }),
  effects: z.array(z.object({ effect: z.enum(planEffects), sims: tally })),
  refusals: z.array(z.object({ code: z.string(), message: z.string(), sims: tally })),
  costs: z.array(z.object({ currency: Currency, due: Amount, returned: Amount, later: Amount })).meta({
    description: 'Due at once, given back at once, and due when a period ends.',
  }),
  sims: z.array(SimPreview).max(mostLooked),
});

type Named = { name: string; sim: Pick<inventory.Sim, 'id' | 'iccid'> | null };

export function previewRoutes(http: Http): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/plan-assignments/preview',
    name: 'previewPlanAssignment',
    summary: 'What an assignment of a plan, or its end, would do to SIMs, and what it would cost',
    tags: ['Plans'],
    permission: 'periods.plan.assign',
    scope: 'organization',
    body: Ask,
    reply: { 200: Answer },
    handler: (ctx, { body: { sims, filter, ...asked } }) =>
      reading(ctx, async (ctx) => {
        const { matching, named } = await findLines(ctx, sims, filter);
        const found = named.flatMap(({ sim }) => sim ?? []);
        const fields = { planId: 'body.plan', poolId: 'body.pool' };
        const previews = await inventory.naming(fields, () =>
          preview(
            ctx,
            found.map((sim) => sim.id),
            asked,
          ),
        );
        return { matching, looked: named.length, ...summed(previews, named), sims: shown(previews, named) };
      }),
  });
}

export type Asked = { plan: Id | null; pool?: Id | null | undefined; effective: 'now' | 'next_period' };

/** What this would do to each of these lines. */
export function preview(ctx: Ctx, ids: Id[], { plan, pool = null, effective }: Asked): Promise<Preview[]> {
  return plan === null
    ? previewEnd(ctx, ids, { effective })
    : previewAssignment(ctx, ids, plan, { poolId: pool, effective });
}

async function findLines(
  ctx: Ctx,
  names: string[] | undefined,
  filter: AskedSims | undefined,
): Promise<{ matching: number; named: Named[] }> {
  if ((names === undefined) === (filter === undefined)) {
    const expected = 'sims or filter, and not both';
    throw refuse.invalid('request.invalid', `body must name the SIMs: ${expected}.`, { field: 'body.sims', expected });
  }
  if (names) {
    const distinct = [...new Set(names.map((name) => name.trim()))];
    const sims = await inventory.findByName(ctx, distinct);
    return { matching: distinct.length, named: distinct.map((name, i) => ({ name, sim: sims[i]! })) };
  }
  const wanted = simFilterOf(ctx, filter!);
  const sims = await inventory.listSims(ctx, wanted, { limit: mostLooked });
  const matching = sims.length < mostLooked ? sims.length : await inventory.countSims(ctx, wanted);
  return { matching, named: sims.map((sim) => ({ name: sim.iccid, sim })) };
}

const notFound = refuse.notFound('sim');

function shown(previews: Preview[], named: Named[]): z.output<typeof Answer>['sims'] {
  const of = new Map(previews.map((preview) => [preview.id, preview]));
  return named.map(({ name, sim }) => {
    const found = sim && of.get(sim.id);
    const refusal = found ? found.refusal : notFound;
    return {
      ...{ name, sim: sim?.id ?? null, iccid: sim?.iccid ?? null },
      ...{ code: refusal?.code ?? null, message: refusal?.message ?? null },
      ...{ effect: found?.effect ?? null, from: found?.from ?? null },
      costs: (found?.costs ?? []).map(({ amountMicros, ...cost }) => ({
        ...cost,
        amount: amount(amountMicros, cost.currency),
      })),
      ...{ allowanceBytes: found?.allowanceBytes ?? null, lapsesBytes: found?.lapsesBytes ?? 0n },
    };
  });
}

/** Counts of what would happen, and of why not, the most frequent first; and money. */
function summed(previews: Preview[], named: Named[]): Pick<z.output<typeof Answer>, 'effects' | 'refusals' | 'costs'> {
  const missing = named.filter(({ sim }) => sim === null).map(() => notFound);
  const refused = Map.groupBy([...previews.flatMap(({ refusal }) => refusal ?? []), ...missing], ({ code }) => code);
  const refusals = [...refused].map(([code, of]) => ({ code, message: of[0]!.message, sims: of.length }));
  const effects = planEffects
    .map((effect) => ({ effect, sims: previews.filter((preview) => preview.effect === effect).length }))
    .filter(({ sims }) => sims > 0);
  return { effects, refusals: refusals.sort((a, b) => b.sims - a.sims), costs: addCosts([], previews) };
}
