import { z } from 'zod';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Bytes, Currency, idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { grantRefills, type Refill, refillsOf } from '../refills.ts';
import { accept } from './status.ts';

const tally = z.int().min(0).max(2_147_483_647);

export const RefillOptionId = z.string().min(1).max(100);
export const RefillNote = z.string().max(1000);

const GrantRefill = request('GrantRefill', {
  refill: RefillOptionId.meta({ description: 'One of the refills of the plan that the SIM is on, by its id.' }),
  note: RefillNote.default(''),
});

const RefillReply = reply('Refill', {
  id: idOf('refill'),
  option: z.string(),
  amountBytes: Bytes,
  price: Amount,
  currency: Currency,
  plan: z.object({ id: idOf('plan'), name: z.string(), version: tally }),
  period: idOf('period').meta({ description: 'The billing period that it was added to.' }),
  validUntil: Timestamp.nullable().meta({ description: 'Null: its days count from the first usage on.' }),
  at: Timestamp,
  grantedBy: z.string(),
  note: z.string(),
});

/** Data for prepaid lines: granted by hand, and listed. */
export function refillRoutes(http: Http, view: inventory.SimView): void {
  const one = { tags: ['Refills'], url: '/api/v1/sims/:id/refills', params: idParams('sim') };
  const cursor = idCursor('refills');
  route(http, {
    ...one,
    method: 'GET',
    name: 'listRefills',
    summary: 'Refills of a prepaid SIM, newest first',
    permission: 'periods.refill.view',
    scope: 'company',
    query: pageQuery({}),
    reply: { 200: pageOf(RefillReply, 'RefillPage') },
    handler: (ctx, { params, query }) =>
      reading(ctx, async (ctx) => {
        const { id } = await inventory.getSim(ctx, params.id);
        const after = cursor.read(query.cursor) ?? undefined;
        const found = await refillsOf(ctx, { lineId: id, after, limit: query.limit + 1 });
        const page = pageFrom(found, query.limit, (last) => cursor.write(last.id));
        return { ...page, items: await showRefills(ctx, page.items) };
      }),
  });
  route(http, {
    ...one,
    method: 'POST',
    name: 'grantRefill',
    summary: 'Grant a refill: its data is added, and its days count from now; no money moves by it',
    permission: 'periods.refill.grant',
    scope: 'organization',
    body: GrantRefill,
    reply: { 201: view.reply },
    handler: async (ctx, { params, body }) => {
      const wanted = { lineId: params.id, optionId: body.refill, note: body.note };
      await inventory.naming({ refill: 'body.refill' }, async () => accept(await grantRefills(ctx, [wanted])));
      return view.read(ctx, params.id);
    },
  });
}

async function showRefills(ctx: Ctx, refills: Refill[]): Promise<z.output<typeof RefillReply>[]> {
  const versions = await catalog.getVersions(ctx, [...new Set(refills.map((refill) => refill.planVersionId))]);
  const plans = await catalog.plansOf(ctx, [...new Set([...versions.values()].map((version) => version.planId))]);
  return refills.map(({ planVersionId, optionId, periodId, priceMicros, ...refill }) => {
    const { planId, version } = versions.get(planVersionId)!;
    return {
      ...refill,
      option: optionId,
      period: periodId,
      price: amount(priceMicros, refill.currency),
      plan: { id: planId, name: plans.get(planId)?.name ?? '', version },
    };
  });
}
