import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading, row, run, sql } from '../kit/db.ts';
import { publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { findConnection } from './connection/sql.ts';
import { type DocumentsAs, type Mapping, noMapping } from './mapping.ts';
import { retryPushes } from './pushes/sql.ts';

/** How things are called in the books, and whether documents are drafts there first. */
export type AccountingSettings = { mapping: Mapping; documents: DocumentsAs };

const beginning: AccountingSettings = { mapping: noMapping, documents: 'authorised' };

/** As somebody has set them; without that, nothing is called anything. */
export async function getSettings(ctx: Ctx): Promise<AccountingSettings> {
  return reading(ctx, async (ctx) => (await find(ctx)) ?? beginning);
}

async function find(ctx: Ctx): Promise<AccountingSettings | null> {
  return row<AccountingSettings>(
    ctx,
    sql`/* accounting.find_settings */ select mapping, documents from accounting_settings where organization_id = ${ctx.organization.id}`,
  );
}

/** Replaces them. What failed because something had no name in the books is tried again. */
export async function setSettings(ctx: Ctx, now: AccountingSettings): Promise<AccountingSettings> {
  return atomically(ctx, async (ctx) => {
    const before = (await find(ctx)) ?? beginning;
    const mapping = JSON.stringify(now.mapping);
    await run(
      ctx,
      sql`/* accounting.save_settings */ insert into accounting_settings (organization_id, mapping, documents, changed_at, changed_by)
          values (${ctx.organization.id}, ${mapping}, ${now.documents}, ${ctx.now}, ${ctx.actor.name})
          on conflict (organization_id) do update
             set mapping = excluded.mapping, documents = excluded.documents, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    );
    const connection = await findConnection(ctx);
    if (connection) await retryPushes(ctx, connection.id, { states: ['failed'], codes: ['accounting.unmapped'] });
    const objectId = publicId('organization', ctx.organization.id);
    const changes = (['mapping', 'documents'] as const)
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]))
      .map((field) => ({ field, old: before[field], new: now[field] }));
    if (changes.length === 0) return now;
    await audit(ctx, [{ action: 'accounting.settings_set', objectType: 'organization', objectId, changes }]);
    await emit(ctx, [
      {
        name: 'accounting.settings_set',
        subject: { type: 'organization', id: ctx.organization.id },
        data: { organization: objectId, documents: now.documents },
      },
    ]);
    return now;
  });
}
