import { setTimeout as sleep } from 'node:timers/promises';
import { takeInRecords } from '../../src/charging/intake.ts';
import { type Database, query, sql } from '../../src/kit/db.ts';
import { publicId } from '../../src/kit/ids.ts';
import type { SimulatedSim, Tenant } from './tenant.ts';
import type { Simulation } from './world.ts';

/** Usage records that bring their own id, as the model knows them: each counts once, whatever was answered. */
export type Files = { records: FileRecord[] };
export type FileRecord = { body: Body; quantity: Quantity; told: string | null };
export type Quantity = { bytes: bigint; units: bigint };
type Body = { id: string; occurredAt: string; plmn?: string } & Used &
  ({ sim: string } | { imsi: string; telecom: string });

type Used =
  | { bytesUp: string; bytesDown: string }
  | { service: 'sms'; messages: string }
  | { service: 'voice'; seconds: string };

const source = 'files';
/** Times that a record is sent before its silence counts as a find. */
const sends = 12;

export function newFiles(): Files {
  return { records: [] };
}

/** The next record of data of a line, named in one way or the other, which belongs to the model from now on. */
export function nextRecord(
  tenant: Tenant,
  sim: SimulatedSim,
  byImsi: boolean,
  at: Date,
  [up, down]: [bigint, bigint],
): FileRecord {
  const used = { bytesUp: up.toString(), bytesDown: down.toString() };
  return keep(tenant, sim, byImsi, at, used, { bytes: up + down, units: 0n });
}

/** Messages, or seconds of calls. */
export function nextUnits(tenant: Tenant, sim: SimulatedSim, service: 'sms' | 'voice', at: Date, units: bigint) {
  const used = service === 'sms' ? { service, messages: units.toString() } : { service, seconds: units.toString() };
  return keep(tenant, sim, false, at, used, { bytes: 0n, units });
}

function keep(
  { files }: Tenant,
  { id, device }: SimulatedSim,
  byImsi: boolean,
  at: Date,
  used: Used,
  quantity: Quantity,
): FileRecord {
  const name = byImsi
    ? { imsi: device.who.imsi!, telecom: publicId('telecom', device.who.telecomId) }
    : { sim: publicId('sim', id) };
  const visited = device.who.plmn === null ? {} : { plmn: device.who.plmn };
  const body = { id: `record-${files.records.length}`, occurredAt: at.toISOString(), ...visited, ...used, ...name };
  const record = { body, quantity, told: null };
  files.records.push(record);
  return record;
}

/** Sends records until each has its answer, and throws where that is not the one that its first sending got. */
export async function sendRecords(world: Simulation, tenant: Tenant, records: FileRecord[]): Promise<void> {
  let left = records;
  for (let attempt = 1; left.length > 0; attempt++) {
    const results = await takeInRecords(
      tenant.ctx(),
      world.charger(),
      source,
      left.map((record) => record.body),
    );
    const again = left.filter((record, i) => {
      const result = results[i]!;
      if (result.outcome === 'rejected' && result.retry) return true;
      if (result.outcome === 'rejected' || result.outcome === 'conflict' || result.outcome === 'accepted')
        throw new Error(`record ${record.body.id} was answered ${JSON.stringify(result)}`);
      const reason = ('reason' in result && result.reason) || 'charged';
      if (record.told !== null && (record.told !== reason || result.outcome !== 'repeated'))
        throw new Error(`record ${record.body.id} was ${record.told} at first, and is ${result.outcome} ${reason} now`);
      record.told = reason;
      return false;
    });
    if (again.length > 0 && attempt === sends) throw new Error(`records were turned away ${sends} times`);
    left = again;
    // A writer whose connection broke needs a moment for another, more of them where the machine is busy.
    if (left.length > 0) await sleep(20 * attempt);
  }
}

/** The same id with another body is refused, and changes nothing. */
export async function sendAnotherBody(world: Simulation, tenant: Tenant, { body, told }: FileRecord): Promise<void> {
  if (told === null) return;
  const [result] = await takeInRecords(tenant.ctx(), world.charger(), source, [
    { ...body, occurredAt: new Date(Date.parse(body.occurredAt) - 1000).toISOString() },
  ]);
  if (result!.outcome !== 'conflict')
    throw new Error(`another body of ${body.id} was answered ${JSON.stringify(result)}`);
}

/** What the model's records add up to, and what is charged or waits of them. */
export async function sumsOfFiles(owner: Database, tenant: Tenant): Promise<{ kept: string; found: string }> {
  const [stored] = await query<{ sums: string }>(
    owner.pool,
    sql`select coalesce(sum(bytes), 0) || ' ' || coalesce(sum(units), 0) as sums from (
          select bytes_up + bytes_down as bytes, units, source_id from usage_records
           where organization_id = ${tenant.ctx().organization.id}
          union all
          select bytes_up + bytes_down, units, source_id from usage_inbox
           where organization_id = ${tenant.ctx().organization.id} and state <> 'charged') u
          join usage_sources s on s.organization_id = ${tenant.ctx().organization.id} and s.id = u.source_id and s.name = ${source}`,
  );
  const sum = (of: keyof Quantity) => tenant.files.records.reduce((sum, { quantity }) => sum + quantity[of], 0n);
  return { kept: stored!.sums, found: `${sum('bytes')} ${sum('units')}` };
}
