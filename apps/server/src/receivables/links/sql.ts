import type { Ctx } from '../../kit/ctx.ts';
import { nothing, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Link } from './model.ts';

const columns = sql`id, invoice_id, owner_id, created_at, expires_at, revoked_at, seen_at, made_by`;

export async function insertLink(ctx: Ctx, l: Link, secretHash: Buffer): Promise<void> {
  await run(
    ctx,
    sql`/* invoice_links.insert */ insert into invoice_links (organization_id, ${columns}, secret_hash)
        values (${ctx.organization.id}, ${l.id}, ${l.invoiceId}, ${l.ownerId}, ${l.createdAt}, ${l.expiresAt}, ${l.revokedAt}, ${l.seenAt}, ${l.madeBy},
                ${secretHash})`,
  );
}

/** The link with this secret, good or not. */
export async function findBySecret(ctx: Ctx, secretHash: Buffer): Promise<Link | null> {
  return row<Link>(
    ctx,
    sql`/* invoice_links.find */ select ${columns} from invoice_links
         where organization_id = ${ctx.organization.id} and secret_hash = ${secretHash} limit 1`,
  );
}

/** Links of an invoice, newest first, of those that the caller may see. */
export async function listLinks(
  ctx: Ctx,
  filter: { invoiceId?: Id; id?: Id },
  page: { after?: Id; limit: number },
): Promise<Link[]> {
  const { scope } = ctx.actor;
  return rows<Link>(
    ctx,
    sql`/* invoice_links.list */ select ${columns} from invoice_links
         where organization_id = ${ctx.organization.id}
           ${scope.kind === 'company' ? sql`and owner_id = ${scope.companyId}` : nothing}
           ${filter.invoiceId ? sql`and invoice_id = ${filter.invoiceId}` : nothing}
           ${filter.id ? sql`and id = ${filter.id}` : nothing}
           ${page.after ? sql`and id < ${page.after}` : nothing}
         order by id desc limit ${page.limit}`,
  );
}

export async function revoke(ctx: Ctx, id: Id, at: Date): Promise<void> {
  await run(
    ctx,
    sql`/* invoice_links.revoke */ update invoice_links set revoked_at = ${at}
         where organization_id = ${ctx.organization.id} and id = ${id} and revoked_at is null`,
  );
}

/** Ends all good links of an invoice but the newest so many. */
export async function endOldest(ctx: Ctx, invoiceId: Id, keep: number, at: Date): Promise<void> {
  await run(
    ctx,
    sql`/* invoice_links.end_oldest */ update invoice_links set revoked_at = ${at}
         where organization_id = ${ctx.organization.id} and id in (
           select id from invoice_links
            where organization_id = ${ctx.organization.id} and invoice_id = ${invoiceId} and revoked_at is null and expires_at > ${at}
            order by id desc offset ${keep})`,
  );
}

export async function noteSeen(ctx: Ctx, id: Id, at: Date): Promise<void> {
  await run(
    ctx,
    sql`/* invoice_links.seen */ update invoice_links set seen_at = ${at}
         where organization_id = ${ctx.organization.id} and id = ${id} and seen_at is null`,
  );
}

/** Forgets links that were over before an instant, some at a time. Returns how many. */
export async function forgetOver(ctx: Ctx, before: Date, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* invoice_links.forget */ delete from invoice_links
         where organization_id = ${ctx.organization.id} and id in (
           select id from invoice_links where organization_id = ${ctx.organization.id} and expires_at < ${before} order by expires_at limit ${limit})`,
  );
}
