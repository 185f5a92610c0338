import { texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** An eSIM of the stock that is promised to somebody now. `activationCode` null: its profile is still to be ordered. */
export type ReservedEsim = { id: Id; telecomId: Id; iccid: string; activationCode: string | null };

/** The words of the partial indexes of migration 0036. */
const inStock = sql`s.form = 'esim' and s.lifecycle = 'blank' and s.registered_at is null and s.reserved_at is null`;

/**
 * Promises one eSIM: rows that somebody else is promising now are passed over, so nobody waits and no two get the same.
 * `found` selects its id, locked.
 */
async function reserve(ctx: Ctx, found: Sql): Promise<ReservedEsim | null> {
  return row(
    ctx,
    sql`/* inventory.reserve_esim */ with found as materialized (${found})
        update sims s set reserved_at = ${ctx.now}, updated_at = ${ctx.now}, version = version + 1 from found
         where s.organization_id = ${ctx.organization.id} and s.id = found.id
        returning s.id, s.telecom_id, s.iccid, s.activation_code`,
  );
}

/** One that is bound to this eUICC already; without a code of its own only at a telecom that takes orders. */
export async function reserveBound(ctx: Ctx, eid: string, ordering: Id[]): Promise<ReservedEsim | null> {
  return reserve(
    ctx,
    sql`select s.id from sims s
         where s.organization_id = ${ctx.organization.id} and ${inStock} and s.eid = ${eid}
           and (s.activation_code is not null or s.telecom_id = any(${uuids(ordering)}::uuid[]))
         order by s.id limit 1 for no key update skip locked`,
  );
}

/** One whose code is for whoever has it. */
export async function reserveCoded(ctx: Ctx): Promise<ReservedEsim | null> {
  return reserve(
    ctx,
    sql`select s.id from sims s
         where s.organization_id = ${ctx.organization.id} and ${inStock} and s.eid is null and s.activation_code is not null
         order by s.id limit 1 for no key update skip locked`,
  );
}

/** One whose profile is to be ordered, at the first of these telecoms that has any. */
export async function reserveOpen(ctx: Ctx, ordering: Id[]): Promise<ReservedEsim | null> {
  return reserve(
    ctx,
    sql`select o.id from unnest(${uuids(ordering)}::uuid[]) with ordinality as t(id, place)
         cross join lateral (
           select s.id from sims s
            where s.organization_id = ${ctx.organization.id} and s.telecom_id = t.id and ${inStock}
              and s.eid is null and s.activation_code is null
            order by s.id limit 1 for no key update skip locked) o
         limit 1`,
  );
}

/** Writes EIDs where there was another or none, in the one lock order, and returns what was written. */
export async function writeEids(ctx: Ctx, known: { lineId: Id; eid: string }[]): Promise<{ id: Id; eid: string }[]> {
  return rows(
    ctx,
    sql`/* inventory.write_eids */ with found as materialized (
          select s.id, u.eid from unnest(${uuids(known.map((k) => k.lineId))}::uuid[], ${texts(known.map((k) => k.eid))}::text[]) as u(id, eid)
            join sims s on s.organization_id = ${ctx.organization.id} and s.id = u.id and s.eid is distinct from u.eid
           order by s.id for no key update of s)
        update sims s set eid = found.eid, updated_at = ${ctx.now}, version = version + 1 from found
         where s.organization_id = ${ctx.organization.id} and s.id = found.id
        returning s.id, s.eid`,
  );
}

export async function listCodes(ctx: Ctx, ids: Id[]): Promise<{ id: Id; code: string }[]> {
  return rows(
    ctx,
    sql`/* inventory.list_activation_codes */ select id, activation_code as code from sims
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[]) and activation_code is not null`,
  );
}
