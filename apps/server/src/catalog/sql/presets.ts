import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Preset } from '../model.ts';

const columns = sql`id, kind, name, form, created_at, created_by`;

export async function insertPreset(ctx: Ctx, preset: Preset): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.insert_preset */ insert into presets (organization_id, id, kind, name, form, created_at, created_by)
        values (${ctx.organization.id}, ${preset.id}, ${preset.kind}, ${preset.name}, ${JSON.stringify(preset.form)}::jsonb,
                ${preset.createdAt}, ${preset.createdBy})`,
  );
}

export async function countPresets(ctx: Ctx, kind: Preset['kind']): Promise<number> {
  const found = await row<{ presets: number }>(
    ctx,
    sql`/* catalog.count_presets */ select count(*)::int as presets from presets
         where organization_id = ${ctx.organization.id} and kind = ${kind}`,
  );
  return found!.presets;
}

/** Oldest first. */
export async function listPresets(
  ctx: Ctx,
  filter: { kind?: Preset['kind'] },
  page: { after?: Id; limit: number },
): Promise<Preset[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (page.after) conditions.push(sql`id > ${page.after}`);
  return rows<Preset>(
    ctx,
    sql`/* catalog.list_presets */ select ${columns} from presets where ${join(conditions)} order by id limit ${page.limit}`,
  );
}

export async function deletePreset(ctx: Ctx, id: Id): Promise<Preset | null> {
  return row<Preset>(
    ctx,
    sql`/* catalog.delete_preset */ delete from presets
         where organization_id = ${ctx.organization.id} and id = ${id} returning ${columns}`,
  );
}
