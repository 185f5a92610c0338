import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type Database, retrying } from '../../src/kit/db.ts';
import { accountingAttributes, openClient } from '../../src/radius/index.ts';
import type { Sent } from '../crash/feed.ts';
import { residentMb } from '../crash/process.ts';
import { openProduct, type Product } from './product.ts';

/**
 * R10 of the battery: a gateway that was cut off sends a day of packets, a fifth of them twice, at ten times the rate of
 * what happens now. `STORM_SECONDS=60 LIVE_RATE=400` is the long one.
 */
const seconds = Number(process.env.STORM_SECONDS ?? 5);
const liveRate = Number(process.env.LIVE_RATE ?? 60);
const timeout = 120_000 + 10_000 * seconds;
/** What a NAS waits before it repeats (RFC 5080 section 2.2.1). */
const repeatMs = 2_000;
const day = 86_400;

let product: Product | null = null;
afterEach(async () => {
  await product?.close();
});

it('a day of packets replayed at ten times the live rate: live packets are all answered', { timeout }, async () => {
  product = await openProduct('storm');
  const { owner, subject, feed } = product;
  // Lines that were active all day, before anybody speaks of them.
  await besideTheProduct(owner, [
    `update billing_periods set starts_at = starts_at - interval '2 days', version = version + 1 where kind = 'active'`,
    `update lifecycle_changes set at = at - interval '2 days' where to_lifecycle = 'active'`,
  ]);
  const imsis = subject.ready.imsis.slice(0, 8);
  const now = Math.floor(Date.now() / 1000);

  const alone = await live(product, 'before', imsis, seconds);
  const packets = dayOf(imsis, now, liveRate * 10 * seconds);
  const storm = { answered: 0, unanswered: 0 };
  let raging = true;
  const replaying = (async () => {
    const client = await openNetwork(product!, 8);
    const sent = await atRate(packets, liveRate * 10, async (packet) => {
      feed.push(packet);
      packet.acknowledged = (await client.account(packet.attributes)) !== null;
      storm[packet.acknowledged ? 'answered' : 'unanswered'] += 1;
    });
    await Promise.all(sent);
    client.close();
    raging = false;
  })();
  const beside = await live(product, 'storm', imsis, seconds);
  const stillRaging = raging;
  await replaying;

  console.log(
    `replay storm: live ${liveRate}/s, p50 ${alone.p50} ms and p99 ${alone.p99} ms without it; p50 ${beside.p50} ms and p99 ${beside.p99} ms ` +
      `beside ${liveRate * 10}/s of yesterday (${storm.answered} answered, ${storm.unanswered} not), ${residentMb(subject).toFixed(0)} MB` +
      `${stillRaging ? '; the storm went on after the live packets' : ''}`,
  );
  expect(beside.unanswered).toBe(0);
  expect(alone.unanswered).toBe(0);
  expect(storm.unanswered).toBe(0);
  expect(beside.p99).toBeLessThan(repeatMs);
  expect(residentMb(subject)).toBeLessThan(600);
  expect(await product.lost()).toEqual([]);
  expect(await product.wrong()).toEqual([]);
});

/** Our own statements keep no lock order with those of a running product: the one that loses a deadlock comes again. */
async function besideTheProduct(owner: Database, statements: string[]): Promise<void> {
  for (const statement of statements) await retrying(10, () => owner.pool.query(statement));
}

function openNetwork({ subject, gateway }: Product, sockets: number) {
  return openClient({
    ...{ host: '127.0.0.1', secret: gateway.secret, localAddress: gateway.address },
    ...subject.ready.radius,
    ...{ sockets, timeoutMs: repeatMs, retries: 10 },
  });
}

type Latency = { p50: number; p99: number; unanswered: number };

/** What happens now, at its rate whatever becomes of it, and how long each packet waited for its answer. */
async function live(product: Product, name: string, imsis: string[], forSeconds: number): Promise<Latency> {
  const client = await openNetwork(product, 4);
  const counters = imsis.map((imsi, i) => ({ imsi, session: `live-${name}-${i}`, up: 0n }));
  const waits: number[] = [];
  let unanswered = 0;
  const packets = Array.from({ length: liveRate * forSeconds }, (_, i) => counters[i % counters.length]!);
  const sent = await atRate(packets, liveRate, async (device) => {
    device.up += 1_000n;
    const packet = packetOf(device.imsi, device.session, device.up, Math.floor(Date.now() / 1000));
    product.feed.push(packet);
    const began = performance.now();
    packet.acknowledged = (await client.account(packet.attributes)) !== null;
    if (packet.acknowledged) waits.push(performance.now() - began);
    else unanswered += 1;
  });
  await Promise.all(sent);
  client.close();
  waits.sort((a, b) => a - b);
  const at = (share: number) => Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]!);
  return { p50: at(0.5), p99: at(0.99), unanswered };
}

/** A day's interims of each line in one session, cumulative and in order, a fifth of them once more. */
function dayOf(imsis: string[], now: number, count: number): Sent[] {
  const each = Math.ceil(count / imsis.length / 1.2);
  return Array.from({ length: each }, (_, step) =>
    imsis.flatMap((imsi, i) => {
      const packet = packetOf(
        imsi,
        `day-${i}`,
        BigInt(step + 1) * 500n,
        now - day + Math.floor((step * (day - 3600)) / each),
      );
      return (step + i) % 5 === 0 ? [packet, { ...packet }] : [packet];
    }),
  ).flat();
}

function packetOf(imsi: string, session: string, up: bigint, at: number): Sent {
  const record = { status: 'interim', acctSessionId: session, up, down: 0n, eventTime: new Date(at * 1000) } as const;
  return {
    ...{ session, status: 'interim', up, down: 0n, acknowledged: false },
    attributes: accountingAttributes({ imsi, plmn: '26201' }, record),
  };
}

/** Begins so many a second, whether or not the earlier ones have ended. */
async function atRate<T>(
  items: readonly T[],
  perSecond: number,
  work: (item: T) => Promise<void>,
): Promise<Promise<void>[]> {
  const began = performance.now();
  const running: Promise<void>[] = [];
  while (running.length < items.length) {
    const due = Math.min(items.length, Math.ceil(((performance.now() - began) / 1000) * perSecond));
    for (const item of items.slice(running.length, due)) running.push(work(item));
    await sleep(5);
  }
  return running;
}
