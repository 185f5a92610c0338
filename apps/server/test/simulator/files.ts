import { takeInRecords } from '../../src/charging/intake.ts';
import { type Database, query, sql } from '../../src/kit/db.ts';
import { publicId } from '../../src/kit/ids.ts';
import type { SimulatedSim, Tenant } from './tenant.ts';
import type { Simulation } from './world.ts';

/** Usage records that bring their own id, as the model knows them: each counts once, whatever was answered. */
export type Files = { records: FileRecord[] };
export type FileRecord = { body: Body; bytes: bigint; told: string | null };
type Body = { id: string; occurredAt: string; bytesUp: string; bytesDown: string } & (
  | { sim: string }
  | { imsi: string; telecom: string }
);

const source = 'files';
/** Times that a record is sent before its silence counts as a find. */
const sends = 12;

export function newFiles(): Files {
  return { records: [] };
}

/** The next record of a line, named in one way or the other, which belongs to the model from now on. */
export function nextRecord(
  { files }: Tenant,
  { id, device }: SimulatedSim,
  byImsi: boolean,
  at: Date,
  [up, down]: [bigint, bigint],
): FileRecord {
  const name = byImsi
    ? { imsi: device.who.imsi!, telecom: publicId('telecom', device.who.telecomId) }
    : { sim: publicId('sim', id) };
  const body = {
    id: `record-${files.records.length}`,
    occurredAt: at.toISOString(),
    bytesUp: up.toString(),
    bytesDown: down.toString(),
  };
  const record = { body: { ...body, ...name }, bytes: up + down, told: null };
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
  }
}

/** The same id with another body is refused, and changes nothing. */
export async function sendAnotherBody(world: Simulation, tenant: Tenant, { body, told }: FileRecord): Promise<void> {
  if (told === null) return;
  const [result] = await takeInRecords(tenant.ctx(), world.charger(), source, [
    { ...body, bytesUp: `1${body.bytesUp}` },
  ]);
  if (result!.outcome !== 'conflict')
    throw new Error(`another body of ${body.id} was answered ${JSON.stringify(result)}`);
}

/** What the model's records add up to, and what is charged or waits of them. */
export async function sumsOfFiles(owner: Database, tenant: Tenant): Promise<{ kept: string; found: string }> {
  const [stored] = await query<{ bytes: string }>(
    owner.pool,
    sql`select ((select coalesce(sum(bytes_up + bytes_down), 0) from usage_records r
                  where r.organization_id = o.id and r.source_id = s.id)
              + (select coalesce(sum(bytes_up + bytes_down), 0) from usage_inbox i
                  where i.organization_id = o.id and i.source_id = s.id and i.state <> 'charged'))::text as bytes
          from (select ${tenant.ctx().organization.id}::uuid as id) o
          join usage_sources s on s.organization_id = o.id and s.name = ${source}`,
  );
  const found = tenant.files.records.reduce((sum, { bytes }) => sum + bytes, 0n);
  return { kept: stored?.bytes ?? '0', found: found.toString() };
}
