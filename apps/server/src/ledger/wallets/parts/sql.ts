import type { Micros } from '@simwright/measure';
import { bigints, instants, ints, texts, uuids } from '../../../kit/arrays.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';
import type { Part, PartKind } from './model.ts';

const columns = sql`p.id, p.wallet_id, p.kind, p.priority, p.expires_at, p.amount_micros, p.unspent_micros, p.left_micros, p.reason, p.source,
  p.made_by, p.created_at, p.closed_at, p.closed_as`;

/** Open parts of a wallet with what it holds, as of one moment. */
export async function openParts(ctx: Ctx, walletId: Id): Promise<{ parts: Part[]; remainingMicros: Micros }> {
  const found = await rows<Part & { remainingMicros: Micros }>(
    ctx,
    sql`/* wallet_parts.open */ select ${columns}, -w.balance_micros as remaining_micros
          from ledger_accounts w
          left join wallet_parts p on p.organization_id = w.organization_id and p.wallet_id = w.id and p.closed_at is null
         where w.organization_id = ${ctx.organization.id} and w.id = ${walletId} and w.kind = 'wallet' order by p.id`,
  );
  const parts = found.flatMap(({ remainingMicros: _, ...part }) => (part.id ? [part] : []));
  return { parts, remainingMicros: found[0]?.remainingMicros ?? 0n };
}

/** Writes parts, new ones and what has become of known ones. */
export async function saveParts(ctx: Ctx, parts: Part[]): Promise<void> {
  if (parts.length === 0) return;
  const of = <T>(pick: (part: Part) => T) => parts.map(pick);
  await run(
    ctx,
    sql`/* wallet_parts.save */ insert into wallet_parts (organization_id, id, wallet_id, kind, priority, expires_at, look_at, amount_micros,
               unspent_micros, left_micros, reason, source, made_by, created_at, closed_at, closed_as)
        select ${ctx.organization.id}, u.id, u.wallet, u.kind, u.priority, u.expires, u.expires, u.amount, u.unspent, u.gone, u.reason, u.source,
               u.made_by, u.created, u.closed, u.closed_as
          from unnest(${uuids(of((p) => p.id))}::uuid[], ${uuids(of((p) => p.walletId))}::uuid[], ${texts(of((p) => p.kind))}::text[],
                      ${ints(of((p) => p.priority))}::int[], ${instants(of((p) => p.expiresAt))}::timestamptz[],
                      ${bigints(of((p) => p.amountMicros))}::bigint[], ${bigints(of((p) => p.unspentMicros))}::bigint[],
                      ${bigints(of((p) => p.leftMicros))}::bigint[], ${texts(of((p) => p.reason))}::text[],
                      ${texts(of((p) => p.source))}::text[], ${texts(of((p) => p.madeBy))}::text[],
                      ${instants(of((p) => p.createdAt))}::timestamptz[], ${instants(of((p) => p.closedAt))}::timestamptz[],
                      ${texts(of((p) => p.closedAs))}::text[])
               as u(id, wallet, kind, priority, expires, amount, unspent, gone, reason, source, made_by, created, closed, closed_as)
        on conflict (organization_id, id) do update
           set expires_at = excluded.expires_at, amount_micros = excluded.amount_micros, unspent_micros = excluded.unspent_micros, left_micros = excluded.left_micros,
               closed_at = excluded.closed_at, closed_as = excluded.closed_as`,
  );
}

/** What of a part is held cannot leave yet: it is looked at again. */
export async function lookAgain(ctx: Ctx, id: Id, at: Date): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_parts.look_again */ update wallet_parts set look_at = ${at}
         where organization_id = ${ctx.organization.id} and id = ${id} and closed_at is null`,
  );
}

export async function deletePart(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_parts.delete */ delete from wallet_parts where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** What of a wallet has expired and waits for what was held is looked at next: something of it is free. */
export async function lookNow(ctx: Ctx, walletId: Id): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_parts.look_now */ update wallet_parts set look_at = expires_at
         where organization_id = ${ctx.organization.id} and wallet_id = ${walletId} and closed_at is null
           and expires_at <= ${ctx.now}::timestamptz and look_at > expires_at`,
  );
}

/** The part that was given for something. */
export async function partFor(ctx: Ctx, source: string): Promise<Part | null> {
  return row<Part>(
    ctx,
    sql`/* wallet_parts.for */ select ${columns} from wallet_parts p where p.organization_id = ${ctx.organization.id} and p.source = ${source}`,
  );
}

/** Parts whose time is over, those that wait longest first. */
export async function duePartsOf(ctx: Ctx, limit: number): Promise<{ id: Id; walletId: Id }[]> {
  return rows(
    ctx,
    sql`/* wallet_parts.due */ select id, wallet_id from wallet_parts
         where organization_id = ${ctx.organization.id} and closed_at is null and look_at <= ${ctx.now}::timestamptz
         order by look_at, id limit ${limit}`,
  );
}

export type PartFilter = { walletId: Id; ids?: Id[]; kinds?: PartKind[]; open?: boolean };

/** What was given to a wallet, newest first. */
export async function listGiven(
  ctx: Ctx,
  { walletId, ids, kinds, open }: PartFilter,
  page: { before?: Id; limit: number },
): Promise<Part[]> {
  const conditions: Sql[] = [
    sql`p.organization_id = ${ctx.organization.id} and p.wallet_id = ${walletId} and p.kind <> 'paid'`,
  ];
  if (ids) conditions.push(sql`p.id = any(${uuids(ids)}::uuid[])`);
  if (kinds) conditions.push(sql`p.kind = any(${texts(kinds)}::text[])`);
  if (open !== undefined) conditions.push(sql`(p.closed_at is null) = ${open}`);
  if (page.before) conditions.push(sql`p.id < ${page.before}`);
  return rows<Part>(
    ctx,
    sql`/* wallet_parts.given */ select ${columns} from wallet_parts p where ${join(conditions)} order by p.id desc limit ${page.limit}`,
  );
}

/** What a transfer took from a wallet; nothing: no such transfer. */
export async function takenBy(ctx: Ctx, walletId: Id, key: string): Promise<Micros> {
  const found = await row<{ amountMicros: Micros }>(
    ctx,
    sql`/* wallet_parts.taken_by */ select e.amount_micros from transfers t
          join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id and e.ledger_account_id = ${walletId}
         where t.organization_id = ${ctx.organization.id} and t.idempotency_key = ${key}`,
  );
  return found?.amountMicros ?? 0n;
}
