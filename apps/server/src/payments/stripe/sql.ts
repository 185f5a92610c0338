import type { Ctx } from '../../kit/ctx.ts';
import { row, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { seal, unseal } from '../../kit/seal.ts';

/** Where a payer pays or a holder stores a card, and the secret with which Stripe.js goes on there. */
export type StripePage = { id: Id; kind: 'payment' | 'card'; providerId: Id; token: string; secret: string };

const sealedFor = (id: Id) => `stripe_pages ${id}`;

/** Keeps a page, the first of each payment or card; @returns its token */
export async function keepPage(ctx: Ctx, page: Omit<StripePage, 'token'>): Promise<string> {
  const token = ctx.random(24).toString('base64url');
  await run(
    ctx,
    sql`/* stripe.keep_page */ insert into stripe_pages (organization_id, id, kind, provider_id, token, secret_sealed, created_at)
        values (${ctx.organization.id}, ${page.id}, ${page.kind}, ${page.providerId}, ${token},
                ${seal(ctx, sealedFor(page.id), page.secret)}, ${ctx.now})
        on conflict (organization_id, id) do nothing`,
  );
  return (await findPage(ctx, { id: page.id }))!.token;
}

export async function findPage(ctx: Ctx, by: { id: Id } | { token: string }): Promise<StripePage | null> {
  const which = 'id' in by ? sql`id = ${by.id}` : sql`token = ${by.token}`;
  const found = await row<Omit<StripePage, 'secret'> & { secretSealed: Buffer }>(
    ctx,
    sql`/* stripe.find_page */ select id, kind, provider_id, token, secret_sealed from stripe_pages
         where organization_id = ${ctx.organization.id} and ${which}`,
  );
  if (!found) return null;
  const { secretSealed, ...page } = found;
  return { ...page, secret: unseal(sealedFor(page.id), secretSealed).toString() };
}
