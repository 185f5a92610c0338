import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sdk, type SuperSim, sdks } from '../../test/supersim/sdk.ts';
import { ipErrors } from '../commands/index.ts';
import { createLimiter } from '../kit/http/limits.ts';
import * as periods from '../periods/index.ts';
import { codes, connectionCodes } from './errors.ts';
import { superSimRoutes } from './index.ts';
import { parseSid } from './sids.ts';
import { openWorld, type TestAccount, type TestSim, type World } from './testing.ts';

/** Every code of the API, provoked by the SDK: the status, the exception, and the body it was made of. */
let world: World;
let account: TestAccount;
let stock: TestSim[];
let slow: TestSim[];
let fleet: string;
let last: { status: number; body: unknown };

beforeAll(async () => {
  world = await openWorld();
  account = await world.organization('Acme');
  stock = await world.stock(account, 'radius', 60);
  slow = await world.stock(account, 'simulated', 4);
  const v1 = world.client(account);
  const profile = await v1.networkAccessProfiles.create();
  fleet = (await v1.fleets.create({ networkAccessProfile: profile.sid })).sid;
});
afterAll(() => world?.close());
beforeEach(() => world.setNow('2026-03-15T10:30:00Z'));

type Case = {
  says: string;
  status: number;
  /** The parameter that is named. */
  detail?: string;
  message?: RegExp;
  provoke: (v1: SuperSim, sdk: Sdk) => Promise<unknown>;
};

const registered = async (v1: SuperSim, from = stock) => {
  const { sid, iccid, code } = from.shift()!;
  await v1.sims.create({ iccid, registrationCode: code });
  return { sim: v1.sims(sid), sid, iccid, code };
};
const usage = (of: object) => (v1: SuperSim) => v1.usageRecords.list(of);
const at = (text: string) => new Date(text);

/** Everything that a request is answered with, and what a command that was taken may fail with later. */
const all = { ...codes, ipCommandRefused: ipErrors.other };
/** Told by callbacks, events and our own API: `test/ip-commands.test.ts` and `test/connection-events.test.ts` provoke them. */
const toldLater: readonly number[] = [...Object.values(ipErrors), ...Object.values(connectionCodes)];

/** By the code's name. The test of a code that is not here fails. */
const cases: Partial<Record<keyof typeof all, Case[]>> = {
  unauthenticated: [
    {
      ...{ says: 'a token that is not the account’s', status: 401 },
      provoke: (_, sdk) => world.client({ ...account, token: 'wrong' }, { sdk, witness }).sims.list(),
    },
  ],
  invalidParameter: [
    {
      ...{ says: 'a profile that is not there', status: 400, detail: 'NetworkAccessProfile' },
      provoke: (v1) => v1.fleets.create({ networkAccessProfile: 'nowhere' }),
    },
  ],
  forbidden: [
    {
      ...{ says: 'a credential that may only look', status: 403, message: /inventory\.sim\.add/ },
      provoke: (_, sdk) => {
        const viewer = world.limited(account, ['inventory.sim.view']);
        return world.client(viewer, { sdk, witness }).sims.create({ iccid: '1', registrationCode: '2' });
      },
    },
  ],
  notFound: [
    {
      ...{ says: 'a SID that is nobody’s', status: 404, message: /\/v1\/Sims\/HS0{32}/ },
      provoke: (v1) => v1.sims(`HS${'0'.repeat(32)}`).fetch(),
    },
  ],
  tooLarge: [
    {
      ...{ says: 'a body of 300 KB', status: 413 },
      provoke: (v1) => v1.networkAccessProfiles.create({ uniqueName: 'x'.repeat(300_000) }),
    },
  ],
  tooManyRequests: [
    {
      ...{ says: 'the second of two requests where one is allowed', status: 429 },
      provoke: async (_, sdk) => {
        const host = Fastify();
        await host.register(superSimRoutes({ ...world.deps, limiter: createLimiter({ burst: 1, perSecond: 0.01 }) }));
        const url = await host.listen({ host: '127.0.0.1', port: 0 });
        const v1 = world.client(account, { sdk, witness, url });
        await v1.networks.page({ pageSize: 1 });
        return v1.networks.page({ pageSize: 1 }).finally(() => host.close());
      },
    },
  ],
  internal: [
    {
      ...{ says: 'a table that is gone', status: 500, message: /^Internal server error$/ },
      provoke: (v1) =>
        broken('alter table fleets rename to gone', 'alter table gone rename to fleets', () => v1.fleets.list()),
    },
  ],
  unavailable: [
    {
      ...{ says: 'a connection to the database that is cut', status: 503 },
      provoke: (v1) => cut('fleets', () => v1.fleets.list()),
    },
  ],
  registrationFailed: [
    {
      ...{ says: 'the database refuses the row', status: 500, message: /could not be registered/ },
      provoke: (v1) => {
        const { iccid, code } = stock.shift()!;
        return broken(
          'alter table sims add constraint nobody check (registered_at is null) not valid',
          'alter table sims drop constraint nobody',
          () => v1.sims.create({ iccid, registrationCode: code }),
        );
      },
    },
  ],
  registrationIncomplete: [
    {
      ...{ says: 'no code', status: 400, detail: 'RegistrationCode' },
      provoke: (v1) => v1.sims.create({ iccid: stock[0]!.iccid, registrationCode: '' }),
    },
    {
      ...{ says: 'no ICCID', status: 400, detail: 'Iccid' },
      provoke: (v1) => v1.sims.create({ iccid: '', registrationCode: stock[0]!.code }),
    },
  ],
  notRegistrable: [
    {
      ...{ says: 'a wrong code', status: 400 },
      provoke: (v1) => v1.sims.create({ iccid: stock[0]!.iccid, registrationCode: 'WRONGWRONG' }),
    },
    {
      ...{ says: 'an ICCID that is not in stock', status: 400 },
      provoke: (v1) => v1.sims.create({ iccid: '8988307999999999999', registrationCode: 'WRONGWRONG' }),
    },
  ],
  alreadyRegistered: [
    {
      ...{ says: 'a SIM of the account', status: 400, message: /HS[0-9a-f]{32}/ },
      provoke: async (v1) => {
        const { iccid, code } = await registered(v1);
        return v1.sims.create({ iccid, registrationCode: code });
      },
    },
  ],
  updateFailed: [
    {
      ...{ says: 'the database refuses the row', status: 500, message: /could not be updated/ },
      provoke: async (v1) => {
        const { sim } = await registered(v1);
        return broken(
          `alter table sims add constraint nobody check (unique_name <> 'breaks') not valid`,
          'alter table sims drop constraint nobody',
          () => sim.update({ uniqueName: 'breaks' }),
        );
      },
    },
    {
      ...{ says: 'an archived SIM', status: 400, message: /archived/ },
      provoke: async (v1) => {
        const { sim, sid } = await registered(v1);
        await periods.archive(account.ctx, [parseSid('sim', sid)!]);
        return sim.update({ uniqueName: 'late' });
      },
    },
  ],
  simNotFound: [
    {
      ...{ says: 'an update of a SIM that is nobody’s', status: 404 },
      provoke: (v1) => v1.sims(`HS${'0'.repeat(32)}`).update({ uniqueName: 'x' }),
    },
    {
      ...{ says: 'a text to a SIM that is nobody’s', status: 404, detail: 'Sim' },
      provoke: (v1) => v1.smsCommands.create({ sim: 'nobody', payload: 'x' }),
    },
  ],
  fleetNotFound: [
    {
      ...{ says: 'a fleet that is not there', status: 404, detail: 'Fleet' },
      provoke: async (v1) => (await registered(v1)).sim.update({ fleet: 'nowhere' }),
    },
  ],
  fleetMissing: [
    {
      ...{ says: 'activation without a fleet', status: 400, detail: 'Fleet' },
      provoke: async (v1) => (await registered(v1)).sim.update({ status: 'active' }),
    },
  ],
  fleetNeeded: [
    {
      ...{ says: 'an active SIM taken out of its fleet', status: 400 },
      provoke: async (v1) => {
        const { sim } = await registered(v1);
        await sim.update({ fleet, status: 'active' });
        return sim.update({ fleet: '' });
      },
    },
  ],
  fleetChangeWhileScheduled: [
    {
      ...{ says: 'another fleet while the carrier is asked', status: 400, detail: 'Fleet' },
      provoke: async (v1) => {
        const { sim } = await registered(v1, slow);
        expect((await sim.update({ fleet, status: 'active' })).status).toBe('scheduled');
        const other = await v1.fleets.create({
          networkAccessProfile: (await v1.fleets(fleet).fetch()).networkAccessProfileSid,
        });
        return sim.update({ fleet: other.sid });
      },
    },
  ],
  statusNotAllowed: [
    {
      ...{ says: 'ready after active', status: 400 },
      provoke: async (v1) => {
        const { sim } = await registered(v1);
        await sim.update({ fleet, status: 'active' });
        return sim.update({ status: 'ready' });
      },
    },
    {
      ...{ says: 'new to inactive', status: 400 },
      provoke: async (v1) => (await registered(v1)).sim.update({ status: 'inactive' }),
    },
  ],
  uniqueNameTaken: [
    {
      ...{ says: 'the name of another SIM', status: 400 },
      provoke: async (v1, sdk) => {
        await (await registered(v1)).sim.update({ uniqueName: `taken ${sdk}` });
        return (await registered(v1)).sim.update({ uniqueName: `taken ${sdk}` });
      },
    },
  ],
  ipCommandRefused: [
    {
      ...{ says: 'data to a SIM that is new', status: 400 },
      provoke: async (v1) => {
        const { sid } = await registered(v1);
        return v1.ipCommands.create({ sim: sid, payload: 'x', devicePort: 9 });
      },
    },
  ],
  noEsimInStock: [
    {
      ...{ says: 'an order while there is no eSIM profile in stock', status: 400 },
      provoke: (v1) => v1.esimProfiles.create({ generateMatchingId: true }),
    },
  ],
  usageInvalid: [
    { ...{ says: 'a SIM that is nobody’s', status: 400, detail: 'Sim' }, provoke: usage({ sim: 'nobody' }) },
    {
      ...{ says: 'a granularity that there is not', status: 400, detail: 'Granularity' },
      provoke: usage({ granularity: 'week' }),
    },
  ],
  usageNotOnDay: [
    {
      ...{ says: 'days that begin at noon', status: 400, detail: 'StartTime' },
      provoke: usage({
        granularity: 'day',
        startTime: at('2026-03-01T12:00:00Z'),
        endTime: at('2026-03-02T00:00:00Z'),
      }),
    },
  ],
  usageNotOnHour: [
    {
      ...{ says: 'hours that end at half past', status: 400, detail: 'EndTime' },
      provoke: usage({
        granularity: 'hour',
        startTime: at('2026-03-01T12:00:00Z'),
        endTime: at('2026-03-01T14:30:00Z'),
      }),
    },
  ],
  usageSimSpan: [
    {
      ...{ says: '32 days by SIM', status: 400, detail: 'Group' },
      provoke: usage({ group: 'sim', startTime: at('2026-01-01T00:00:00Z'), endTime: at('2026-02-02T00:00:00Z') }),
    },
  ],
  usageSpan: (
    [
      ['hour', '2026-01-01', '2026-02-02'],
      ['day', '2025-11-01', '2026-02-02'],
      ['all', '2024-12-01', '2026-06-02'],
    ] as const
  ).map(([granularity, from, to]) => ({
    ...{ says: `too many of ${granularity}`, status: 400, detail: 'Granularity' },
    provoke: usage({ granularity, startTime: at(`${from}T00:00:00Z`), endTime: at(`${to}T00:00:00Z`) }),
  })),
  usageTooOld: [
    {
      ...{ says: 'from before eighteen months ago', status: 400, detail: 'StartTime' },
      provoke: usage({ startTime: at('2024-09-14T00:00:00Z'), endTime: at('2024-09-20T00:00:00Z') }),
    },
  ],
};

const witness = (_method: string, _url: string, status: number, body: unknown) => {
  last = { status, body };
};

it('knows every code that the documentation names', () => {
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const documented = [20003, 20404, 20429, ...span(83000, 83011), ...span(83400, 83402), 83500, ...span(83600, 83605)];
  const known = new Set([...Object.values(all), ...toldLater]);
  expect([...documented, ...span(83700, 83705)].filter((code) => !known.has(code))).toEqual([]);
});

describe.each(Object.keys(sdks) as Sdk[])('%s', (sdk) => {
  it.each(
    Object.entries(all).flatMap(([name, code]) =>
      (cases[name as keyof typeof all] ?? [undefined]).map((each) => ({ code, ...each, each })),
    ),
  )('$code, $status: $says', async ({ code, each }) => {
    expect(each, 'a code that no test provokes').toBeDefined();
    const { status, detail, message, provoke } = each!;
    const thrown = await provoke(world.client(account, { sdk, witness }), sdk).then(
      () => null,
      (error) => error,
    );
    expect(thrown).toBeInstanceOf(sdks[sdk].RestException);
    const moreInfo = `https://www.twilio.com/docs/errors/${code}`;
    expect(thrown).toMatchObject({ status, code, moreInfo, message: expect.stringMatching(message ?? /./) });
    const body = { code, status, message: thrown.message, more_info: moreInfo };
    expect(last).toEqual({ status, body: detail === undefined ? expect.objectContaining(body) : { ...body, detail } });
  });
});

/** Asks while the database is broken, and mends it. */
async function broken(breaking: string, mending: string, ask: () => Promise<unknown>): Promise<unknown> {
  await world.owner.pool.query(breaking);
  return ask().finally(() => world.owner.pool.query(mending));
}

/** Asks for what somebody has locked, and cuts the connection that waits for it. */
async function cut(table: string, ask: () => Promise<unknown>): Promise<unknown> {
  const [holder, killer] = [new pg.Client(world.urls.owner), new pg.Client(world.urls.owner)];
  await Promise.all([holder.connect(), killer.connect()]);
  await holder.query(`begin; lock table ${table} in access exclusive mode`);
  const asked = ask();
  asked.catch(() => {});
  const waiting = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (let tries = 0; tries < 100 && (await killer.query(waiting)).rowCount === 0; tries++) await sleep(20);
  return asked.finally(() => Promise.all([holder.end(), killer.end()]));
}
