import { randomBytes } from 'node:crypto';
import * as carriers from '../src/carriers/index.ts';
import * as inventory from '../src/inventory/index.ts';
import { esimRoster, openTelecom, roster } from '../src/simulated/index.ts';
import { createApiKey } from '../src/tenancy/index.ts';
import type { World } from './world.ts';

/** The simulated telecom as the worker reaches it; null while it is away. */
export type Reached = { baseUrl: string; token: string; coaPort: number; stop(): Promise<void> };

/** A roster whose first devices all attach; one in twelve never does. */
const seed = 'night';

/**
 * A simulated telecom beside a world: `count` SIMs and `esims` eSIMs, all in stock. It lives a hundred times as fast, and its SM-DP+ tells
 * us of downloads by an API key that may do nothing else. The world must have been opened with `simulated: () => …` naming what `reach` gives.
 */
export async function playTelecom(
  world: World,
  { count, esims, address }: { count: number; esims: number; address: string },
) {
  const telecom = await carriers.createTelecom(world.ctx(), {
    name: `Simulated ${seed}`,
    connector: 'simulated',
    operationsPerSecond: 1000,
  });
  const secret = randomBytes(12).toString('base64url');
  const token = randomBytes(12).toString('hex');
  const key = await createApiKey(world.ctx(), { name: 'SM-DP+', permissions: ['provisioning.esim_profile.report'] });
  const { authPort, acctPort } = world.running.radius;
  const played = await openTelecom(
    {
      ...{
        seed,
        count,
        esims,
        radiusHost: '127.0.0.1',
        authPort,
        acctPort,
        secret,
        address,
        coaPort: 0,
        controlPort: 0,
      },
      ...{
        token,
        interimSeconds: 15,
        speed: 100,
        intake: null,
        progress: { url: `${world.url}/api/v1`, token: key.text },
      },
    },
    () => new Date(),
  );
  await carriers.createNas(world.ctx(), {
    ...{
      telecomId: telecom.id,
      name: seed,
      sourceRange: `${address}/32`,
      secret,
      coaHost: address,
      coaPort: played.coaPort,
    },
    ...{ requireMessageAuthenticator: true, noGigawords: false },
  });
  await world.running.directory.refresh();
  const add = async (devices: ReturnType<typeof roster>, form: 'physical' | 'esim') =>
    inventory.addSims(
      world.ctx(),
      devices.map(({ iccid, imsi, msisdn }) => ({
        ...{ telecomId: telecom.id, iccid, imsi, msisdn, eid: null, iccidCheckDigit: 'ok' as const, form },
      })),
    );
  const cards = await add(roster(seed, count), 'physical');
  const stock = await add(esimRoster(seed, esims), 'esim');
  const reached: Reached = {
    baseUrl: `http://127.0.0.1:${played.controlPort}`,
    ...{ token, coaPort: played.coaPort, stop: () => played.close() },
  };
  return { telecom, cards, esims: stock.map(({ iccid }) => iccid), reached };
}
