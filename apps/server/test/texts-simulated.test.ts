import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DemoFile } from '../src/app/demo/index.ts';
import { simulatedDevices, simulatedSeed, staysInStock } from '../src/app/demo/world.ts';
import { roster } from '../src/simulated/index.ts';
import { type Demo, openDemo, until } from './demo.ts';
import { superSim } from './supersim/sdk.ts';

/** docs/journeys/19-text-to-a-sim.md with the demo as it is tried: its telecom in a process of its own, every loop running. */
let running: Demo;
let demo: DemoFile;

beforeAll(async () => {
  running = await openDemo();
  demo = running.demo;
});
afterAll(async () => {
  expect(await running?.drift()).toEqual([]);
  await running?.close();
});

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

it('five texts, sent and answered, make a ready SIM of the simulated telecom active, with its fee once', async () => {
  const sdk = superSim(running.url, demo.superSim);
  const stock = roster(simulatedSeed, simulatedDevices).filter(
    ({ profile }, i) => staysInStock(i) && profile.interims > 0 && profile.up + profile.down < 20_000,
  );
  const { iccid } = stock[0]!;
  const { items } = await api<{ items: { id: string }[] }>('GET', `/api/v1/sims?search=${iccid}`);
  const { registrationCode } = await api<{ registrationCode: string }>(
    'GET',
    `/api/v1/sims/${items[0]!.id}/registration-code`,
  );
  const { sid } = await sdk.sims.create({ iccid, registrationCode });
  const profile = await sdk.networkAccessProfiles.create({});
  const fleet = await sdk.fleets.create({ networkAccessProfile: profile.sid });
  await sdk.sims(sid).update({ status: 'ready', fleet: fleet.sid });
  const status = async () => (await sdk.sims(sid).fetch()).status;
  await until('the telecom confirms', async () => (await status()) === 'ready');

  const list = (direction?: 'to_sim' | 'from_sim') =>
    sdk.smsCommands.list({ sim: sid, ...(direction && { direction }) });
  for (const payload of ['ping', 'imei']) await sdk.smsCommands.create({ sim: sid, payload });
  await until('both answers', async () => (await list('from_sim')).length === 2);
  await until('both delivered', async () => (await list('to_sim')).every((text) => text.status === 'delivered'));
  expect((await list('from_sim')).map(({ payload }) => payload).sort()).toEqual([stock[0]!.imei, 'pong'].sort());
  expect(await status()).toBe('ready');

  await sdk.smsCommands.create({ sim: sid, payload: 'ping' });
  await until('the fifth is used', async () => (await status()) === 'active');
  const [period] = await sdk.sims(sid).billingPeriods.list();
  expect(period!.periodType).toBe('active');
  await until('all six', async () => (await list()).length === 6);
  const id = items[0]!.id;
  const periods = await api<{ items: { kind: string; fees: { amount: string }[] }[] }>(
    'GET',
    `/api/v1/sims/${id}/periods`,
  );
  expect(periods.items.map(({ kind, fees }) => [kind, fees.map(({ amount }) => amount)])).toEqual([
    ['active', ['2.00']],
    ['ready', []],
  ]);
  await until('each a message in its usage', async () => {
    const records = await api<{ items: object[] }>('GET', `/api/v1/sims/${id}/usage-records?service=sms`);
    return records.items.length === 6;
  });
  expect((await api<{ items: object[] }>('GET', '/api/v1/unplaced-messages')).items).toEqual([]);
});

it('a SIM that is suspended at its carrier gets none, and it says why', async () => {
  const sim = await until('the carrier has confirmed one', async () => {
    const { items } = await api<{ items: { id: string; telecom: { name: string } }[] }>(
      'GET',
      '/api/v1/sims?status=Active&limit=200',
    );
    return items.find(({ telecom }) => telecom.name === 'Simulated telecom');
  });
  const body = { reason: 'manual' };
  await api('POST', `/api/v1/sims/${sim.id}/blocks`, body);
  await until('the carrier has suspended it', async () => {
    const { carrier } = await api<{ carrier: { reported: string } }>('GET', `/api/v1/sims/${sim.id}`);
    return carrier.reported === 'inactive';
  });
  const { id } = await api<{ id: string }>('POST', '/api/v1/sms-commands', { sim: sim.id, payload: 'ping' });
  const failed = await until('it fails', async () => {
    const text = await api<{ status: string; failure: string }>('GET', `/api/v1/sms-commands/${id}`);
    return text.status === 'failed' && text;
  });
  expect(failed.failure).toBe('The SIM is suspended at the carrier.');
});
