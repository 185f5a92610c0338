import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type Running } from '../src/app/boot.ts';
import { type DemoFile, readDemo } from '../src/app/demo/index.ts';
import { simulatedDevices, simulatedSeed, staysInStock } from '../src/app/demo/world.ts';
import { openDatabase } from '../src/kit/db.ts';
import { createLog } from '../src/kit/log.ts';
import { roster } from '../src/simulated/index.ts';
import { freshDatabase } from './database.ts';
import { drift, freePort } from './world.ts';

/** docs/journeys/19-text-to-a-sim.md with the demo as it is tried: its telecom in a process of its own, every loop running. */
let database: Awaited<ReturnType<typeof freshDatabase>>;
let running: Running;
let demo: DemoFile;
const home = mkdtempSync(join(tmpdir(), 'simwright-texts-'));

beforeAll(async () => {
  database = await freshDatabase();
  const port = await freePort();
  running = await boot(
    {
      home,
      host: '127.0.0.1',
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      databaseUrl: database.urls.owner,
      radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
      demo: true,
      logLevel: 'silent',
    },
    { console: false, log: createLog(process.env.TEST_LOG ?? 'silent') },
  );
  demo = readDemo(running.demoFile!)!;
}, 180_000);
afterAll(async () => {
  const owner = openDatabase(database.urls.owner, 1);
  expect(await drift(owner)).toEqual([]);
  await owner.pool.end();
  await running?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for: ${what}`);
}

it('five texts, sent and answered, make a ready SIM of the simulated telecom active, with its fee once', async () => {
  const client = twilio(demo.superSim.accountSid, demo.superSim.authToken);
  client.supersim.baseUrl = running.url;
  const sdk = client.supersim.v1;
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
}, 120_000);

it('a SIM that is suspended at its carrier gets none, and it says why', async () => {
  const { items } = await api<{ items: { id: string; telecom: { name: string } }[] }>(
    'GET',
    '/api/v1/sims?status=Active&limit=200',
  );
  const sim = items.find(({ telecom }) => telecom.name === 'Simulated telecom')!;
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
}, 60_000);
