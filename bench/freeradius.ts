import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Store, secret } from './store.ts';

const installed = '/etc/freeradius/3.0';

export type Peer = { port: number; pid: number; stop(): Promise<void> };

/**
 * FreeRADIUS as Debian packs it (freeradius, freeradius-postgresql), with its stock queries and pool, accounting into
 * a database of its own on our server. It runs on a copy of its configuration; nothing of the host's is touched.
 */
export async function startFreeRadius(store: Store): Promise<Peer | { skipped: string }> {
  const program = spawnSync('which', ['freeradius']).stdout.toString().trim();
  const schema = join(installed, 'mods-config/sql/main/postgresql/schema.sql');
  if (!program || !existsSync(schema)) return { skipped: 'skipped, needs freeradius and freeradius-postgresql' };
  const folder = mkdtempSync(join(tmpdir(), 'simwright-freeradius-'));
  const port = await freeUdpPort();
  await makeDatabase(store, readFileSync(schema, 'utf8'));
  writeConfiguration(folder, store, port);
  const child = spawn(program, ['-d', join(folder, 'raddb'), '-n', 'radiusd', '-f', '-l', join(folder, 'radius.log')], {
    stdio: 'ignore',
  });
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  await new Promise((resolve) => setTimeout(resolve, 1500));
  if (child.exitCode !== null) {
    const log = join(folder, 'radius.log');
    const said = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ') : '';
    await stop();
    return { skipped: `skipped, freeradius did not start: ${said}` };
  }
  return { port, pid: child.pid!, stop };
}

async function makeDatabase(store: Store, schema: string): Promise<void> {
  const { host, port, superuser } = store.embedded;
  const open = async (database: string) => {
    const client = new pg.Client({ host, port, database, ...superuser });
    await client.connect();
    return client;
  };
  const server = await open('postgres');
  await server.query('drop database if exists radius');
  await server.query('create database radius');
  await server.end();
  const client = await open('radius');
  await client.query(schema);
  await client.end();
}

function writeConfiguration(folder: string, store: Store, port: number): void {
  const raddb = join(folder, 'raddb');
  cpSync(installed, raddb, { recursive: true, dereference: true });
  for (const name of ['mods-enabled', 'sites-enabled']) {
    rmSync(join(raddb, name), { recursive: true, force: true });
    mkdirSync(join(raddb, name));
  }
  const { superuser } = store.embedded;
  writeFileSync(
    join(raddb, 'mods-enabled/sql'),
    `sql {
      driver = "rlm_sql_postgresql"
      dialect = "postgresql"
      server = "127.0.0.1"
      port = ${store.embedded.port}
      login = "${superuser.user}"
      password = "${superuser.password}"
      radius_db = "radius"
      acct_table1 = "radacct"
      acct_table2 = "radacct"
      postauth_table = "radpostauth"
      authcheck_table = "radcheck"
      groupcheck_table = "radgroupcheck"
      authreply_table = "radreply"
      groupreply_table = "radgroupreply"
      usergroup_table = "radusergroup"
      client_table = "nas"
      delete_stale_sessions = yes
      pool {
        start = 8
        min = 8
        max = 32
        spare = 8
        uses = 0
        lifetime = 0
        idle_timeout = 60
      }
      read_clients = no
      group_attribute = "SQL-Group"
      $INCLUDE \${modconfdir}/\${.:name}/main/\${dialect}/queries.conf
    }\n`,
  );
  for (const module of ['expr', 'preprocess', 'attr_filter', 'always']) {
    const file = join(installed, 'mods-available', module);
    if (existsSync(file)) cpSync(file, join(raddb, 'mods-enabled', module));
  }
  writeFileSync(
    join(raddb, 'sites-enabled/bench'),
    `server bench {
      listen {
        type = acct
        ipaddr = 127.0.0.1
        port = ${port}
      }
      preacct {
        preprocess
        acct_unique
      }
      accounting {
        sql
        attr_filter.accounting_response
      }
    }\n`,
  );
  writeFileSync(join(raddb, 'clients.conf'), `client bench {\n  ipaddr = 127.0.0.1\n  secret = ${secret}\n}\n`);
  writeFileSync(
    join(raddb, 'radiusd.conf'),
    `prefix = /usr
exec_prefix = /usr
sysconfdir = /etc
localstatedir = ${folder}
sbindir = \${exec_prefix}/sbin
logdir = ${folder}
raddbdir = ${raddb}
radacctdir = ${folder}/radacct
name = radiusd
confdir = \${raddbdir}
modconfdir = \${confdir}/mods-config
certdir = \${confdir}/certs
cadir = \${confdir}/certs
run_dir = ${folder}
db_dir = ${folder}
libdir = /usr/lib/freeradius
pidfile = \${run_dir}/radiusd.pid
correct_escapes = true
max_request_time = 30
cleanup_delay = 5
max_requests = 65536
hostname_lookups = no
log {
  destination = files
  file = \${logdir}/radius.log
  auth = no
}
security {
  allow_core_dumps = no
  max_attributes = 200
  reject_delay = 1
  status_server = yes
}
proxy_requests = no
$INCLUDE clients.conf
thread pool {
  start_servers = 8
  max_servers = 32
  min_spare_servers = 4
  max_spare_servers = 16
  max_requests_per_server = 0
}
modules {
  $INCLUDE mods-enabled/
}
instantiate {
}
policy {
  $INCLUDE policy.d/
}
$INCLUDE sites-enabled/
`,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
