import { startRadiusProcess } from '../app/roles.ts';
import { banner, runUntilStopped } from '../app/terminal.ts';
import { readConfig } from '../kit/config.ts';

/** RADIUS only: what it takes in is stored, and charged by the worker. `npm run start:radius` */
await runUntilStopped(async ({ say }) => {
  const part = await startRadiusProcess(readConfig(process.env), { say });
  return { stop: part.stop, banner: banner('Simwright RADIUS is running', part.lines) };
});
