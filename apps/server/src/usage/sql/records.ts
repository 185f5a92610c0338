import { bigints, booleans, instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { inOneFlight, nothing, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Service } from '../model.ts';
import { addToPoolHours } from './pools.ts';

/** Charged usage, ready to store. `chargeMicros` is this record's share: f(total after) − f(total before). */
export type UsageRecord = {
  occurredAt: Date;
  lineId: Id;
  sourceId: Id;
  sourceKey: Id;
  sessionId: Id | null;
  receivedAt: Date;
  bytesUp: bigint;
  bytesDown: bigint;
  plmn: string;
  fleetId: Id | null;
  service: Service;
  /** Messages, or seconds of calls; 0 for data. */
  units: bigint;
  chargeMicros: bigint;
  late: boolean;
  /** No zone of the plan could be told by the network, and the default rate served. */
  unknownNetwork: boolean;
  periodId: Id;
  /** The month of the pool that the charge belongs to, where it is not the line's own period. */
  poolPeriodId: Id | null;
  position: number;
};

export const noFleet = '00000000-0000-0000-0000-000000000000';

/**
 * Inserts records. One whose dedupe key is there already fails them all with a unique violation (23505): the look-up of
 * sessions and claims has let no repeat through, so somebody was faster, and looking for conflicts first would cost
 * every record. They go in by line: neighbours in the index of lines are then written one after the other.
 */
export async function insertRecords(ctx: Ctx, batchId: Id, records: UsageRecord[]): Promise<number> {
  const of = <K extends keyof UsageRecord>(field: K) => records.map((record) => record[field]);
  // Most batches hold plain data alone: what only others have is not sent, and the columns keep their defaults.
  const plain = records.every((r) => r.service === 'data' && r.poolPeriodId === null && !r.unknownNetwork);
  const more = plain ? nothing : sql`, service, units, pool_period_id, unknown_network`;
  const theirs = plain
    ? nothing
    : sql`, ${texts(of('service'))}::text[], ${bigints(of('units'))}::bigint[], ${uuids(of('poolPeriodId'))}::uuid[],
          ${booleans(of('unknownNetwork'))}::boolean[]`;
  return run(
    ctx,
    sql`/* usage.insert_records */ insert into usage_records
          (organization_id, batch_id, occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down,
           plmn, fleet_id, charge_micros, late, period_id, position${more})
        select ${ctx.organization.id}, ${batchId}::uuid, u.*
          from unnest(${instants(of('occurredAt'))}::timestamptz[], ${uuids(of('lineId'))}::uuid[], ${uuids(of('sourceId'))}::uuid[],
                      ${uuids(of('sourceKey'))}::uuid[], ${uuids(of('sessionId'))}::uuid[], ${instants(of('receivedAt'))}::timestamptz[],
                      ${bigints(of('bytesUp'))}::bigint[], ${bigints(of('bytesDown'))}::bigint[], ${texts(of('plmn'))}::text[],
                      ${uuids(of('fleetId'))}::uuid[], ${bigints(of('chargeMicros'))}::bigint[], ${booleans(of('late'))}::boolean[],
                      ${uuids(of('periodId'))}::uuid[], ${ints(of('position'))}::int[]${theirs}) as u(occurred_at, line_id)
         order by u.line_id`,
  );
}

/** Adds the records of a batch to the hours of their lines, of their pools, and of the organization, these two kept apart per writer. */
export async function addToHourly(ctx: Ctx, records: UsageRecord[], shard: number): Promise<void> {
  const lines = new Map<Id, HourlyRow>();
  const totals = new Map<Id, HourlyRow>();
  for (const record of records) {
    const hour = Math.floor(record.occurredAt.getTime() / hourMs);
    add(lines, record.lineId, record, hour, record.fleetId ?? noFleet);
    add(totals, noFleet, record, hour, noFleet);
  }
  // Sorted by key, so that two writers always take these rows in the same order.
  const perLine = sorted(lines);
  const whole = sorted(totals);
  await inOneFlight([
    run(
      ctx,
      sql`/* usage.add_to_hourly */ insert into usage_hourly as h
            (organization_id, line_id, hour, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
          select ${ctx.organization.id}, u.*
            from unnest(${uuids(perLine.map((h) => h.lineId))}::uuid[], ${hours(perLine)}::timestamptz[],
                        ${texts(perLine.map((h) => h.plmn))}::text[], ${uuids(perLine.map((h) => h.fleetId))}::uuid[],
                        ${bigints(perLine.map((h) => h.up))}::bigint[], ${bigints(perLine.map((h) => h.down))}::bigint[],
                        ${bigints(perLine.map((h) => h.charge))}::bigint[], ${ints(perLine.map((h) => h.records))}::int[]) as u
          on conflict (organization_id, line_id, hour, plmn, fleet_id) do update
             set bytes_up = h.bytes_up + excluded.bytes_up, bytes_down = h.bytes_down + excluded.bytes_down,
                 charge_micros = h.charge_micros + excluded.charge_micros, records = h.records + excluded.records`,
    ),
    run(
      ctx,
      sql`/* usage.add_to_totals */ insert into usage_hourly_totals as h
            (organization_id, shard, hour, plmn, bytes_up, bytes_down, charge_micros, records)
          select ${ctx.organization.id}, ${shard}::smallint, u.*
            from unnest(${hours(whole)}::timestamptz[], ${texts(whole.map((h) => h.plmn))}::text[],
                        ${bigints(whole.map((h) => h.up))}::bigint[], ${bigints(whole.map((h) => h.down))}::bigint[],
                        ${bigints(whole.map((h) => h.charge))}::bigint[], ${ints(whole.map((h) => h.records))}::int[]) as u
          on conflict (organization_id, hour, plmn, shard) do update
             set bytes_up = h.bytes_up + excluded.bytes_up, bytes_down = h.bytes_down + excluded.bytes_down,
                 charge_micros = h.charge_micros + excluded.charge_micros, records = h.records + excluded.records`,
    ),
    addToPoolHours(ctx, records, shard),
  ]);
}

const hourMs = 3_600_000;

function hours(rows: HourlyRow[]): Buffer {
  return instants(rows.map((row) => new Date(row.hour * hourMs)));
}

type HourlyRow = {
  lineId: Id;
  /** Whole hours since 1970. */
  hour: number;
  plmn: string;
  fleetId: Id;
  up: bigint;
  down: bigint;
  charge: bigint;
  records: number;
  /** Another row of the same key in the map. */
  next: HourlyRow | null;
};

function add(into: Map<Id, HourlyRow>, key: Id, record: UsageRecord, hour: number, fleetId: Id): void {
  const { plmn } = record;
  const first = into.get(key) ?? null;
  let row = first;
  while (row && (row.hour !== hour || row.plmn !== plmn || row.fleetId !== fleetId)) row = row.next;
  if (row) {
    row.up += record.bytesUp;
    row.down += record.bytesDown;
    row.charge += record.chargeMicros;
    row.records += 1;
  } else {
    into.set(key, {
      lineId: record.lineId,
      hour,
      plmn,
      fleetId,
      up: record.bytesUp,
      down: record.bytesDown,
      charge: record.chargeMicros,
      records: 1,
      next: first,
    });
  }
}

function sorted(map: Map<Id, HourlyRow>): HourlyRow[] {
  const all: HourlyRow[] = [];
  for (const first of map.values()) for (let row: HourlyRow | null = first; row; row = row.next) all.push(row);
  return all.sort(
    (a, b) =>
      compare(a.lineId, b.lineId) || a.hour - b.hour || compare(a.plmn, b.plmn) || compare(a.fleetId, b.fleetId),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export type StoredRecord = UsageRecord & { batchId: Id };

/** Where a page of records ended. */
export type RecordPlace = Pick<UsageRecord, 'occurredAt' | 'position' | 'sourceKey'>;

/** The records of a line, newest first: what a charge is explained with. */
export async function listRecords(
  ctx: Ctx,
  filter: { lineId: Id; periodId?: Id; after?: RecordPlace; limit: number },
): Promise<StoredRecord[]> {
  const { after } = filter;
  return rows<StoredRecord>(
    ctx,
    sql`/* usage.list_records */ select occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down,
               plmn, fleet_id, charge_micros, late, period_id, batch_id, position
          from usage_records
         where organization_id = ${ctx.organization.id} and line_id = ${filter.lineId}
           and (${filter.periodId ?? null}::uuid is null or period_id = ${filter.periodId ?? null}::uuid)
           ${after ? sql`and (occurred_at, position, source_key) < (${after.occurredAt}, ${after.position}::int, ${after.sourceKey}::uuid)` : nothing}
         order by occurred_at desc, position desc, source_key desc limit ${filter.limit}`,
  );
}
