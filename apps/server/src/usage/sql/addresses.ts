import { texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** An address as a telecom gives it to its devices: another telecom may give the same one. */
export type DevicePlace = { telecomId: Id; address: string };

/**
 * The open sessions with these addresses that began last, two of each at most: a session whose Stop was lost may still seem
 * to have an address that its network has given to another device.
 */
export async function listLastWith(
  ctx: Ctx,
  places: DevicePlace[],
): Promise<(DevicePlace & { lineId: Id | null; startedAt: Date })[]> {
  return rows(
    ctx,
    sql`/* usage.list_last_with */ select p.telecom_id, p.address, s.line_id, s.started_at
          from unnest(${uuids(places.map((p) => p.telecomId))}::uuid[], ${texts(places.map((p) => p.address))}::text[])
               as p(telecom_id, address)
         cross join lateral (select line_id, started_at from sessions
               where organization_id = ${ctx.organization.id} and telecom_id = p.telecom_id and framed_ip = p.address and state = 'open'
               order by started_at desc limit 2) s
         order by p.telecom_id, p.address, s.started_at desc`,
  );
}
