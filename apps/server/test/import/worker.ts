import { operationKinds } from '../../src/app/operations.ts';
import { systemClock } from '../../src/kit/ctx.ts';
import { openDatabase } from '../../src/kit/db.ts';
import { createLog } from '../../src/kit/log.ts';
import { setInstanceKey } from '../../src/kit/seal.ts';
import { advance } from '../../src/operations/index.ts';
import { listOrganizations } from '../../src/tenancy/index.ts';

/**
 * A worker of operations in a process of its own, to be killed at any moment: `worker.ts <database url>`. It writes a
 * line after each chunk. Nobody leaves it running: it ends after a quarter of an hour.
 */
setInstanceKey(Buffer.alloc(32, 7));
const runtime = { database: openDatabase(process.argv[2]!, 2), clock: systemClock, log: createLog('silent') };
const until = Date.now() + 900_000;
while (Date.now() < until) {
  let worked = 0;
  for (const organization of await listOrganizations(runtime)) {
    worked += await advance(runtime, organization, operationKinds, 1);
  }
  if (worked === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  else {
    const { user, system } = process.cpuUsage();
    const told = { cpuMs: Math.round((user + system) / 1000), rssMb: Math.round(process.memoryUsage.rss() / 1e6) };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}
process.exit(0);
