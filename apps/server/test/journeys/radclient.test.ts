import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

/** FreeRADIUS's own client (Debian: freeradius-utils): somebody else's idea of what RADIUS is. */
const isInstalled = spawnSync('radclient', ['-v']).status === 0;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

type Line = { imsi: string; session: string };

/** An active SIM, and a name for its session. */
async function activeLine(dataLimitMb = '1000'): Promise<Line> {
  const [stock] = await world.stock(1);
  const fleet = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
    networkAccessProfile: publicId('network_access_profile', world.profile.id),
    dataLimitMb,
  });
  const { body } = await world.api<{ id: string }>('POST', '/api/v1/sims/registrations', {
    iccid: stock!.iccid,
    registrationCode: stock!.registrationCode,
  });
  await world.api('PATCH', `/api/v1/sims/${body.id}`, { fleet: fleet.body.id });
  expect((await world.api('POST', `/api/v1/sims/${body.id}/status`, { status: 'active' })).status).toBe(200);
  return { imsi: stock!.imsi, session: `rc-${stock!.imsi}` };
}

/** Runs radclient once; `answered` is what it says of the reply, null when there was none. */
async function radclient(
  command: 'acct' | 'auth',
  attributes: (string | null)[],
  { secret = world.gateway.secret.toString(), port = 0, retries = 3, timeout = 1 } = {},
): Promise<{ answered: string | null; output: string }> {
  const { acctPort, authPort } = world.running.radius;
  const server = `127.0.0.1:${port || (command === 'acct' ? acctPort : authPort)}`;
  const child = spawn('radclient', ['-x', '-r', `${retries}`, '-t', `${timeout}`, server, command, secret]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  child.stdin.end(`${attributes.filter((line) => line !== null).join('\n')}\n`);
  await once(child, 'close');
  return { answered: /Received (\S+) Id/.exec(output)?.[1] ?? null, output };
}

const account = (line: Line, status: 'Start' | 'Interim-Update' | 'Stop', more: string[] = [], options = {}) =>
  radclient(
    'acct',
    [
      `Acct-Status-Type = ${status}`,
      `Acct-Session-Id = "${line.session}"`,
      `3GPP-IMSI = "${line.imsi}"`,
      '3GPP-SGSN-MCC-MNC = "26201"',
      ...more,
    ],
    options,
  );
const octets = (up: number, down: number) => [`Acct-Input-Octets = ${up}`, `Acct-Output-Octets = ${down}`];
const accepted = { answered: 'Accounting-Response' };

/** What is charged for a line: the number of its usage records, and their bytes. */
async function charged({ imsi }: Line): Promise<{ records: number; bytes: bigint }> {
  const { rows } = await world.owner.pool.query(
    `select count(r.*)::int as records, coalesce(sum(r.bytes_up + r.bytes_down), 0)::bigint as bytes
       from sims s left join usage_records r on r.organization_id = s.organization_id and r.line_id = s.id
      where s.imsi = $1`,
    [imsi],
  );
  return rows[0];
}

async function session(line: Line): Promise<Record<string, unknown>> {
  const { rows } = await world.owner.pool.query('select * from sessions where acct_session_id = $1', [line.session]);
  expect(rows).toHaveLength(1);
  return rows[0];
}

describe('radclient', () => {
  if (!isInstalled) {
    it('skipped, needs radclient (Debian: freeradius-utils)', () => {});
    return;
  }

  it('is answered once its packet, with 3GPP attributes, is charged', async () => {
    const line = await activeLine();
    const bearer = [
      'User-Name = "device"',
      'Calling-Station-Id = "+882123456789"',
      'Called-Station-Id = "internet"',
      'Framed-IP-Address = 10.1.2.3',
      '3GPP-Charging-ID = 77',
      '3GPP-NSAPI = "5"',
      '3GPP-IMEISV = "3520990012345601"',
      '3GPP-RAT-Type = EUTRAN',
    ];
    expect(await account(line, 'Start', bearer)).toMatchObject(accepted);
    expect(await account(line, 'Interim-Update', [...bearer, ...octets(1_000, 2_000)])).toMatchObject(accepted);
    expect(
      await account(line, 'Stop', [...bearer, ...octets(1_500, 3_500), 'Acct-Terminate-Cause = User-Request']),
    ).toMatchObject(accepted);
    expect(await charged(line)).toEqual({ records: 2, bytes: 5_000n });
    expect(await session(line)).toMatchObject({
      state: 'closed',
      session_key: `${line.session}/77/5`,
      charging_id: '77',
      plmn: '26201',
      rat: 'EUTRAN',
      apn: 'internet',
      framed_ip: '10.1.2.3',
      imei: '352099001234562',
      terminate_cause: 1,
    });
  });

  it('that did not hear the answer repeats itself, and gets the same bytes without a second charge', async () => {
    const line = await activeLine();
    const relay = await openDeafRelay(world.running.radius.acctPort);
    try {
      const options = { port: relay.port, timeout: 0.5 };
      expect(await account(line, 'Interim-Update', octets(400, 600), options)).toMatchObject(accepted);
      expect(relay.requests).toHaveLength(2);
      expect(relay.requests[1]).toEqual(relay.requests[0]);
      expect(relay.replies[1]).toEqual(relay.replies[0]);
      expect(await charged(line)).toEqual({ records: 1, bytes: 1_000n });
    } finally {
      relay.close();
    }
  });

  it('sends the same counters in a new packet with a raised Acct-Delay-Time: nothing more is charged', async () => {
    const line = await activeLine();
    for (const delay of [0, 2, 5]) {
      const sent = await account(line, 'Interim-Update', [...octets(400, 600), `Acct-Delay-Time = ${delay}`]);
      expect(sent).toMatchObject(accepted);
    }
    expect(await charged(line)).toEqual({ records: 1, bytes: 1_000n });
  });

  it('with a wrong secret hears nothing, and nothing is stored', async () => {
    const line = await activeLine();
    const options = { secret: 'not-the-secret', retries: 1, timeout: 0.3 };
    expect(await account(line, 'Interim-Update', octets(400, 600), options)).toMatchObject({ answered: null });
    expect(await charged(line)).toEqual({ records: 0, bytes: 0n });
    const { rows } = await world.owner.pool.query('select from sessions where acct_session_id = $1', [line.session]);
    expect(rows).toEqual([]);
  });

  it('counts beyond 32 bits with Acct-Input-Gigawords', async () => {
    const line = await activeLine('20000');
    const counters = ['Acct-Input-Gigawords = 2', ...octets(4_294_967_295, 0)];
    expect(await account(line, 'Interim-Update', counters)).toMatchObject(accepted);
    expect(await charged(line)).toEqual({ records: 1, bytes: 12_884_901_887n });
  });

  it('out of order: an interim below what is stored is answered and free', async () => {
    const line = await activeLine();
    const at = (seconds: number) => [`Acct-Session-Time = ${seconds}`];
    expect(await account(line, 'Start')).toMatchObject(accepted);
    expect(await account(line, 'Interim-Update', [...octets(3_000, 6_000), ...at(120)])).toMatchObject(accepted);
    const late = [...octets(1_000, 2_000), ...at(60), 'Acct-Delay-Time = 60'];
    expect(await account(line, 'Interim-Update', late)).toMatchObject(accepted);
    expect(await charged(line)).toEqual({ records: 1, bytes: 9_000n });
    expect(await session(line)).toMatchObject({ epoch: 0, up_total: 3_000n, down_total: 6_000n });
  });

  it('Stop before the interim that was sent first: the interim is free, and the session stays closed', async () => {
    const line = await activeLine();
    const at = (seconds: number) => [`Acct-Session-Time = ${seconds}`];
    expect(await account(line, 'Stop', [...octets(700, 800), ...at(90)])).toMatchObject(accepted);
    const late = [...octets(500, 500), ...at(60), 'Acct-Delay-Time = 30'];
    expect(await account(line, 'Interim-Update', late)).toMatchObject(accepted);
    expect(await charged(line)).toEqual({ records: 1, bytes: 1_500n });
    expect(await session(line)).toMatchObject({ state: 'closed' });
  });

  it('an update without a Start opens its session', async () => {
    const line = await activeLine();
    expect(await account(line, 'Interim-Update', octets(10, 20))).toMatchObject(accepted);
    expect(await charged(line)).toEqual({ records: 1, bytes: 30n });
    expect(await session(line)).toMatchObject({ state: 'open' });
  });

  it('Accounting-On closes what the gateway has forgotten', async () => {
    const line = await activeLine();
    expect(await account(line, 'Start')).toMatchObject(accepted);
    expect(await account(line, 'Interim-Update', octets(10, 20))).toMatchObject(accepted);
    const on = ['Acct-Status-Type = Accounting-On', 'NAS-Identifier = "pgw"'];
    expect(await radclient('acct', on)).toMatchObject(accepted);
    expect(await session(line)).toMatchObject({ state: 'closed', terminate_cause: 11 });
    expect(await charged(line)).toEqual({ records: 1, bytes: 30n });
  });

  it('Access-Request: accepted for an active SIM, refused for one in stock', async () => {
    const line = await activeLine();
    const [stock] = await world.stock(1);
    const request = (imsi: string) => ['User-Name = "device"', `3GPP-IMSI = "${imsi}"`, 'Message-Authenticator = 0x00'];
    const accept = await radclient('auth', request(line.imsi));
    expect(accept.answered).toBe('Access-Accept');
    expect(accept.output).toContain('Acct-Interim-Interval = 600');
    expect(await radclient('auth', request(stock!.imsi))).toMatchObject({ answered: 'Access-Reject' });
    expect(await radclient('auth', request('001019999999999'))).toMatchObject({ answered: 'Access-Reject' });
  });
});

/** Stands between radclient and the listener, and loses the first answer. */
async function openDeafRelay(target: number) {
  const outside = createSocket('udp4');
  const inside = createSocket('udp4');
  const requests: Buffer[] = [];
  const replies: Buffer[] = [];
  let client = { address: '127.0.0.1', port: 0 };
  outside.on('message', (bytes, from) => {
    requests.push(bytes);
    client = from;
    inside.send(bytes, target, '127.0.0.1');
  });
  inside.on('message', (bytes) => {
    replies.push(bytes);
    if (replies.length > 1) outside.send(bytes, client.port, client.address);
  });
  inside.bind(0, '127.0.0.1');
  outside.bind(0, '127.0.0.1');
  await Promise.all([once(outside, 'listening'), once(inside, 'listening')]);
  return {
    port: outside.address().port,
    requests,
    replies,
    close() {
      outside.close();
      inside.close();
    },
  };
}
