import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../world.ts';
import { type Sdk, sdks } from './sdk.ts';

/** The program of docs/coming-from-super-sim.md, as it stands there: only the host is ours. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/coming-from-super-sim.md'), 'utf8');
const snippets = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
const host = 'https://sims.example.net';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const given = ['twilio', 'accountSid', 'authToken', 'apiKey', 'iccid', 'registrationCode', 'use'];
const results = ['profiles', 'sim', 'percent', 'isCallback', 'isEventBatch', 'refusal', 'limit', 'sink'];
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

describe.each(Object.keys(sdks) as Sdk[])('the page, with %s', (sdk) => {
  it('does what it says', async () => {
    const card = (await world.stock(1))[0]!;
    // Between the SIM and the look at its usage, its device uses some.
    const use = async () => {
      const device = world.gateway.device({ imsi: card.imsi, plmn: '310260', rat: 'EUTRAN', apn: 'super' });
      expect(await device.attach()).toBe(true);
      await device.start();
      await device.update(5_000_000n, 20_000_000n);
    };
    const program = snippets
      .join('\n')
      .replaceAll(host, world.url)
      .replaceAll("'trackers'", `'trackers of ${sdk}'`)
      .replaceAll("'everywhere but here'", `'everywhere but here ${sdk}'`)
      .replaceAll("'tracker 1'", `'tracker of ${sdk}'`)
      .replace('async function percentUsed', 'await use();\nasync function percentUsed');
    const run = new AsyncFunction(...given, `${program}\nreturn { ${results.join(', ')} };`);
    const { iccid, registrationCode } = card;
    const did = await run(sdks[sdk], world.accountSid, world.authToken, world.apiKey, iccid, registrationCode, use);

    expect(did.profiles.length).toBeGreaterThan(0);
    expect(did.sim).toMatchObject({ iccid, status: 'new' });
    expect(did.percent).toBe(25);
    expect([did.refusal.status, did.refusal.code]).toEqual([404, 83006]);
    expect(did.limit).toMatchObject({ percentage: '25.0', limitFrom: 'fleet', blocked: false, blocks: [] });
    expect(did.sink.status).toBe(201);

    const url = 'https://example.com/told?by=us';
    const form = { SimSid: did.sim.sid, Status: 'active' };
    const signature = twilio.getExpectedTwilioSignature(world.authToken, url, form);
    expect([did.isCallback(signature, url, form), did.isCallback(signature, url, {})]).toEqual([true, false]);
    const body = '[]';
    const signed = `${url}&bodySHA256=${twilio.getExpectedBodyHash(body)}`;
    const ofBody = twilio.getExpectedTwilioSignature(world.authToken, signed, {});
    expect([did.isEventBatch(ofBody, signed, body), did.isEventBatch(ofBody, signed, '[1]')]).toEqual([true, false]);
  });
});

it('has eight snippets, and all of them are in the program', () => {
  expect(snippets).toHaveLength(8);
});
