import { drive, someImsis } from '../drive.ts';
import { startFreeRadius } from '../freeradius.ts';
import type { Load, Report } from '../generator.ts';
import { openMeter } from '../machine.ts';
import type { Product } from '../product.ts';
import { type Store, secret } from '../store.ts';
import type { Row } from '../table.ts';

/** Sessions that are open at the network while accounting is measured. */
export const openSessions = 5000;

/** Packets per second that are to be charged and answered. */
const promisedRate = 8000;

export function radiusLoad(load: Partial<Load> & Pick<Load, 'port' | 'tag' | 'seconds' | 'imsis'>): Load {
  return {
    host: '127.0.0.1',
    secret,
    sockets: 16,
    window: null,
    rate: 1000,
    grow: [1_000, 20_000],
    limitBytes: null,
    reportSeconds: null,
    ...load,
  };
}

/** Runs a load and measures both sides of the server meanwhile. `others`: further processes that serve it. */
export async function measure(
  store: Store,
  load: Load,
  others: number[] = [],
): Promise<Omit<Row, 'name'> & { rate: number; p99: number; report: Report; othersUs: number }> {
  const meter = openMeter(store.embedded.pid, others);
  const report = await drive(load);
  const used = meter.read();
  meter.stop();
  const per = (us: number) => us / Math.max(1, report.answered);
  return {
    offered: report.offered,
    answered: report.answered,
    lost: report.lost,
    // Until the last answer, so that a backlog at the end counts.
    rate: report.answered / report.seconds,
    p50: report.p50,
    p99: report.p99,
    nodeUs: per(used.nodeUs),
    postgresUs: per(used.postgresUs),
    othersUs: per(used.othersUs),
    rssBytes: used.rssBytes,
    notes: [
      `generator ${(report.cpuUs / Math.max(1, report.offered)).toFixed(0)} µs per packet${report.late ? `, ${report.late} packets sent late by more than 10 ms` : ''}`,
    ],
    report,
  };
}

export async function radiusRows(store: Store, product: Product, sims: number, seconds: number): Promise<Row[]> {
  const { acctPort } = product.radius;
  const imsis = someImsis(openSessions, sims);
  const { window, tried } = await bestWindow(store, (w) =>
    radiusLoad({ port: acctPort, tag: `tune-${w}`, seconds: Math.min(4, seconds), imsis, window: w }),
  );
  const {
    report: _closed,
    othersUs: _,
    ...closed
  } = await measure(store, radiusLoad({ port: acctPort, tag: 'closed', seconds, imsis, window }));
  const open: Row[] = [];
  // Half of what the product promises, and half of what it just did.
  for (const [rate, promised] of [
    [promisedRate / 2, true],
    [Math.floor(closed.rate / 2), false],
  ] as const) {
    const load = radiusLoad({ port: acctPort, tag: `open-${rate}`, seconds, imsis, rate });
    const { report: _open, othersUs: __, ...row } = await measure(store, load);
    const name = `RADIUS accounting, open loop at ${rate}/s`;
    if (promised) open.push({ name, ...row, target: 'p99 ≤ 50 ms, 0 lost', met: row.p99 <= 50 && row.lost === 0 });
    else open.push({ name: `${name}, half of the rate above`, ...row });
  }
  return [
    {
      name: `RADIUS accounting, closed loop, window ${window}`,
      ...closed,
      notes: [...(closed.notes ?? []), `windows tried: ${tried}`],
      target: `≥ ${promisedRate.toLocaleString('en')}/s, 0 lost`,
      met: closed.rate >= promisedRate && closed.lost === 0,
    },
    ...open,
  ];
}

async function bestWindow(store: Store, loadOf: (window: number) => Load): Promise<{ window: number; tried: string }> {
  const found: { window: number; rate: number }[] = [];
  for (const window of [128, 512, 1500]) {
    const { rate, lost } = await measure(store, loadOf(window));
    found.push({ window, rate: lost ? 0 : rate });
  }
  const best = found.reduce((a, b) => (b.rate > a.rate ? b : a));
  return { window: best.window, tried: found.map((f) => `${f.window}: ${Math.round(f.rate)}/s`).join(', ') };
}

/** The peer: stores accounting in PostgreSQL and rates nothing. Same generator, same database server, same minutes. */
export async function freeRadiusRow(store: Store, sims: number, seconds: number): Promise<Row> {
  const name = 'FreeRADIUS with PostgreSQL accounting';
  const peer = await startFreeRadius(store);
  if ('skipped' in peer) return { name, notes: [peer.skipped] };
  try {
    const imsis = someImsis(openSessions, sims);
    const found: { window: number; row: Awaited<ReturnType<typeof measure>> }[] = [];
    for (const window of [16, 64]) {
      const load = radiusLoad({ port: peer.port, tag: `peer-${window}`, seconds: seconds / 2, imsis, window });
      found.push({ window, row: await measure(store, load, [peer.pid]) });
    }
    const best = found.reduce((a, b) => (b.row.rate > a.row.rate ? b : a));
    const { report: _, othersUs, nodeUs: __, ...row } = best.row;
    return {
      name: `${name}, window ${best.window}`,
      ...row,
      notes: [
        ...(row.notes ?? []),
        `radiusd ${othersUs.toFixed(0)} µs per packet; better of ${found.map((f) => `window ${f.window}: ${Math.round(f.row.rate)}/s`).join(', ')}`,
      ],
    };
  } finally {
    await peer.stop();
  }
}
