import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, type Sql, sql } from '../../kit/db.ts';
import { firstIdAt, type Id } from '../../kit/ids.ts';
import type { Service } from '../model.ts';
import type { RecordName } from '../record-id.ts';
import type { StoredRecord } from './records.ts';

const columns = sql`occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down, service, units,
  plmn, fleet_id, charge_micros, late, unknown_network, period_id, pool_period_id, batch_id, position`;

/** The usage record of that name. */
export async function findRecord(
  ctx: Ctx,
  { lineId, occurredAt, sourceKey }: RecordName,
): Promise<StoredRecord | null> {
  return row<StoredRecord>(
    ctx,
    sql`/* usage.find_record */ select ${columns} from usage_records
         where organization_id = ${ctx.organization.id} and line_id = ${lineId} and occurred_at = ${occurredAt}
           and source_key = ${sourceKey}`,
  );
}

/** The records of one billing period, or of one month of a pool. */
export type RecordsOf = { lineIds: Id[]; from: Date } & ({ periodId: Id } | { poolPeriodId: Id });

/** What was used by one service in one network. */
export type UsedBy = { service: Service; plmn: string; bytes: bigint; units: bigint };

/** What was booked there after an instant: its batches began later. */
export async function sumBookedAfter(ctx: Ctx, of: RecordsOf, at: Date): Promise<UsedBy[]> {
  return rows<UsedBy>(
    ctx,
    sql`/* usage.sum_booked_after */ select service, plmn, sum(bytes_up + bytes_down)::bigint as bytes, sum(units)::bigint as units
          from usage_records where ${recordsOf(ctx, of)} and batch_id >= ${after(at)}::uuid group by 1, 2`,
  );
}

/** What was booked there at that instant, in the order of batches and of places in them: nearly always one batch. */
export async function listBookedAt(ctx: Ctx, of: RecordsOf, at: Date, limit: number): Promise<StoredRecord[]> {
  return rows<StoredRecord>(
    ctx,
    sql`/* usage.list_booked_at */ select ${columns} from usage_records
         where ${recordsOf(ctx, of)} and batch_id >= ${firstIdAt(at)}::uuid and batch_id < ${after(at)}::uuid
         order by batch_id, position limit ${limit}`,
  );
}

function recordsOf(ctx: Ctx, of: RecordsOf): Sql {
  const where = 'poolPeriodId' in of ? sql`pool_period_id = ${of.poolPeriodId}` : sql`period_id = ${of.periodId}`;
  return sql`organization_id = ${ctx.organization.id} and line_id = any(${uuids(of.lineIds)}::uuid[])
    and occurred_at >= ${of.from} and ${where}`;
}

function after(at: Date): Id {
  return firstIdAt(new Date(at.getTime() + 1));
}
