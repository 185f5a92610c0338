import { randomBytes } from 'node:crypto';
import { readAsked, UsageFault, usage } from '../app/import/asked.ts';
import { importSuperSim } from '../app/import/index.ts';
import { openOwnerDoor } from '../app/owner.ts';
import { ConfigFault, readConfig, readSecrets } from '../kit/config.ts';
import { systemClock } from '../kit/ctx.ts';
import { openDatabase } from '../kit/db.ts';
import { createLog } from '../kit/log.ts';
import { migrate } from '../kit/migrate.ts';
import { PostgresError } from '../kit/postgres/index.ts';
import { Refusal } from '../kit/refusal.ts';
import { setInstanceKey } from '../kit/seal.ts';
import { SourceFault } from '../takeover/index.ts';

/**
 * `npx simwright import supersim …`: takes an account of a Super SIM API over, whether the product runs or not.
 * Ends with 0 when it did what was asked, also if some of it was refused (the report says what), with 2 when something else must be
 * said, with 1 when it could not go on, and with 130 after Ctrl-C; the same command goes on.
 */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  const [what, ...rest] = process.argv.slice(2);
  if (what !== 'supersim' || rest.includes('--help')) throw new UsageFault(usage);
  const asked = readAsked(rest);
  const config = readConfig(process.env);
  const secrets = readSecrets(config.home);
  setInstanceKey(secrets.instanceKey);
  const log = createLog(config.logLevel);
  const door = await openOwnerDoor(config, secrets, log);
  const database = openDatabase(door.appUrl, 4);
  try {
    await migrate(door.ownerUrl);
    const runtime = { database, clock: systemClock, log, random: randomBytes };
    await importSuperSim({ runtime, env: process.env, signal: stopping.signal, ...terminal() }, asked);
  } finally {
    await database.pool.end();
    await door.stop();
  }
} catch (error) {
  if (stopping.signal.aborted) {
    console.error('\nStopped. The same command goes on.');
    process.exitCode = 130;
  } else {
    const known = [UsageFault, SourceFault, Refusal, ConfigFault, PostgresError].some((kind) => error instanceof kind);
    console.error(known ? (error as Error).message : error);
    process.exitCode = error instanceof UsageFault ? 2 : 1;
  }
}

/** A line that is written over and over in a terminal; elsewhere one line every ten seconds. */
function terminal() {
  const everyMs = process.stderr.isTTY ? 100 : 10_000;
  let shown = false;
  let last = -everyMs;
  const clear = () => {
    if (shown && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    say(text: string) {
      clear();
      console.log(text);
    },
    progress(text: string) {
      if (performance.now() - last < everyMs) return;
      last = performance.now();
      clear();
      process.stderr.write(process.stderr.isTTY ? text : `${text}\n`);
      shown = true;
    },
  };
}
