import { texts } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { raw, rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** The lines of a telecom behind IMSIs or numbers; of several with one, that in use comes before an archived one, then the newest. */
export async function findByNumber(
  ctx: Ctx,
  telecomId: Id,
  by: 'imsi' | 'msisdn',
  numbers: string[],
): Promise<Map<string, Id>> {
  if (numbers.length === 0) return new Map();
  const column = raw(`s.${by}`);
  const found = await rows<{ number: string; id: Id }>(
    ctx,
    sql`/* inventory.find_by_number */ select distinct on (${column}) ${column} as number, s.id from sims s
         where s.organization_id = ${ctx.organization.id} and s.telecom_id = ${telecomId} and ${column} = any(${texts(numbers)}::text[])
         order by ${column}, (s.lifecycle = 'archived'), s.id desc`,
  );
  return new Map(found.map(({ number, id }) => [number, id]));
}
