import { formatAmount } from '@simwright/measure';
import { bigints, texts, uuids } from '../kit/arrays.ts';
import { bigintAsText } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { lastly, run, sql } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as ledger from '../ledger/index.ts';
import type { Adjustment } from './model/period.ts';

/**
 * Posts adjustments beside their periods, in the caller's database transaction: a row that says why, and a transfer between
 * the payer and the revenue that it corrects.
 */
export async function saveAdjustments(ctx: Ctx, adjustments: Adjustment[]): Promise<void> {
  if (adjustments.length === 0) return;
  const kept = adjustments.map((adjustment) => {
    const id = newId(ctx);
    return { ...adjustment, id, key: `adjustment:${id}` };
  });
  const of = <K extends keyof (typeof kept)[number]>(field: K) => kept.map((a) => a[field]);
  await run(
    ctx,
    sql`/* periods.insert_adjustments */ insert into adjustments
          (organization_id, id, line_id, pool_id, period_id, payer_id, kind, amount_micros, currency, reason, detail, transfer_key, at, by)
        select ${ctx.organization.id}, u.id, u.line_id, u.pool_id, u.period_id, u.payer_id, u.kind, u.amount, u.currency, u.reason, u.detail::jsonb, u.key,
               ${ctx.now}::timestamptz, ${ctx.actor.name}
          from unnest(${uuids(of('id'))}::uuid[], ${uuids(of('lineId'))}::uuid[], ${uuids(of('poolId'))}::uuid[], ${uuids(of('periodId'))}::uuid[],
                      ${uuids(of('payerId'))}::uuid[], ${texts(of('kind'))}::text[], ${bigints(of('amountMicros'))}::bigint[],
                      ${texts(of('currency'))}::text[], ${texts(of('reason'))}::text[],
                      ${texts(of('detail').map((detail) => JSON.stringify(detail, bigintAsText)))}::text[], ${texts(of('key'))}::text[])
               as u(id, line_id, pool_id, period_id, payer_id, kind, amount, currency, reason, detail, key)`,
  );
  await emit(
    ctx,
    kept.map(({ id, lineId, poolId, amountMicros, currency, reason }) => ({
      name: 'adjustment.posted',
      subject: lineId ? { type: 'sim', id: lineId } : { type: 'pool', id: poolId! },
      data: {
        ...(lineId && { sim: publicId('sim', lineId) }),
        ...(poolId && { pool: publicId('pool', poolId) }),
        adjustment: publicId('adjustment', id),
        amount: formatAmount(amountMicros, currency),
        currency,
        reason,
      },
    })),
  );
  lastly(ctx, 'ledger', async (ctx) => {
    const contra = (currency: string, revenue: Adjustment['of']) => ({
      kind: revenue === 'usage' ? ('usage_revenue' as const) : ('fee_revenue' as const),
      ownerId: ctx.organization.id,
      currency,
    });
    const accounts = await ledger.openAccounts(
      ctx,
      kept.map((a) => contra(a.currency, a.of)),
    );
    await ledger.post(
      ctx,
      kept.map((a) => ({
        ...{ key: a.key, kind: 'adjustment' as const, at: ctx.now, to: a.payerId, amountMicros: a.amountMicros },
        from: accounts.get(ledger.accountKey(contra(a.currency, a.of))) as Id,
      })),
    );
  });
}
