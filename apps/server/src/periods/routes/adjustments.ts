import { parseAmount } from '@simwright/measure';
import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type ExportColumn, exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import { adjustByHand, listAdjustments, type StoredAdjustment } from '../adjustments.ts';

const kind = z.enum(['plan_change', 'contribution', 'rerating', 'manual']);
const revenue = z.enum(['usage', 'fee']);

export const AdjustmentReply = reply('Adjustment', {
  id: idOf('adjustment'),
  kind,
  sim: z.object({ id: idOf('sim'), iccid: z.string() }).nullable(),
  poolId: idOf('pool').nullable().meta({ description: 'Of a month of this pool.' }),
  periodId: idOf('period').nullable().meta({ description: 'The period that it stands beside.' }),
  payerId: idOf('ledger_account'),
  amount: Amount.meta({ description: 'Below zero: a credit.' }),
  currency: Currency,
  revenue: revenue.meta({ description: 'What it corrects.' }),
  reason: z.string(),
  detail: z.record(z.string(), z.unknown()),
  transferKey: z.string().meta({ description: 'Of its transfer in the ledger.' }),
  at: Timestamp,
  by: z.string(),
});
type AdjustmentReply = z.output<typeof AdjustmentReply>;

const columns: readonly ExportColumn<AdjustmentReply>[] = [
  { id: 'at', label: 'Posted', value: (row) => row.at },
  { id: 'iccid', label: 'ICCID', value: (row) => row.sim?.iccid ?? null },
  { id: 'kind', label: 'Kind', value: (row) => row.kind },
  { id: 'amount', label: 'Amount', value: (row) => row.amount },
  { id: 'currency', label: 'Currency', value: (row) => row.currency },
  { id: 'revenue', label: 'Corrects', value: (row) => row.revenue },
  { id: 'reason', label: 'Reason', value: (row) => row.reason },
  { id: 'period', label: 'Billing period', value: (row) => row.periodId },
  { id: 'by', label: 'By', value: (row) => row.by },
];

const Page = pageQuery({ sim: idOf('sim').optional(), period: idOf('period').optional(), kind: kind.optional() });
const AdjustmentPage = pageOf(AdjustmentReply, 'AdjustmentPage');

/** Money corrected beside periods: listed, and credited or charged by hand. */
export function adjustmentRoutes(http: Http): void {
  const common = { tags: ['Corrections'], url: '/api/v1/adjustments' };
  const cursor = idCursor('adjustments');
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof AdjustmentPage }> = {
    ...common,
    method: 'GET',
    name: 'listAdjustments',
    summary: 'Money corrected beside billing periods, newest first',
    permission: 'periods.period.view',
    scope: 'company',
    query: Page,
    reply: { 200: AdjustmentPage },
    handler: async (ctx, { query }) => {
      const { limit, sim: lineId, period, kind } = query;
      const after = cursor.read(query.cursor) ?? undefined;
      const filter = { lineId, kind, ...(period && { periodIds: [period] }), after, limit: limit + 1 };
      const page = pageFrom(await listAdjustments(ctx, filter), limit, (last) => cursor.write(last.id));
      return { ...page, items: await show(ctx, page.items) };
    },
  };
  exportedList(http, list, 'Adjustments', columns);
  route(http, {
    ...common,
    method: 'POST',
    name: 'createAdjustment',
    summary: 'Credit or charge a SIM by hand, beside a billing period',
    permission: 'periods.adjustment.create',
    scope: 'organization',
    body: request('CreateAdjustment', {
      sim: idOf('sim'),
      period: idOf('period')
        .optional()
        .meta({ description: 'The last one that somebody pays for, unless told otherwise.' }),
      amount: Amount.meta({ description: 'Below zero: a credit.' }),
      revenue: revenue.default('usage').meta({ description: 'What it corrects.' }),
      reason: text(1000),
    }),
    reply: { 201: AdjustmentReply },
    handler: async (ctx, { body }) => {
      const { sim: lineId, period: periodId, revenue: of, reason } = body;
      const made = await adjustByHand(ctx, { lineId, periodId, of, reason, amount: (c) => readAmount(body.amount, c) });
      return (await show(ctx, [made]))[0]!;
    },
  });
}

function readAmount(written: string, currency: string): bigint {
  const read = parseAmount(written, currency);
  if (read.ok && read.value !== 0n) return read.value;
  throw refuse.invalid('adjustment.amount_invalid', `This is no amount of ${currency} to post.`, {
    field: 'body.amount',
    expected: 'an amount that is not zero, like "-2.50"',
  });
}

async function show(ctx: Ctx, found: StoredAdjustment[]): Promise<AdjustmentReply[]> {
  return reading(ctx, async (ctx) => {
    const ids = [...new Set(found.flatMap((one) => one.lineId ?? []))];
    const sims = new Map((await inventory.listSims(ctx, { ids }, { limit: ids.length })).map((sim) => [sim.id, sim]));
    return found.map(({ lineId, amountMicros, currency, ...one }) => ({
      ...one,
      sim: lineId === null ? null : { id: lineId, iccid: sims.get(lineId)?.iccid ?? '' },
      amount: amount(amountMicros, currency),
      currency,
    }));
  });
}
