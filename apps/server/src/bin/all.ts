import { boot } from '../app/boot.ts';
import { readDemo } from '../app/demo/index.ts';
import { banner, runUntilStopped } from '../app/terminal.ts';
import { readConfig } from '../kit/config.ts';

/** Everything in one process: `npm start`. */
await runUntilStopped(async ({ say, fail }) => {
  const running = await boot(readConfig(process.env), {
    say,
    onDatabaseExit: (error) => fail(`The database server ended: ${error.message}`),
  });
  const { url, radius, ipCommandsPort, demoFile } = running;
  const demo = demoFile && readDemo(demoFile);
  const lines: [string, string][] = [
    ['Console', url],
    ...(demo ? [['Sign in', `${demo.admin.email}  ${demo.admin.password}`] satisfies [string, string]] : []),
    ...(demoFile ? [['Demo', demoFile] satisfies [string, string]] : []),
    ['RADIUS', `access ${radius.authPort}, accounting ${radius.acctPort} (UDP)`],
    ...(ipCommandsPort === null ? [] : [['IP commands', `${ipCommandsPort} (UDP)`] satisfies [string, string]]),
    ['API', `${url}/api/v1/openapi.json`],
  ];
  return { stop: running.stop, banner: banner('Simwright is running', lines) };
});
