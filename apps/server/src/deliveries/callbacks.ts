import type { Ctx } from '../kit/ctx.ts';
import { rows, run, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';

/** Whom to call when something that was asked for is done. */
export type Callback = {
  companyId: Id | null;
  awaits: { type: string; id: Id };
  method: 'GET' | 'POST';
  url: string;
};

/** Keeps a callback until what it waits for is done, in the caller's database transaction. */
export async function awaitCallback(ctx: Ctx, { companyId, awaits, method, url }: Callback): Promise<void> {
  await run(
    ctx,
    sql`/* callbacks.await */ insert into callbacks (organization_id, id, company_id, awaits_type, awaits_id, method, url, created_at)
        values (${ctx.organization.id}, ${newId(ctx)}, ${companyId}, ${awaits.type}, ${awaits.id}, ${method}, ${url}, ${ctx.now})`,
  );
}

/** Takes the callbacks that wait for this: whoever takes them sends them, in the same database transaction. */
export async function takeCallbacks(ctx: Ctx, awaits: { type: string; id: Id }): Promise<Callback[]> {
  const taken = await rows<{ companyId: Id | null; method: 'GET' | 'POST'; url: string }>(
    ctx,
    sql`/* callbacks.take */ delete from callbacks
         where organization_id = ${ctx.organization.id} and awaits_type = ${awaits.type} and awaits_id = ${awaits.id}
        returning company_id, method, url`,
  );
  return taken.map((callback) => ({ ...callback, awaits }));
}
