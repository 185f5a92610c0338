import { bigints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, raw, rows, run, runBulk, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { CheckedRow, OperationRow, RowOutcome, Verdict } from '../model.ts';

const columns = raw('line, input, label, outcome, code, field, reason, warning, effect, subject_id');

// Unit separator: no cell has it, because no text does (see kit/csv); cheaper by far than JSON.
const between = '\u001f';

export async function insertRows(ctx: Ctx, operationId: Id, checked: CheckedRow[]): Promise<void> {
  if (checked.length === 0) return;
  await runBulk(
    ctx,
    sql`/* operations.insert_rows */ insert into operation_rows
          (organization_id, operation_id, line, input, label, outcome, code, field, reason, warning, effect, subject_id)
        select ${ctx.organization.id}, ${operationId}, u.line,
               string_to_array(u.input, ${between}), u.label,
               case when u.code is null then 'pending' else 'failed' end, u.code, u.field, u.reason, u.warning, u.effect, u.subject_id
          from unnest(${bigints(checked.map((r) => BigInt(r.line)))}::bigint[], ${texts(checked.map((r) => r.input.join(between)))}::text[],
                      ${texts(checked.map((r) => r.label))}::text[], ${texts(checked.map((r) => r.failure?.code ?? null))}::text[],
                      ${texts(checked.map((r) => r.failure?.field ?? null))}::text[],
                      ${texts(checked.map((r) => r.failure?.reason ?? null))}::text[], ${texts(checked.map((r) => r.warning))}::text[],
                      ${texts(checked.map((r) => r.effect ?? null))}::text[], ${uuids(checked.map((r) => r.subjectId))}::uuid[])
               as u(line, input, label, code, field, reason, warning, effect, subject_id)`,
  );
  const keys = checked.flatMap((r) => (r.failure ? [] : r.keys.map((key) => ({ key, line: r.line }))));
  if (keys.length === 0) return;
  await run(
    ctx,
    sql`/* operations.insert_keys */ insert into operation_keys (organization_id, operation_id, key, line)
        select ${ctx.organization.id}, ${operationId}, u.*
          from unnest(${texts(keys.map((k) => k.key))}::text[], ${bigints(keys.map((k) => BigInt(k.line)))}::bigint[]) as u`,
  );
}

/** Which of these names earlier rows of the operation have, and on which lines. */
export async function findKeys(ctx: Ctx, operationId: Id, keys: string[]): Promise<Map<string, number>> {
  const found = await rows<{ key: string; line: bigint }>(
    ctx,
    sql`/* operations.find_keys */ select key, line from operation_keys
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and key = any(${texts(keys)}::text[])`,
  );
  return new Map(found.map(({ key, line }) => [key, Number(line)]));
}

/** The next rows to be worked on, in the order of their lines: those that wait, and when `retrying` the failed ones. */
export async function listNext(
  ctx: Ctx,
  operationId: Id,
  next: { after: bigint; retrying: boolean; limit: number },
): Promise<OperationRow[]> {
  const wanted = next.retrying ? sql`outcome in ('pending', 'failed')` : sql`outcome = 'pending'`;
  // Parsed here from one text: the driver's reader of arrays goes letter by letter.
  const found = await rows<Omit<OperationRow, 'input'> & { input: string }>(
    ctx,
    sql`/* operations.list_next */ select line, array_to_string(input, ${between}) as input, label, outcome, code, field, reason, warning, effect, subject_id
          from operation_rows
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and line > ${next.after}
           and ${wanted} order by line limit ${next.limit}`,
  );
  return found.map((row) => ({ ...row, input: row.input === '' ? [] : row.input.split(between) }));
}

/** Writes what became of rows. What is done needs its input no longer, and it may hold a code that opens something. */
export async function saveVerdicts(ctx: Ctx, operationId: Id, verdicts: (Verdict & { line: bigint })[]): Promise<void> {
  const lines = verdicts.map((v) => v.line);
  await run(
    ctx,
    sql`/* operations.save_verdicts */ update operation_rows r
           set outcome = case when u.code is null then 'done' else 'failed' end, code = u.code, field = u.field,
               reason = u.reason, warning = u.warning, effect = u.effect, subject_id = u.subject_id, label = u.label,
               input = case when u.code is null then '{}' else r.input end
          from unnest(${bigints(lines)}::bigint[], ${texts(verdicts.map((v) => v.label))}::text[],
                      ${texts(verdicts.map((v) => v.failure?.code ?? null))}::text[],
                      ${texts(verdicts.map((v) => v.failure?.field ?? null))}::text[],
                      ${texts(verdicts.map((v) => v.failure?.reason ?? null))}::text[],
                      ${texts(verdicts.map((v) => v.warning))}::text[], ${texts(verdicts.map((v) => v.effect ?? null))}::text[],
                      ${uuids(verdicts.map((v) => v.subjectId))}::uuid[])
               as u(line, label, code, field, reason, warning, effect, subject_id)
         where r.organization_id = ${ctx.organization.id} and r.operation_id = ${operationId}
           and r.line = any(${bigints(lines)}::bigint[]) and r.line = u.line`,
  );
}

export type RowFilter = { outcome?: RowOutcome; effect?: string; search?: string; warned?: boolean };

export async function listRows(
  ctx: Ctx,
  operationId: Id,
  filter: RowFilter,
  page: { after: bigint; limit: number },
): Promise<OperationRow[]> {
  const needle = filter.search?.trim().toLowerCase();
  const conditions = [
    sql`organization_id = ${ctx.organization.id} and operation_id = ${operationId} and line > ${page.after}`,
    ...(filter.outcome ? [sql`outcome = ${filter.outcome}`] : []),
    ...(filter.effect ? [sql`effect = ${filter.effect}`] : []),
    ...(filter.warned ? [sql`warning is not null`] : []),
    ...(needle
      ? [
          sql`strpos(lower(line::text || ' ' || label || ' ' || coalesce(code, '') || ' ' || coalesce(reason, '')), ${needle}) > 0`,
        ]
      : []),
  ];
  return rows(
    ctx,
    sql`/* operations.list_rows */ select ${columns} from operation_rows where ${join(conditions)} order by line limit ${page.limit}`,
  );
}

/** Why rows failed, most first. */
export async function countCodes(
  ctx: Ctx,
  operationId: Id,
): Promise<{ code: string; field: string | null; rows: bigint }[]> {
  return rows(
    ctx,
    sql`/* operations.count_codes */ select code, min(field) as field, count(*) as rows from operation_rows
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and outcome = 'failed'
         group by code order by count(*) desc, code limit 20`,
  );
}

/** What the rows do, or did, most first. */
export async function countEffects(ctx: Ctx, operationId: Id): Promise<{ effect: string; rows: bigint }[]> {
  return rows(
    ctx,
    sql`/* operations.count_effects */ select effect, count(*) as rows from operation_rows
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and effect is not null
         group by effect order by count(*) desc, effect limit 20`,
  );
}

// `in (select …)` would let a planner that has no statistics yet compare each with each: 20,000 names took minutes.
/** Deletes up to `limit` names; returns how many went. */
export async function deleteKeys(ctx: Ctx, operationId: Id, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* operations.delete_keys */ delete from operation_keys
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and key = any(array(
           select key from operation_keys where organization_id = ${ctx.organization.id} and operation_id = ${operationId}
            order by key limit ${limit}))`,
  );
}

/** Deletes up to `limit` rows; returns how many went. */
export async function deleteRows(ctx: Ctx, operationId: Id, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* operations.delete_rows */ delete from operation_rows
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId} and line = any(array(
           select line from operation_rows where organization_id = ${ctx.organization.id} and operation_id = ${operationId}
            order by line limit ${limit}))`,
  );
}
