import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import { networkSid } from '../../src/supersim/networks.ts';
import { createApiKey } from '../../src/tenancy/index.ts';
import { playTelecom } from '../simulated.ts';
import { openWorld, type World } from '../world.ts';
import { answerOf, answers, examples, shapeFaults } from './description.ts';
import { drive, type Play } from './drive.ts';
import { playsFor } from './plays.ts';
import { type Credential, type Sdk, type SuperSim, sdks, superSim } from './sdk.ts';
import { differences } from './shapes.ts';
import { surfaceOf } from './surface.ts';

/** Every method of `client.supersim.v1`, by both majors of the SDK and with every credential, on the whole product. */
let world: World;
/** Its SIMs, eSIMs and settings are there; the worker reaches it. */
let played: Awaited<ReturnType<typeof playTelecom>>;

/** Where an example is not what the description says in words: an address is there when a command was sent, not before. */
const contradicted: Record<string, string[]> = { 'CreateIpCommand 201': ['.device_ip is never text'] };

const credentials: Record<string, () => Promise<Credential>> = {
  'AC and its token': async () => ({ accountSid: world.accountSid, authToken: world.authToken }),
  'SK and its secret': async () => ({ accountSid: world.accountSid, ...(await newKey()) }),
  'a bearer token of SK': async () => {
    const { keySid, secret } = await newKey();
    return { clientId: keySid, clientSecret: secret };
  },
  'a bearer token of AC': async () => ({ clientId: world.accountSid, clientSecret: world.authToken }),
};

async function newKey() {
  const { sid, secret } = await createApiKey(world.ctx(), { name: 'sdk', permissions: ['*'] });
  return { keySid: sid, secret };
}

const runs = (Object.keys(sdks) as Sdk[]).flatMap((sdk) =>
  Object.entries(credentials).map(([name, credential]) => ({ sdk, name, credential })),
);

/** The bodies of all answers, by the description's name for them. */
const seen = new Map<string, unknown[]>();
const witness = (method: string, url: string, status: number, body: unknown) => {
  const answer = answerOf(method, url, status);
  if (answer) seen.set(answer.name, [...(seen.get(answer.name) ?? []), body]);
};

beforeAll(async () => {
  world = await openWorld({ simulated: () => played?.reached ?? null });
  await carriers.updateTelecom(world.ctx(), world.telecom.id, {
    ...{ messages: 'loopback', deviceRanges: ['127.0.0.0/8'] },
  });
  played = await playTelecom(world, { count: 8, esims: 200, address: '127.0.0.8' });
});
afterAll(async () => {
  await played?.reached.stop();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** The SDK tells its surface without calling anybody. */
const nobody = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'none' };

describe.each(runs)('$sdk with $name', ({ sdk, name, credential }) => {
  const surface = surfaceOf(superSim('http://127.0.0.1:9', nobody, { sdk }));
  let plays: Record<string, Play>;

  beforeAll(async () => {
    const v1 = superSim(world.url, await credential(), { sdk, witness });
    plays = await playsFor(world, v1, `${sdk} ${name}`, played.cards);
  });

  it('has a play for every part of the SDK, and no other', () => {
    expect(Object.keys(plays).sort()).toEqual(surface.map((part) => part.name).sort());
    expect(surface.flatMap((part) => part.methods)).toHaveLength(134);
  });

  it.each(surface)('every method of $name', async (part) => {
    expect(await drive(part, plays, world.url)).toEqual([]);
  });
});

describe('what came of it', () => {
  let v1: SuperSim;
  beforeAll(async () => {
    v1 = superSim(world.url, { accountSid: world.accountSid, authToken: world.authToken }, { witness });
    await askEverything(world, v1);
  });

  it('every operation of the description has given each of its answers', () => {
    const missing = answers.filter(({ name }) => !seen.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it.each(examples)('$answer.name, $name', ({ answer, value }) => {
    expect(shapeFaults(answer, value), 'the example itself').toEqual([]);
    expect(differences(value, seen.get(answer.name)!)).toEqual(contradicted[answer.name] ?? []);
  });
});

/** Answers that driving the methods does not bring about: a carrier that takes its time, empty lists, usage by everything. */
async function askEverything(world: World, v1: SuperSim): Promise<void> {
  const profile = await v1.networkAccessProfiles.create();
  const fleet = await v1.fleets.create({
    networkAccessProfile: profile.sid,
    ipCommandsUrl: 'https://example.com/ip',
    smsCommandsUrl: 'https://example.com/sms',
  });
  const register = async (card: { iccid: string; registrationCode: string }) =>
    (await v1.sims.create({ iccid: card.iccid, registrationCode: card.registrationCode })).sid;

  const waits = await v1.esimProfiles.create({ generateMatchingId: true });
  await v1.esimProfiles.create({ eid: '89049032123451234512345678901235' });
  const available = await world.until('an eSIM is available', async () => {
    const found = await v1.esimProfiles(waits.sid).fetch();
    return found.simSid ? found : null;
  });
  await v1.esimProfiles.list({ simSid: available.simSid });
  const done = async () => (await v1.settingsUpdates.list({ status: 'successful' })).length > 0;
  await world.until('settings are on a SIM', done);
  await v1.settingsUpdates.list({ sim: 'nobody' });

  const carrier = await carriers.createTelecom(world.ctx(), { name: 'Takes its time', connector: 'simulated' });
  const waiting = await register((await world.stock(1, 'slow', carrier.id))[0]!);
  await v1.sims(waiting).update({ fleet: fleet.sid, status: 'active' });

  const [card] = await world.stock(1);
  const sim = await register(card!);
  await v1.sims(sim).update({ fleet: fleet.sid, status: 'active' });
  await v1.sims(sim).billingPeriods.list();
  const device = world.gateway.device({ imsi: card!.imsi, plmn: '310410', rat: 'EUTRAN', apn: 'super' });
  await device.attach();
  await device.start();
  await device.update(100_000n, 200_000n);
  for (const granularity of ['all', 'day', 'hour'] as const) {
    for (const group of [undefined, 'sim', 'fleet', 'network', 'isoCountry'] as const) {
      await v1.usageRecords.list({ group, granularity });
    }
    for (const filter of [{ sim }, { fleet: fleet.sid }, { network: networkSid('310410') }, { isoCountry: 'US' }]) {
      await v1.usageRecords.list({ ...filter, granularity });
    }
  }
}
