import { setTimeout as sleep } from 'node:timers/promises';
import { rollAllDue } from '../apps/server/src/app/worker.ts';
import { type Organization, systemClock } from '../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../apps/server/src/kit/db.ts';
import { createLog } from '../apps/server/src/kit/log.ts';

/** Rolls what is due, in a process of its own that may be killed: `roller.ts <database URL> <organization as JSON>`. */
const [url, organization] = process.argv.slice(2) as [string, string];
const log = createLog('error');
const runtime = { database: openDatabase(url, 4), clock: systemClock, log };
const { clockOffsetMs, ...rest } = JSON.parse(organization);
const whole: Organization = { ...rest, clockOffsetMs: BigInt(clockOffsetMs) };
const begun = process.cpuUsage();
let rolled = 0;
for (;;) {
  const turn = await rollAllDue(runtime, whole, 20);
  rolled += turn;
  const used = process.cpuUsage(begun);
  console.log(JSON.stringify({ rolled, cpuUs: used.user + used.system, rssBytes: process.memoryUsage().rss }));
  if (turn === 0) break;
}
await sleep(1);
await runtime.database.pool.end();
