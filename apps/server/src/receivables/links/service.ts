import { getInvoice, lockInvoice } from '../../billing/index.ts';
import { audit } from '../../kit/audit.ts';
import { type Actor, type Ctx, machineNow } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { hashSecret } from '../../kit/seal.ts';
import { isGood, type Link, mostLinks, usualDays } from './model.ts';
import * as store from './sql.ts';

const dayMs = 86_400_000;
/** Random bytes of a secret: 192 bits. */
const secretBytes = 24;
/** Links that are over are forgotten a month later. */
const forgetMs = 30 * dayMs;
const forgottenAtOnce = 1_000;

/**
 * Makes a link to an invoice or a credit note that the caller may see. Its address is told once: the secret in it is kept as a hash. Of one
 * invoice twenty are good at once, so one more ends the oldest. Refuses `invoice.not_found`.
 *
 * @param publicUrl where people reach us, without a slash at its end
 * @param days how long it is good, 1 to 400
 */
export async function makeLink(
  ctx: Ctx,
  publicUrl: string,
  invoiceId: Id,
  days = usualDays,
): Promise<{ link: Link; url: string }> {
  return atomically(ctx, async (ctx) => {
    const { ownerId } = await getInvoice(ctx, invoiceId);
    // Two at once: each sees the other's link when it counts.
    await lockInvoice(ctx, invoiceId);
    const now = machineNow(ctx);
    const secret = ctx.random(secretBytes).toString('base64url');
    const link: Link = {
      ...{ id: newId(ctx), invoiceId, ownerId, createdAt: now, expiresAt: new Date(now.getTime() + days * dayMs) },
      ...{ revokedAt: null, seenAt: null, madeBy: ctx.actor.name },
    };
    await store.endOldest(ctx, invoiceId, mostLinks - 1, now);
    await store.insertLink(ctx, link, hashSecret(secret));
    await tell(ctx, 'invoice_link.created', link);
    return { link, url: `${publicUrl}${pathOf(ctx.organization.id, secret)}` };
  });
}

/** Where the page of a link is, on this host. */
export function pathOf(organizationId: Id, secret: string): string {
  return `/bill/${publicId('organization', organizationId)}/${secret}`;
}

/** Ends a link at once; one that is over stays as it is. Refuses `invoice_link.not_found`. */
export async function revokeLink(ctx: Ctx, id: Id): Promise<Link> {
  return atomically(ctx, async (ctx) => {
    const [link] = await store.listLinks(ctx, { id }, { limit: 1 });
    if (!link) throw refuse.notFound('invoice_link', publicId('invoice_link', id));
    if (link.revokedAt) return link;
    const now = { ...link, revokedAt: machineNow(ctx) };
    await store.revoke(ctx, id, now.revokedAt);
    await tell(ctx, 'invoice_link.revoked', now);
    return now;
  });
}

/** Links of an invoice that the caller may see, newest first. */
export async function listLinks(ctx: Ctx, invoiceId: Id, page: { after?: Id; limit: number }): Promise<Link[]> {
  return reading(ctx, (ctx) => store.listLinks(ctx, { invoiceId }, page));
}

/**
 * Opens a link: who has it may see what the company may whose invoice it is, and no more. Null for one that is unknown, revoked or too old: all
 * alike.
 */
export async function openLink(ctx: Ctx, secret: string): Promise<{ ctx: Ctx; invoiceId: Id; expiresAt: Date } | null> {
  return atomically(ctx, async (inside) => {
    const now = machineNow(ctx);
    const link = await store.findBySecret(inside, hashSecret(secret));
    if (!link || !isGood(link, now)) return null;
    if (!link.seenAt) await store.noteSeen(inside, link.id, now);
    const scope: Actor['scope'] = { kind: 'company', companyId: link.ownerId };
    return { ctx: { ...ctx, actor: { ...ctx.actor, scope } }, invoiceId: link.invoiceId, expiresAt: link.expiresAt };
  });
}

/** Forgets what was over a month ago. */
export async function sweepLinks(ctx: Ctx): Promise<number> {
  return atomically(ctx, (ctx) =>
    store.forgetOver(ctx, new Date(machineNow(ctx).getTime() - forgetMs), forgottenAtOnce),
  );
}

async function tell(ctx: Ctx, name: string, link: Link): Promise<void> {
  const objectId = publicId('invoice_link', link.id);
  const invoice = publicId('invoice', link.invoiceId);
  await audit(ctx, [
    {
      ...{ action: name, objectType: 'invoice_link', objectId },
      changes: [{ field: 'invoice', old: null, new: invoice }],
    },
  ]);
  const data = { link: objectId, invoice, companyId: publicId('company', link.ownerId) };
  await emit(ctx, [{ name, subject: { type: 'invoice', id: link.invoiceId }, data }]);
}
