import { formatAmount } from '@simwright/measure';
import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, Currency, idOf, reply, Timestamp } from '../../kit/http/schemas.ts';
import { poolsOf } from '../../pools/index.ts';
import { type Explanation, explain, explanationKinds, stepKinds } from '../explanations/index.ts';

const ExplanationReply = reply('Explanation', {
  id: z.string(),
  kind: z.enum(explanationKinds),
  title: z.string(),
  summary: z.string(),
  at: Timestamp.nullable(),
  sim: z.object({ id: idOf('sim'), iccid: z.string() }).nullable(),
  pool: z.object({ id: idOf('pool'), name: z.string() }).nullable(),
  currency: Currency.nullable(),
  amount: Amount.nullable().meta({ description: 'As it is stored; null where this is no amount.' }),
  recomputed: Amount.nullable().meta({ description: 'As the rating engine works it out now, from what is stored.' }),
  agrees: z.boolean().nullable().meta({ description: 'Whether both are the same, to the last digit.' }),
  steps: z.array(
    z.object({
      kind: z.enum(stepKinds),
      text: z.string().meta({ description: 'For people.' }),
      values: z.record(z.string(), z.string().nullable()).meta({ description: 'Exact, as decimal strings.' }),
    }),
  ),
  entries: z
    .array(
      z.object({
        transferId: idOf('transfer'),
        key: z.string(),
        account: z.string().meta({ description: 'The kind of the ledger account.' }),
        accountId: idOf('ledger_account'),
        amount: Amount,
        balanceAfter: Amount.nullable(),
      }),
    )
    .meta({ description: 'Of the transfer that it was posted with; of revenue only for the organization itself.' }),
});

/** Where every amount comes from. */
export function explanationRoutes(http: Http): void {
  route(http, {
    method: 'GET',
    url: '/api/v1/explanations/:id',
    name: 'explain',
    summary: 'Where a charge, fee, period, correction, refill, block or refusal comes from, step by step',
    tags: ['Explanations'],
    permission: 'charging.charge.view',
    scope: 'company',
    params: z.strictObject({
      id: z.string().min(36).max(80).meta({
        description:
          'Of a usage record, fee, period, pool period, adjustment, refill, block or unrated usage; a SIM’s: its last refusal.',
      }),
    }),
    reply: { 200: ExplanationReply },
    handler: async (ctx, { params }) => show(ctx, await explain(ctx, params.id)),
  });
}

async function show(
  ctx: Ctx,
  { lineId, poolId, money, ...explanation }: Explanation,
): Promise<z.output<typeof ExplanationReply>> {
  const sim = lineId ? await inventory.getSim(ctx, lineId) : null;
  const pool = poolId ? (await poolsOf(ctx, [poolId])).get(poolId)?.pool : null;
  return {
    ...explanation,
    sim: sim && { id: sim.id, iccid: sim.iccid },
    pool: pool ? { id: pool.id, name: pool.name } : null,
    currency: money?.currency ?? null,
    amount: money && formatAmount(money.amount, money.currency),
    recomputed: money && formatAmount(money.recomputed, money.currency),
    agrees: money && money.amount === money.recomputed,
  };
}
