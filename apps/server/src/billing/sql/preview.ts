import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, sql } from '../../kit/db.ts';
import type { ItemKind, PaymentType } from '../model.ts';
import type { Payer } from './payers.ts';
import { openSources } from './sources.ts';

export type PreviewSum = { kind: ItemKind; things: bigint; micros: Micros };

/** What a payer would be billed if somebody asked now, by kind of charge, exactly. */
export async function sumOpen(ctx: Ctx, payer: Payer, paymentType: PaymentType | null): Promise<PreviewSum[]> {
  const asked = sql`select null::uuid as id, ${payer.ownerId}::uuid as owner_id, ${payer.id}::uuid as payer_id, 'manual' as kind,
    ${new Date(ctx.now.getTime() + 1)}::timestamptz as cut_at, null::timestamptz as horizon_at, ${paymentType}::text as payment_type`;
  return rows<PreviewSum>(
    ctx,
    sql`/* billing.preview */ select item_kind as kind, count(*) as things, sum(micros)::bigint as micros
          from (${openSources(ctx, asked, 'unclaimed')}) s group by item_kind order by item_kind`,
  );
}

/** What a payer's running periods have come to: it is billed when they end. */
export async function sumRunning(ctx: Ctx, payer: Payer): Promise<PreviewSum[]> {
  const org = sql`${ctx.organization.id}::uuid`;
  return rows<PreviewSum>(
    ctx,
    sql`/* billing.preview_running */ select 'usage' as kind, count(*) as things, sum(p.charge_micros)::bigint as micros
          from sims s join billing_periods p on p.organization_id = ${org} and p.line_id = s.id and p.state = 'open'
         where s.organization_id = ${org} and s.company_id = ${payer.ownerId} and p.payer_id = ${payer.id} and p.charge_micros <> 0
        having count(*) > 0
        union all
        select 'pool_overage', count(*), sum(charge_micros)::bigint from pool_periods
         where organization_id = ${org} and payer_id = ${payer.id} and state = 'open' and charge_micros <> 0 having count(*) > 0`,
  );
}

export type Statistics = { pending: number; approved: number; rejected: number; companies: number; months: number };

/** Pre-bills counted: by state, of how many companies, of how many months. */
export async function countPreBills(ctx: Ctx): Promise<Statistics> {
  const [found] = await rows<Statistics>(
    ctx,
    sql`/* billing.statistics */ select count(*) filter (where state = 'pending')::int as pending, count(*) filter (where state = 'approved')::int as approved,
               count(*) filter (where state = 'rejected')::int as rejected, count(distinct owner_id)::int as companies,
               count(distinct date_trunc('month', period_until))::int as months
          from pre_bills where organization_id = ${ctx.organization.id} and kind <> 'settlement'`,
  );
  return found!;
}
