import { someImsis } from '../drive.ts';
import type { Product } from '../product.ts';
import type { Store } from '../store.ts';
import type { Row } from '../table.ts';
import { measure, openSessions, radiusLoad } from './radius.ts';

const perSecond = 4000;
const limitBytes = 1_000_000;

/**
 * A packet that brings a line to its data limit is answered after the commit that holds the block, so its answer's
 * latency is that of the verdict, and a little more. Growth is drawn so that every line crosses in the time given.
 */
export async function verdictRow(store: Store, product: Product, sims: number, seconds: number): Promise<Row> {
  const rounds = Math.max(2, Math.floor((perSecond * seconds) / openSessions));
  const each = Math.ceil((limitBytes * 1.6) / rounds);
  const load = radiusLoad({
    port: product.radius.acctPort,
    tag: 'verdict',
    seconds,
    imsis: someImsis(openSessions, sims),
    rate: perSecond,
    grow: [Math.floor(each / 2), each * 2],
    limitBytes,
  });
  const { report, othersUs: _, ...measured } = await measure(store, load);
  // What was over the limit when the verdict fell: at most what one batch brought to the line.
  const { rows } = await store.owner.pool.query(
    `select count(*)::int as blocks, max((detail->>'usedBytes')::bigint - (detail->>'limitBytes')::bigint)::text as most,
            avg((detail->>'usedBytes')::bigint - (detail->>'limitBytes')::bigint)::bigint::text as mean
       from blocks where organization_id = $1 and reason = 'data_limit'`,
    [store.organization.id],
  );
  const [found] = rows as [{ blocks: number; most: string | null; mean: string | null }];
  return {
    name: `received → verdict and block committed, ${perSecond}/s`,
    ...measured,
    p50: report.crossingP50,
    p99: report.crossingP99,
    target: 'p99 < 1 s',
    met: report.crossingP99 < 1000 && found.blocks >= report.crossings,
    notes: [
      ...(measured.notes ?? []),
      `${report.crossings} lines crossed ${limitBytes} bytes, ${found.blocks} blocks; past the limit at the verdict: mean ${found.mean ?? 0}, at most ${found.most ?? 0} bytes, with ${Math.floor(each / 2)} to ${each * 2} bytes in a packet`,
    ],
  };
}
