import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type TestAccount, type TestSim, type World } from './testing.ts';

/** Who sees what, and the pages: nothing is sent here, there is no sender. What is sent: test/ip-commands.test.ts. */
let world: World;
let ours: TestAccount;
let company: TestAccount;
let theirs: TestAccount;
let sim: TestSim;

beforeAll(async () => {
  world = await openWorld();
  ours = await world.organization('Ours');
  company = await world.company(ours, 'A company of ours');
  theirs = await world.organization('Theirs');
  sim = await readySim(company);
});
afterAll(() => world.close());

async function readySim(account: TestAccount): Promise<TestSim> {
  const [sim] = await world.stock(ours, 'radius', 1);
  const v1 = world.client(account);
  const profile = await v1.networkAccessProfiles.create();
  const fleet = await v1.fleets.create({ networkAccessProfile: profile.sid });
  await v1.sims.create({ iccid: sim!.iccid, registrationCode: sim!.code });
  await v1.sims(sim!.sid).update({ fleet: fleet.sid, status: 'ready' });
  return sim!;
}

const send = (account: TestAccount, to: string, payload = 'x') =>
  world.client(account).ipCommands.create({ sim: to, payload, devicePort: 9 });
const refusal = (promise: Promise<unknown>) => promise.then(String, ({ status, code }) => [status, code]);

test('a command is of the account of its SIM, and of no other', async () => {
  const { sid } = await send(company, sim.sid);
  expect(await world.client(company).ipCommands.list()).toMatchObject([{ sid, accountSid: company.sid }]);
  for (const other of [ours, theirs]) {
    expect(await world.client(other).ipCommands.list()).toEqual([]);
    expect(await refusal(world.client(other).ipCommands(sid).fetch())).toEqual([404, 20404]);
    expect(await refusal(send(other, sim.sid))).toEqual([404, 83005]);
    expect(await refusal(world.client(other).sims(sim.sid).simIpAddresses.list())).toEqual([404, 20404]);
  }
});

test('a credential may do what it is permitted', async () => {
  const looks = world.limited(ours, ['commands.ip.view']);
  expect(await world.client(looks).ipCommands.list()).toEqual([]);
  expect(await refusal(send(looks, sim.sid))).toEqual([403, 20403]);
  const sends = world.limited(ours, ['commands.ip.send']);
  expect(await refusal(world.client(sends).ipCommands.list())).toEqual([403, 20403]);
});

test('pages keep every filter, forwards and back', async () => {
  const one = await readySim(ours);
  const other = await readySim(ours);
  for (const payload of ['1', '2', '3', '4', '5']) {
    await send(ours, one.sid, payload);
    await send(ours, other.sid, `other ${payload}`);
  }
  const { ipCommands } = world.client(ours);
  const filter = { sim: one.sid, simIccid: one.iccid, status: 'queued', direction: 'to_sim' } as const;
  const first = await ipCommands.page({ ...filter, pageSize: 2 });
  const second = (await first.nextPage())!;
  const payloads = (page: { instances: { payload: string }[] }) => page.instances.map(({ payload }) => payload);
  expect([payloads(first), payloads(second)].flat()).toHaveLength(4);
  expect(payloads((await second.previousPage())!)).toEqual(payloads(first));
  const all = await ipCommands.list({ ...filter, pageSize: 2 });
  expect(all.map(({ payload }) => payload).sort()).toEqual(['1', '2', '3', '4', '5']);
  expect(await ipCommands.list({ simIccid: 'no ICCID' })).toEqual([]);
  expect(await refusal(ipCommands.list({ status: 'delivered' as 'sent' }))).toEqual([400, 20001]);
});
