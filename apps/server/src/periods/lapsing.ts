import type { Ctx } from '../kit/ctx.ts';
import { rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';

/** A prepaid period that ends, and who holds its line. */
export type Lapsing = {
  id: Id;
  lineId: Id;
  companyId: Id | null;
  endUserId: Id | null;
  endsAt: Date;
  /** Of its plan. */
  validityDays: number;
};

/**
 * The running prepaid periods among the next `limit` that end after a place and not after an instant: the others are passed over and count. `last` is the
 * place of the last that was seen. Null: there was none.
 */
export async function listLapsing(
  ctx: Ctx,
  after: { endsAt: Date; id: Id },
  until: Date,
  limit: number,
): Promise<{ seen: number; last: { endsAt: Date; id: Id; lapsing: Lapsing[] } | null }> {
  const seen = await rows<Omit<Lapsing, 'validityDays'> & { validityDays: number | null }>(
    ctx,
    sql`/* periods.lapsing */ select p.id, p.line_id, s.company_id, s.end_user_id, p.ends_at, v.validity_days
          from (select id, line_id, plan_version_id, ends_at, kind from billing_periods
                 where organization_id = ${ctx.organization.id} and state = 'open' and (ends_at, id) > (${after.endsAt}::timestamptz, ${after.id}::uuid)
                   and ends_at <= ${until} and ends_at > ${ctx.now} order by ends_at, id limit ${limit}) p
          join sims s on s.organization_id = ${ctx.organization.id} and s.id = p.line_id
          join plan_versions v on v.organization_id = ${ctx.organization.id} and v.id = p.plan_version_id
         order by p.ends_at, p.id`,
  );
  const last = seen.at(-1);
  const lapsing = seen.filter((one): one is Lapsing => one.validityDays !== null);
  return { seen: seen.length, last: last ? { endsAt: last.endsAt, id: last.id, lapsing } : null };
}
