import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** Nothing is sent about a company, or about one invoice. */
export type Pause = {
  subjectId: Id;
  subjectType: 'company' | 'invoice';
  companyId: Id;
  /** The company contests it. */
  disputed: boolean;
  reason: string;
  /** Null: until somebody lifts it. */
  until: Date | null;
  setAt: Date;
  setBy: string;
};

const columns = sql`subject_id, subject_type, company_id, disputed, reason, until, set_at, set_by`;

/** Of a company and its invoices, those that hold now; of one subject, where it is named. A company's staff see their own. */
export async function listPauses(
  ctx: Ctx,
  of: { companyId?: Id; subjectIds?: Id[] },
  page: { after?: Id; limit: number },
): Promise<Pause[]> {
  const { scope } = ctx.actor;
  const companyId = scope.kind === 'company' ? scope.companyId : (of.companyId ?? null);
  return rows<Pause>(
    ctx,
    sql`/* reminders.list_pauses */ select ${columns} from reminder_pauses
         where organization_id = ${ctx.organization.id} and (${companyId}::uuid is null or company_id = ${companyId})
           and (${of.subjectIds === undefined} or subject_id = any(${uuids(of.subjectIds ?? [])}::uuid[]))
           and (until is null or until > ${ctx.now}) and (${page.after ?? null}::uuid is null or subject_id > ${page.after ?? null})
         order by subject_id limit ${page.limit}`,
  );
}

/** What stands there, also where it is over. */
export async function findPause(ctx: Ctx, subjectId: Id): Promise<Pause | null> {
  return row<Pause>(
    ctx,
    sql`/* reminders.find_pause */ select ${columns} from reminder_pauses
         where organization_id = ${ctx.organization.id} and subject_id = ${subjectId} for no key update`,
  );
}

export async function savePause(ctx: Ctx, p: Pause): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.save_pause */ insert into reminder_pauses (organization_id, ${columns})
        values (${ctx.organization.id}, ${p.subjectId}, ${p.subjectType}, ${p.companyId}, ${p.disputed}, ${p.reason}, ${p.until}, ${p.setAt}, ${p.setBy})
        on conflict (organization_id, subject_id) do update
           set disputed = excluded.disputed, reason = excluded.reason, until = excluded.until, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}

/** False: there was none. */
export async function deletePause(ctx: Ctx, subjectId: Id): Promise<boolean> {
  const gone = await run(
    ctx,
    sql`/* reminders.delete_pause */ delete from reminder_pauses
         where organization_id = ${ctx.organization.id} and subject_id = ${subjectId}`,
  );
  return gone === 1;
}
