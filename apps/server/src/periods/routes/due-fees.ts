import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { type DueFee, dueFeesOf, waiveDueFee } from '../due-fees/collect.ts';

const DueFeeReply = reply('DueFee', {
  id: idOf('due_fee'),
  sim: z.object({ id: idOf('sim'), iccid: z.string() }),
  periodId: idOf('period'),
  kind: z.enum(['recurring', 'activation']),
  amount: Amount,
  currency: Currency,
  at: Timestamp.meta({ description: 'Since when it is due.' }),
  settledAt: Timestamp.nullable(),
  settledAs: z.enum(['paid', 'waived']).nullable(),
});
const DueFeePage = reply('DueFeePage', {
  items: z.array(DueFeeReply).max(200),
  nextCursor: z.string().nullable(),
  total: z
    .object({ fees: z.int().min(0).max(2_147_483_647), amount: Amount, currency: Currency })
    .meta({ description: 'All that is due of the wallet, whatever the page.' }),
});
const WaiveDueFee = request('WaiveDueFee', { reason: text(1000) });

/** Fees that a wallet could not pay. */
export function dueFeeRoutes(http: Http): void {
  const tags = ['Wallets'];
  const url = '/api/v1/wallets/:id/due-fees';
  const cursor = cursorOf('due_fees', z.tuple([Timestamp, idOf('due_fee')]));
  route(http, {
    method: 'GET',
    url,
    name: 'listDueFees',
    summary: 'Fees that the wallet could not pay, oldest first: the order in which they are collected',
    tags,
    permission: 'ledger.wallet.view',
    scope: 'company',
    params: idParams('wallet'),
    query: pageQuery({
      settled: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .optional()
        .meta({ description: 'With those that were paid or waived since.' }),
    }),
    reply: { 200: DueFeePage },
    handler: async (ctx, { params, query }) => {
      const seen = cursor.read(query.cursor);
      const after = seen ? { at: seen[0], id: seen[1] } : undefined;
      const filter = { settled: query.settled, after, limit: query.limit + 1 };
      const { fees, total, currency } = await dueFeesOf(ctx, params.id, filter);
      const items = fees.slice(0, query.limit);
      const last = items.at(-1);
      return {
        items: await show(ctx, items),
        nextCursor: fees.length > query.limit && last ? cursor.write([last.at, last.id]) : null,
        total: { fees: Number(total.fees), amount: amount(total.amountMicros, currency), currency },
      };
    },
  });
  route(http, {
    method: 'POST',
    url: `${url}/:fee/waive`,
    name: 'waiveDueFee',
    summary: 'Forgive a fee that is due; its SIM is free again when nothing else of it is',
    tags,
    permission: 'ledger.wallet.credit',
    scope: 'organization',
    params: z.strictObject({ id: idOf('wallet'), fee: idOf('due_fee') }),
    body: WaiveDueFee,
    reply: { 200: DueFeeReply },
    handler: async (ctx, { params, body }) => {
      const [shown] = await show(ctx, [await waiveDueFee(ctx, params.id, params.fee, body.reason)]);
      return shown!;
    },
  });
}

async function show(ctx: Ctx, fees: DueFee[]): Promise<z.output<typeof DueFeeReply>[]> {
  const ids = [...new Set(fees.map((fee) => fee.lineId))];
  const sims = ids.length > 0 ? await inventory.listSims(ctx, { ids }, { limit: ids.length }) : [];
  const iccids = new Map(sims.map((sim) => [sim.id, sim.iccid]));
  return fees.map(({ lineId, amountMicros, ...fee }) => ({
    ...fee,
    sim: { id: lineId, iccid: iccids.get(lineId) ?? '' },
    amount: amount(amountMicros, fee.currency),
  }));
}
