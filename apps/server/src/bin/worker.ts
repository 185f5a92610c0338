import { startWorkerProcess } from '../app/roles.ts';
import { banner, runUntilStopped } from '../app/terminal.ts';
import { readConfig } from '../kit/config.ts';

/** The charging shards and the loops. `npm run start:worker` */
await runUntilStopped(async ({ say }) => {
  const part = await startWorkerProcess(readConfig(process.env), { say });
  return { stop: part.stop, banner: banner('The Simwright worker is running', part.lines) };
});
