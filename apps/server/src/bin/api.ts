import { startApi } from '../app/roles.ts';
import { banner, runUntilStopped } from '../app/terminal.ts';
import { readConfig } from '../kit/config.ts';

/** HTTP only, beside a worker: APIs, console and live feed. `npm run start:api` */
await runUntilStopped(async ({ say }) => {
  const part = await startApi(readConfig(process.env), { say });
  return { stop: part.stop, banner: banner('The Simwright API is running', part.lines) };
});
