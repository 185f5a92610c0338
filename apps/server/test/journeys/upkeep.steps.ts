import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { onServer } from '../database.ts';
import type { World } from '../world.ts';

/** An empty database on the test server. */
export async function emptyDatabase() {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(process.env.TEST_DATABASE_URL!);
  await onServer(url.href, `create database ${name}`);
  const server = url.href;
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `drop database if exists ${name} with (force)`) };
}

/** Active lines, each with a device in session. */
export async function activeLines(world: World, count: number) {
  const stock = await world.stock(count);
  for (const { iccid, registrationCode } of stock) {
    const { body } = await world.api<{ id: string }>('POST', '/api/v1/sims/registrations', { iccid, registrationCode });
    await world.api('PUT', `/api/v1/sims/${body.id}/plan`, { plan: `pln_${world.plan.id.replaceAll('-', '')}` });
    const activated = await world.api('POST', `/api/v1/sims/${body.id}/status`, { status: 'active' });
    expect(activated.status).toBe(200);
  }
  return stock.map(({ imsi }, i) => {
    const who = { imsi, plmn: '26201', rat: 'EUTRAN', apn: 'internet', framedIp: `10.0.0.${i + 1}` } as const;
    return { who, device: world.gateway.device(who, `s-${i}-${imsi}`) };
  });
}

export const totals = `select organization_id, line_id, period_id, sum(bytes_up)::text as up, sum(bytes_down)::text as down,
                       sum(charge_micros)::text as charge from usage_records group by 1, 2, 3 order by 1, 2, 3`;

export const nodeArgs = ['--disable-warning=ExperimentalWarning'];
export const bin = (name: string) => join(import.meta.dirname, '../../src/bin', `${name}.ts`);

/** A command of ours in a process of its own. `limitKb` bounds the files it may write, which is a disk that is full. */
export function command(name: string, args: string[], env: Record<string, string>, limitKb?: number) {
  const line = [process.execPath, ...nodeArgs, bin(name), ...args];
  const child = limitKb
    ? spawn('sh', ['-c', `trap '' XFSZ; ulimit -f ${limitKb * 2}; exec "$@"`, 'sh', ...line], {
        env: { ...process.env, ...env },
      })
    : spawn(line[0]!, line.slice(1), { env: { ...process.env, ...env } });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('exit', (code) => resolve({ code, said })),
  );
  return { child: child as ChildProcess, ended };
}

/** Waits until a statement of ours waits for a lock. */
export async function waitsForLock(world: World, database: string, like: string): Promise<void> {
  await world.until(`${like} waits`, async () => {
    const { rowCount } = await world.owner.pool.query(
      `select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query like $2`,
      [database, like],
    );
    return (rowCount ?? 0) > 0;
  });
}
