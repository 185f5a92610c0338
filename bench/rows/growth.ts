import { fillUsage } from '../../apps/server/test/population.ts';
import { openStore } from '../store.ts';
import type { Row } from '../table.ts';
import { charge } from './charging.ts';

/** What charging a record costs with so many usage records stored already. */
export async function growthRows(
  sizes: number[],
  seconds: number,
  sims: number,
  say: (text: string) => void,
): Promise<Row[]> {
  const store = await openStore({ sims });
  try {
    const counters = new BigUint64Array(sims);
    const rows: Row[] = [];
    let first: number | null = null;
    let stored = 0;
    for (const size of sizes) {
      say(`storing records up to ${size.toLocaleString('en')}`);
      await fillUsage(store.owner, { ...store.population, nasId: store.nasId }, stored, size);
      stored = size;
      // What was just written is on disk before it is measured, not by the way.
      await store.settle();
      const measured = await charge(store, counters, seconds, { window: 10_000 });
      const cost = measured.nodeUs + measured.postgresUs;
      first ??= cost;
      const ratio = cost / first;
      rows.push({
        name: `charged with ${size.toLocaleString('en')} records stored`,
        ...measured,
        ratio: { value: ratio, of: `cost at ${sizes[0]!.toLocaleString('en')}` },
        ...(size === sizes.at(-1) && sizes.length > 1 ? { target: 'cost ≤ 1.3 ×', met: ratio <= 1.3 } : {}),
        notes: [`${cost.toFixed(1)} µs per record, Node and PostgreSQL together; database ${await store.size()}`],
      });
    }
    return rows;
  } finally {
    await store.close();
  }
}
