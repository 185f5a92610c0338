import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** The last answers we gave a line that wanted to attach. */
export type Attachment = {
  lineId: Id;
  acceptedAt: Date | null;
  rejectedAt: Date | null;
  rejectedReason: string | null;
  plmn: string | null;
};

export async function noteAttachment(
  ctx: Ctx,
  attachment: { lineId: Id; rejected: string | null; plmn: string | null },
): Promise<void> {
  const { lineId, rejected, plmn } = attachment;
  await run(
    ctx,
    sql`/* usage.note_attachment */ insert into attachments as a (organization_id, line_id, accepted_at, rejected_at, rejected_reason, plmn)
        values (${ctx.organization.id}, ${lineId}, case when ${rejected}::text is null then ${ctx.now}::timestamptz end,
                case when ${rejected}::text is not null then ${ctx.now}::timestamptz end, ${rejected}, ${plmn})
        on conflict (organization_id, line_id) do update
           set accepted_at = coalesce(excluded.accepted_at, a.accepted_at), rejected_at = coalesce(excluded.rejected_at, a.rejected_at),
               rejected_reason = coalesce(excluded.rejected_reason, a.rejected_reason), plmn = coalesce(excluded.plmn, a.plmn)`,
  );
}

export async function listAttachments(ctx: Ctx, lineIds: Id[]): Promise<Attachment[]> {
  return rows<Attachment>(
    ctx,
    sql`/* usage.list_attachments */ select line_id, accepted_at, rejected_at, rejected_reason, plmn from attachments
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[])`,
  );
}
