import { drive, someImsis } from '../drive.ts';
import { nodeRss, openMeter } from '../machine.ts';
import { startProduct } from '../product.ts';
import { openStore } from '../store.ts';
import type { Row } from '../table.ts';
import { openSessions, radiusLoad } from './radius.ts';

/**
 * The whole product under steady load, a line every minute: cost and memory must stay flat. Drift is looked for at the
 * end, when nothing is under way, and on request also every minute while it is.
 */
export async function soakRow(
  seconds: number,
  rate: number,
  sims: number,
  driftEachMinute: boolean,
  say: (text: string) => void,
): Promise<Row> {
  const store = await openStore({ sims });
  const product = await startProduct(store);
  try {
    const drift = async () => (await store.drift()).length;
    const meter = openMeter(store.embedded.pid);
    let before = { answered: 0, nodeUs: 0, postgresUs: 0 };
    const costs: number[] = [];
    const rss: number[] = [];
    const minutes: Promise<void>[] = [];
    say('minute  per second  lost  p50 ms  p99 ms  Node µs  PostgreSQL µs  Node MB  database');
    const report = await drive(
      radiusLoad({
        port: product.radius.acctPort,
        tag: 'soak',
        seconds,
        imsis: someImsis(openSessions, sims),
        rate,
        reportSeconds: Math.min(60, seconds / 3),
      }),
      (r) => {
        const used = meter.read();
        const answered = Math.max(1, r.answered - before.answered);
        const node = (used.nodeUs - before.nodeUs) / answered;
        const postgres = (used.postgresUs - before.postgresUs) / answered;
        before = { answered: r.answered, nodeUs: used.nodeUs, postgresUs: used.postgresUs };
        costs.push(node + postgres);
        rss.push(nodeRss());
        const perSecond = answered / Math.min(60, seconds / 3);
        minutes.push(
          store.size().then(async (size) => {
            const found = driftEachMinute ? `  drift ${await drift()}` : '';
            say(
              [
                String(Math.round(r.seconds / 60)).padStart(6),
                perSecond.toFixed(0).padStart(10),
                String(r.lost).padStart(4),
                r.p50.toFixed(1).padStart(6),
                r.p99.toFixed(1).padStart(6),
                node.toFixed(1).padStart(7),
                postgres.toFixed(1).padStart(13),
                String(Math.round(rss.at(-1)! / 2 ** 20)).padStart(7),
                `${size}${found}`,
              ].join('  '),
            );
          }),
        );
      },
    );
    await Promise.all(minutes);
    const used = meter.read();
    meter.stop();
    await product.worker.runToQuiet();
    say('looking for drift');
    const found = await drift();
    const flat = flatness(costs);
    return {
      name: `soak of ${Math.round(seconds / 60)} min at ${rate}/s`,
      offered: report.offered,
      answered: report.answered,
      lost: report.lost,
      rate: report.answered / report.seconds,
      p50: report.p50,
      p99: report.p99,
      nodeUs: used.nodeUs / report.answered,
      postgresUs: used.postgresUs / report.answered,
      rssBytes: Math.max(...rss, used.rssBytes),
      target: '0 lost, no drift, flat',
      met: report.lost === 0 && found === 0 && flat <= 1.2,
      notes: [
        `cost of the last third is ${flat.toFixed(2)} × that of the first; ${found} rows of drift; p50 and p99 are of the last interval`,
      ],
    };
  } finally {
    await product.stop();
    await store.close();
  }
}

/** The mean of the last third by the mean of the first. */
function flatness(values: number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / Math.max(1, part.length);
  return mean(values.slice(-third)) / mean(values.slice(0, third));
}
