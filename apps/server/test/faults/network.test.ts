import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { seeded } from '../../src/simulated/random.ts';
import { openNetwork, replay, traffic } from '../crash/network.ts';
import { residentMb } from '../crash/process.ts';
import { openProduct, type Product } from './product.ts';
import { fair, openTcpProxy, openUdpProxy } from './proxy.ts';

/** R1 and R9 of the battery with the wire itself at fault: between the network and us, and between us and PostgreSQL. */
const timeout = 120_000;
const recoveryMs = 10_000;

let product: Product;
const proxies: { close(): unknown }[] = [];
afterEach(async () => {
  await product.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

it('a network that loses, doubles and reorders packets: each byte is counted once', { timeout }, async () => {
  product = await openProduct('lossy');
  const { subject, gateway, devices, feed } = product;
  const weather = { delayMs: [0, 60], drop: 0.2, duplicate: 0.2 } as const;
  const proxy = await openUdpProxy(
    { host: '127.0.0.1', port: subject.ready.radius.acctPort },
    seeded('lossy wire'),
    weather,
  );
  proxies.push(proxy);
  const ports = { ...subject.ready.radius, acctPort: proxy.port };
  await traffic(await openNetwork(ports, gateway), devices, feed, (answered) => answered(300));
  expect(await product.lost()).toEqual([]);
  await replay(await openNetwork(ports, gateway), feed);
  expect(await product.wrong()).toEqual([]);
  expect(await product.lost()).toEqual([]);
  expect(proxy.seen.dropped).toBeGreaterThan(50);
  expect(proxy.seen.duplicated).toBeGreaterThan(50);
  console.log('lossy network', feed.length, 'packets', proxy.seen);
});

describe('the wire to PostgreSQL', () => {
  it.each(['reset', 'slow', 'cut', 'half closed', 'silent'] as const)(
    '%s: nothing acknowledged is lost, and the same process goes on',
    { timeout },
    async (fault) => {
      const random = seeded(`postgres ${fault}`);
      let proxy!: Awaited<ReturnType<typeof openTcpProxy>>;
      product = await openProduct(fault, async (url) => {
        proxy = await openTcpProxy({ host: url.hostname, port: Number(url.port) }, random, { ...fair });
        proxies.push(proxy);
        url.host = `127.0.0.1:${proxy.port}`;
        return url;
      });
      const { subject, gateway, devices, feed } = product;
      const faults: Record<typeof fault, () => Promise<void>> = {
        async reset() {
          for (let i = 0; i < 8; i++) {
            await sleep(random() * 300);
            proxy.reset();
          }
        },
        async slow() {
          proxy.weather.delayMs = [500, 2_000];
          await sleep(4_000);
          proxy.weather.delayMs = [0, 0];
        },
        async cut() {
          proxy.cut();
          await sleep(3_000);
          proxy.mend();
        },
        async 'half closed'() {
          proxy.halfClose();
          await sleep(500);
        },
        async silent() {
          proxy.pause();
          await sleep(3_000);
          proxy.resume();
        },
      };
      await traffic(await openNetwork(subject.ready.radius, gateway), devices, feed, async (answered) => {
        await answered(60);
        await faults[fault]();
        const back = performance.now();
        await answered(60);
        const recovered = performance.now() - back;
        console.log(
          `PostgreSQL ${fault}: 60 answers ${recovered.toFixed(0)} ms after it, ${residentMb(subject).toFixed(0)} MB`,
        );
        expect(recovered).toBeLessThan(recoveryMs);
      });
      expect(subject.child.exitCode, subject.output()).toBeNull();
      expect(residentMb(subject)).toBeLessThan(600);
      expect(await product.lost()).toEqual([]);
      await replay(await openNetwork(subject.ready.radius, gateway), feed);
      expect(await product.wrong()).toEqual([]);
      expect(await product.lost()).toEqual([]);
    },
  );
});
