import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainOutput } from './errors.ts';
import { type EmbeddedServer, type PostgresError, startPostgres } from './index.ts';
import { isAlive, signal, waitForEnd } from './processes.ts';
import { sharedBuffers } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'simwright-postgres-'));
const home = join(folder, 'home');
const running = new Set<number>();

/** Starts and remembers, so that a failed test leaves no server behind. */
async function start(options: Partial<Parameters<typeof startPostgres>[0]> = {}): Promise<EmbeddedServer> {
  const server = await startPostgres({ home, ...options });
  running.add(server.pid);
  return server;
}

async function query(server: EmbeddedServer, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ host: server.host, port: server.port, database: 'postgres', ...server.superuser });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts the server in a Node process of its own, which can then be killed. */
async function startElsewhere(): Promise<{ node: ReturnType<typeof fork>; pid: number; port: number }> {
  const script = join(folder, 'start.ts');
  const door = join(import.meta.dirname, 'index.ts');
  writeFileSync(
    script,
    `import { startPostgres } from ${JSON.stringify(door)};
     const { pid, port } = await startPostgres({ home: ${JSON.stringify(home)} });
     process.on('message', () => process.exit(0));
     process.send({ pid, port });`,
  );
  const node = fork(script, { execArgv: [] });
  const [{ pid, port }] = (await once(node, 'message')) as [{ pid: number; port: number }];
  running.add(pid);
  return { node, pid, port };
}

async function refusal(attempt: Promise<unknown>): Promise<PostgresError> {
  return attempt.then(
    () => expect.fail('it started'),
    (error) => error,
  );
}

beforeAll(async () => {
  const server = await start();
  await query(server, 'create table kept (id int primary key)');
  await server.stop();
});

afterAll(() => {
  for (const pid of running) if (isAlive(pid)) signal(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the cluster is durable, checksummed, UTF-8 and asks for a password', async () => {
  const server = await start({ settings: { max_connections: '30' } });
  const settings = await query(
    server,
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums',
     'server_encoding', 'listen_addresses', 'max_connections', 'shared_buffers', 'jit')`,
  );
  expect(Object.fromEntries(settings.map((row) => [row.name, row.setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    server_encoding: 'UTF8',
    listen_addresses: '127.0.0.1',
    max_connections: '30',
    shared_buffers: `${Number.parseInt(sharedBuffers(totalmem()), 10) * 128}`,
    jit: 'off',
  });
  const [locale] = await query(server, `select datlocprovider, datlocale from pg_database where datname = 'postgres'`);
  expect(locale).toEqual({ datlocprovider: 'b', datlocale: 'C.UTF-8' });
  const stranger = { ...server, superuser: { ...server.superuser, password: 'guess' } };
  await expect(query(stranger, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect(statSync(join(home, 'password')).mode & 0o777).toBe(0o600);
  await server.stop();
});

test('a restart keeps the data and the port', async () => {
  const first = await start();
  await query(first, 'insert into kept values (1)');
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await start();
  expect(second).toMatchObject({ port: first.port, adopted: false, superuser: first.superuser });
  expect(await query(second, 'select id from kept where id = 1')).toHaveLength(1);
  await second.stop();
});

test('kill -9 is reported once, leaves nothing running, and loses no committed row', async () => {
  const reasons: string[] = [];
  const first = await start({ onExit: (reason) => reasons.push(reason.code) });
  await query(first, 'insert into kept values (2)');
  first.crash();
  const second = await start();
  expect(isAlive(first.pid)).toBe(false);
  expect(await query(second, 'select id from kept where id = 2')).toHaveLength(1);
  expect(reasons).toEqual(['postgres.exited']);

  // The postmaster alone, as the kernel's out-of-memory killer would do it.
  signal(second.pid, 'SIGKILL');
  await waitForEnd(second.pid, 5000);
  await sleep(50);
  const third = await start();
  expect(await query(third, 'select id from kept where id = 2')).toHaveLength(1);
  await third.stop();
});

describe('when Node is killed', () => {
  test('its server is adopted with its open connections, and stops with us', async () => {
    const { node, pid, port } = await startElsewhere();
    const client = new Client({
      host: '127.0.0.1',
      port,
      database: 'postgres',
      user: 'simwright',
      password: readFileSync(join(home, 'password'), 'utf8').trim(),
    });
    client.on('error', () => undefined);
    await client.connect();
    node.kill('SIGKILL');
    await once(node, 'exit');

    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid, port });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('the loss of an adopted server is noticed', async () => {
    const { node, pid } = await startElsewhere();
    node.kill('SIGKILL');
    await once(node, 'exit');
    const lost = Promise.withResolvers<PostgresError>();
    const server = await start({ onExit: lost.resolve });
    expect(server.adopted).toBe(true);
    signal(pid, 'SIGKILL');
    expect((await lost.promise).code).toBe('postgres.exited');
  });

  test('its server is replaced if it runs with other settings', async () => {
    const { node, pid } = await startElsewhere();
    node.kill('SIGKILL');
    await once(node, 'exit');
    const server = await start({ settings: { max_connections: '25' } });
    expect(server.adopted).toBe(false);
    expect(isAlive(pid)).toBe(false);
    expect(await query(server, 'show max_connections')).toEqual([{ max_connections: '25' }]);
    await server.stop();
  });

  test('a Node that ends by itself takes its server with it', async () => {
    const { node, pid } = await startElsewhere();
    node.send('end');
    await once(node, 'exit');
    expect(await waitForEnd(pid, 10_000)).toBe(true);
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });
});

test('a second starter is refused, in this process and in another', async () => {
  const server = await start();
  expect((await refusal(startPostgres({ home }))).code).toBe('postgres.already_running');
  const script = join(folder, 'second.ts');
  writeFileSync(
    script,
    `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
     await startPostgres({ home: ${JSON.stringify(home)} }).catch((error) => console.log(error.code));`,
  );
  const second = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(second.stdout.trim()).toBe('postgres.already_running');
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(existsSync(join(home, 'lock'))).toBe(false);
});

test('a lock and a postmaster.pid whose process ids belong to others by now are no obstacle', async () => {
  const before = await start();
  before.crash();
  await waitForEnd(before.pid, 5000);
  const file = join(home, 'data', 'postmaster.pid');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, `${process.ppid}`));
  writeFileSync(join(home, 'lock'), `${process.ppid} 1\n`);
  const server = await start();
  expect(server.adopted).toBe(false);
  await server.stop();
});

test('a lost password file gets a new password', async () => {
  rmSync(join(home, 'password'));
  const server = await start();
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
});

test('a busy port: refused when it was asked for, avoided when it was only remembered', async () => {
  const occupant = createServer().listen(Number(readFileSync(join(home, 'port'), 'utf8')), '127.0.0.1');
  await once(occupant, 'listening');
  const port = Number(readFileSync(join(home, 'port'), 'utf8'));
  const error = await refusal(startPostgres({ home, port }));
  expect(error.code).toBe('postgres.port_busy');
  expect(error.message).toContain(`Port ${port}`);
  const server = await start();
  expect(server.port).not.toBe(port);
  await server.stop();
  occupant.close();
});

test('a home that cannot be made, and data of another version, are named', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect((await refusal(startPostgres({ home: join(file, 'home') }))).code).toBe('postgres.home_unwritable');
  const version = join(home, 'data', 'PG_VERSION');
  writeFileSync(version, '17\n');
  const error = await refusal(startPostgres({ home }));
  writeFileSync(version, '18\n');
  expect(error.code).toBe('postgres.version_mismatch');
  expect((await refusal(startPostgres({ home, settings: { shared_buffers: 'plenty' } }))).message).toContain(
    'shared_buffers',
  );
});

test.each([
  ['could not extend file "base/5/16384": No space left on device', 'postgres.disk_full'],
  ['could not bind IPv4 address "127.0.0.1": Address already in use', 'postgres.port_busy'],
  ['could not open directory "data": Permission denied', 'postgres.home_unwritable'],
  ['FATAL:  invalid value for parameter "jit"', 'postgres.start_failed'],
])('%s', (said, code) => {
  expect(explainOutput(said, '/srv/simwright', 5432).code).toBe(code);
});
