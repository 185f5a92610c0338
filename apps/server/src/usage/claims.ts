import { bigints, texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { rows, run, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { UnratedReason } from './sql/inbox.ts';

/** A usage record's own id at its source, and what its body was. */
export type Claim = { sourceId: Id; recordId: string; bodyHash: Buffer };

/** What became of a claimed record; it never changes, whatever a replay of the inbox does later. */
export type ClaimOutcome =
  | { outcome: 'charged'; lineId: Id; periodId: Id; chargeMicros: bigint }
  | { outcome: 'unrated'; reason: UnratedReason };

export type KeptClaim = Claim & ClaimOutcome;

export function claimName(claim: { sourceId: Id; recordId: string }): string {
  return `${claim.sourceId}/${claim.recordId}`;
}

/** Those of these records that were claimed before. */
export async function findClaims(ctx: Ctx, claims: Claim[]): Promise<KeptClaim[]> {
  return rows<KeptClaim>(
    ctx,
    sql`/* usage.find_claims */ select k.source_id, k.record_id, k.body_hash, k.outcome, k.line_id, k.period_id, k.charge_micros, k.reason
          from unnest(${uuids(claims.map((c) => c.sourceId))}::uuid[], ${texts(claims.map((c) => c.recordId))}::text[]) as c(source_id, record_id)
          join ingest_keys k on k.organization_id = ${ctx.organization.id} and k.source_id = c.source_id and k.record_id = c.record_id`,
  );
}

/** Claims records with what became of them. Returns how many were free; fewer than asked means somebody was faster. */
export async function insertClaims(ctx: Ctx, claims: KeptClaim[]): Promise<number> {
  if (claims.length === 0) return 0;
  const charged = claims.map((c) => (c.outcome === 'charged' ? c : null));
  return run(
    ctx,
    sql`/* usage.insert_claims */ insert into ingest_keys
          (organization_id, source_id, record_id, body_hash, outcome, line_id, period_id, charge_micros, reason, claimed_at)
        select ${ctx.organization.id}, u.source_id, u.record_id, decode(u.body_hash, 'hex'), u.outcome, u.line_id, u.period_id,
               u.charge_micros, u.reason, ${ctx.now}::timestamptz
          from unnest(${uuids(claims.map((c) => c.sourceId))}::uuid[], ${texts(claims.map((c) => c.recordId))}::text[],
                      ${texts(claims.map((c) => c.bodyHash.toString('hex')))}::text[], ${texts(claims.map((c) => c.outcome))}::text[],
                      ${uuids(charged.map((c) => c?.lineId ?? null))}::uuid[], ${uuids(charged.map((c) => c?.periodId ?? null))}::uuid[],
                      ${bigints(charged.map((c) => c?.chargeMicros ?? null))}::bigint[],
                      ${texts(claims.map((c) => (c.outcome === 'unrated' ? c.reason : null)))}::text[])
               as u(source_id, record_id, body_hash, outcome, line_id, period_id, charge_micros, reason)
        on conflict do nothing`,
  );
}

/** The sources of these names, made when they are first used. */
export async function openSources(ctx: Ctx, names: { id: Id; name: string }[]): Promise<Map<string, Id>> {
  const wanted = names.map((n) => n.name);
  const find = () =>
    rows<{ id: Id; name: string }>(
      ctx,
      sql`/* usage.find_sources */ select id, name from usage_sources
           where organization_id = ${ctx.organization.id} and name = any(${wanted}::text[])`,
    );
  let found = await find();
  if (found.length < new Set(wanted).size) {
    await run(
      ctx,
      sql`/* usage.insert_sources */ insert into usage_sources (organization_id, id, name, created_at)
          select ${ctx.organization.id}, u.id, u.name, ${ctx.now}::timestamptz
            from unnest(${names.map((n) => n.id)}::uuid[], ${wanted}::text[]) as u(id, name) on conflict do nothing`,
    );
    found = await find();
  }
  return new Map(found.map((source) => [source.name, source.id]));
}

export async function sourceNamesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  const found = await rows<{ id: Id; name: string }>(
    ctx,
    sql`/* usage.source_names */ select id, name from usage_sources
         where organization_id = ${ctx.organization.id} and id = any(${ids}::uuid[])`,
  );
  return new Map(found.map((source) => [source.id, source.name]));
}
