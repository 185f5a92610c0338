import { instants, texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';

/** A usage record that was refused: why, and as much of it as we keep. */
export type Rejection = {
  id: Id;
  sourceId: Id;
  source: string;
  /** Empty where the record named none that could be read. */
  recordId: string;
  code: string;
  field: string | null;
  message: string;
  body: string;
  rejectedAt: Date;
};

export type NewRejection = Omit<Rejection, 'id' | 'source' | 'rejectedAt'> & { bodyHash: Buffer };

/** The longest body that is kept of a refused record, in characters. */
export const rejectedBodyBound = 4_000;

/** Keeps refused records; one that was refused before is not kept twice. */
export async function insertRejections(ctx: Ctx, refused: NewRejection[]): Promise<void> {
  if (refused.length === 0) return;
  const of = <K extends keyof NewRejection>(field: K) => refused.map((one) => one[field]);
  await run(
    ctx,
    sql`/* usage.insert_rejections */ insert into usage_rejections
          (organization_id, id, source_id, record_id, code, field, message, body, body_hash, rejected_at)
        select ${ctx.organization.id}, u.id, u.source_id, u.record_id, u.code, u.field, u.message, u.body, decode(u.body_hash, 'hex'), u.at
          from unnest(${uuids(refused.map(() => newId(ctx)))}::uuid[], ${uuids(of('sourceId'))}::uuid[], ${texts(of('recordId'))}::text[],
                      ${texts(of('code'))}::text[], ${texts(of('field'))}::text[], ${texts(of('message'))}::text[], ${texts(of('body'))}::text[],
                      ${texts(refused.map((one) => one.bodyHash.toString('hex')))}::text[],
                      ${instants(refused.map(() => ctx.now))}::timestamptz[])
               as u(id, source_id, record_id, code, field, message, body, body_hash, at)
        on conflict do nothing`,
  );
}

/** Refused records, the newest first. */
export async function listRejections(
  ctx: Ctx,
  filter: { source?: string; code?: string; search?: string; after?: Id; limit: number },
): Promise<Rejection[]> {
  const conditions: Sql[] = [sql`r.organization_id = ${ctx.organization.id}`];
  if (filter.source) conditions.push(sql`s.name = ${filter.source}`);
  if (filter.code) conditions.push(sql`r.code = ${filter.code}`);
  if (filter.search) conditions.push(sql`position(${filter.search} in r.record_id) > 0`);
  if (filter.after) conditions.push(sql`r.id < ${filter.after}`);
  return rows<Rejection>(
    ctx,
    sql`/* usage.list_rejections */ select r.id, r.source_id, s.name as source, r.record_id, r.code, r.field, r.message, r.body, r.rejected_at
          from usage_rejections r
          join usage_sources s on s.organization_id = r.organization_id and s.id = r.source_id
         where ${join(conditions)} order by r.id desc limit ${filter.limit}`,
  );
}
