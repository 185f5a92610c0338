import { bigints, instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { inOneFlight, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { addToPoolHours } from './pools.ts';
import type { UsageRecord } from './records.ts';

/** Usage without a fleet is kept under this id in the hourly totals. */
export const noFleet = '00000000-0000-0000-0000-000000000000';

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
    addUnits(ctx, records),
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

type UnitsRow = Pick<UsageRecord, 'lineId' | 'plmn' | 'service'> & {
  hour: number;
  fleetId: string;
  units: bigint;
  charge: bigint;
  records: number;
};

/** Adds messages and seconds to the hours of their lines. Most batches have none, and cost no statement. */
async function addUnits(ctx: Ctx, records: UsageRecord[]): Promise<void> {
  const hours = new Map<string, UnitsRow>();
  for (const record of records) {
    if (record.service === 'data') continue;
    const { lineId, plmn, service } = record;
    const hour = Math.floor(record.occurredAt.getTime() / hourMs);
    const fleetId = record.fleetId ?? noFleet;
    const key = [lineId, hour, plmn, fleetId, service].join(' ');
    const row = hours.get(key) ?? { lineId, hour, plmn, fleetId, service, units: 0n, charge: 0n, records: 0 };
    row.units += record.units;
    row.charge += record.chargeMicros;
    row.records += 1;
    hours.set(key, row);
  }
  if (hours.size === 0) return;
  // Sorted, so that two writers always take these rows in the same order.
  const rows = [...hours].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const of = <K extends keyof UnitsRow>(field: K) => rows.map((row) => row[field]);
  await run(
    ctx,
    sql`/* usage.add_units */ insert into usage_hourly_units as h
          (organization_id, line_id, hour, plmn, fleet_id, service, units, charge_micros, records)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(of('lineId'))}::uuid[], ${instants(of('hour').map((hour) => new Date(hour * hourMs)))}::timestamptz[],
                      ${texts(of('plmn'))}::text[], ${uuids(of('fleetId'))}::uuid[], ${texts(of('service'))}::text[],
                      ${bigints(of('units'))}::bigint[], ${bigints(of('charge'))}::bigint[], ${ints(of('records'))}::int[]) as u
        on conflict (organization_id, line_id, hour, plmn, fleet_id, service) do update
           set units = h.units + excluded.units, charge_micros = h.charge_micros + excluded.charge_micros,
               records = h.records + excluded.records`,
  );
}
