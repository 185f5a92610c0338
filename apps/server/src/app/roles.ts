import { type Config, readSecrets } from '../kit/config.ts';
import { setInstanceKey } from '../kit/seal.ts';
import { openCore, type StartOptions } from './core.ts';
import { joinDatabase } from './database.ts';
import { listenToDevices } from './ip-commands.ts';
import { startHttp, startRadius, startWork } from './parts.ts';

/** A process that does one thing, beside others: what it says of itself once it runs, and how it ends. */
export type Part = { lines: [name: string, value: string][]; stop(): Promise<void> };

async function openPart(role: 'api' | 'worker' | 'radius', config: Config, options: StartOptions) {
  const secrets = readSecrets(config.home);
  setInstanceKey(secrets.instanceKey);
  options.say?.('Connecting to the database');
  return openCore(role, config, await joinDatabase(config, secrets), options);
}

/** HTTP: the APIs, the live feed, and the console. Any number of them, behind a proxy. */
export async function startApi(config: Config, options: StartOptions & { console?: boolean } = {}): Promise<Part> {
  const core = await openPart('api', config, options);
  const start = async () => {
    const { url } = await startHttp(core, { console: options.console ?? true, say: options.say ?? (() => {}) });
    return [['API and console', url]] satisfies Part['lines'];
  };
  return begun(core, start);
}

/** The charging shards and the loops. A second one stands by: it takes over the shards that are let go. */
export async function startWorkerProcess(config: Config, options: StartOptions = {}): Promise<Part> {
  const core = await openPart('worker', config, options);
  return begun(core, async () => {
    await startWork(core, () => null, null);
    return [];
  });
}

/** RADIUS, and data from devices: answers when usage is stored. Any number of them, each on its own address or port. */
export async function startRadiusProcess(config: Config, options: StartOptions = {}): Promise<Part> {
  const core = await openPart('radius', config, options);
  return begun(core, async () => {
    const { authPort, acctPort } = await startRadius(core);
    const heard = await listenToDevices(core);
    return [
      ['RADIUS', `access ${authPort}, accounting ${acctPort} (UDP)`],
      ...(heard ? [['IP commands', `${heard.port} (UDP)`] satisfies [string, string]] : []),
    ];
  });
}

async function begun(
  { life }: Awaited<ReturnType<typeof openCore>>,
  start: () => Promise<Part['lines']>,
): Promise<Part> {
  try {
    return { lines: await start(), stop: () => life.end() };
  } catch (error) {
    await life.end();
    throw error;
  }
}
