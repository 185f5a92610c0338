import { takeInRestatements } from '../../../src/charging/restatement-intake.ts';
import { query, sql } from '../../../src/kit/db.ts';
import { publicId } from '../../../src/kit/ids.ts';
import { below, bytes, chance, one } from '../draw.ts';
import type { SimulatedSim, Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';
import { loose } from './staff.ts';

const dayMs = 86_400_000;
const carrierZones = ['UTC', 'Asia/Tokyo', 'America/New_York'];

/** Carriers tell the total of a day again: more, less, or the same. */
export const corrections: Action[] = [
  {
    weight: 2.5,
    name: 'a restated day',
    async act(world, tenant) {
      const sim = one(world, tenant.sims.filter(loose));
      // A telecom has its own days, and stays with them.
      const zone = carrierZones[tenant.sims.indexOf(sim) % carrierZones.length]!;
      const day = new Date(world.now().getTime() - (2 + below(world, 60)) * dayMs).toISOString().slice(0, 10);
      await world.settle();
      const booked = await bookedOf(world, tenant, sim, day, zone);
      const total = chance(world, 0.4) ? booked / 2n : booked + bytes(world);
      const up = total / 3n;
      const body = { sim: publicId('sim', sim.id), day, bytesUp: String(up), bytesDown: String(total - up) };
      const results = [];
      for (let i = 0; i < (chance(world, 0.3) ? 2 : 1); i++) {
        results.push(...(await takeInRestatements(tenant.ctx(), world.charger(), { source: 'carrier', zone }, [body])));
      }
      const now = await bookedOf(world, tenant, sim, day, zone);
      const said = results.map((result) => result.outcome);
      const stands = said.every((outcome) => outcome === 'booked' || outcome === 'equal' || outcome === 'unrated');
      if (stands && now !== total) throw new Error(`a day restated to ${total} bytes is booked with ${now}: ${said}`);
      if (said[1] === 'booked') throw new Error('a total that was told twice was booked twice');
      return [sim.device];
    },
  },
];

/** What is charged of a day, or waits to be; a time that nobody believes is in no day. */
async function bookedOf(world: Simulation, tenant: Tenant, { id }: SimulatedSim, day: string, zone: string) {
  const [row] = await query<{ bytes: bigint }>(
    world.owner.pool,
    sql`select coalesce(sum(bytes), 0)::bigint as bytes from (
          select bytes_up + bytes_down as bytes, occurred_at from usage_records
           where organization_id = ${tenant.ctx().organization.id} and line_id = ${id} and service = 'data'
          union all
          select bytes_up + bytes_down, occurred_at from usage_inbox
           where organization_id = ${tenant.ctx().organization.id} and line_id = ${id} and service = 'data'
             and state in ('waiting', 'unrated') and reason not in ('time_in_future', 'time_in_past')) u
         where (occurred_at at time zone ${zone})::date = ${day}::date`,
  );
  return row!.bytes;
}
