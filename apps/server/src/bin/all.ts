import { boot, type Running } from '../app/boot.ts';
import { readDemo } from '../app/demo/index.ts';
import { ConfigFault, readConfig } from '../kit/config.ts';
import { PostgresError } from '../kit/postgres/index.ts';

/** Everything in one process: `npm start`. Ctrl-C ends it cleanly; another one, a moment later, ends it at once. */
let running: Running | null = null;
let ending: number | null = null;
/** One Ctrl-C may arrive twice, from the terminal and from npm; a person's second one comes later. */
const sameCtrlCMs = 1_000;

async function end(code: number): Promise<void> {
  if (ending !== null) {
    if (performance.now() - ending > sameCtrlCMs) process.exit(1);
    return;
  }
  ending = performance.now();
  const late = setTimeout(() => process.exit(code || 1), 15_000);
  late.unref();
  await running?.stop();
  process.exit(code);
}

function say(text: string): void {
  console.log(`  ${text} …`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

try {
  const config = readConfig(process.env);
  running = await boot(config, {
    say,
    onDatabaseExit: (error) => {
      if (ending !== null) return;
      console.error(`\n  The database server ended: ${error.message}\n`);
      void end(1);
    },
  });
  if (ending !== null) await running.stop();
  else console.log(banner(running));
} catch (error) {
  console.error(`\n  Simwright could not start. ${explain(error)}\n`);
  process.exit(1);
}

function banner({ url, radius, demoFile }: Running): string {
  const demo = demoFile && readDemo(demoFile);
  const lines = [
    ['Console', url],
    ...(demo ? [['Sign in', `${demo.admin.email}  ${demo.admin.password}`]] : []),
    ...(demoFile ? [['Demo', demoFile]] : []),
    ['RADIUS', `access ${radius.authPort}, accounting ${radius.acctPort} (UDP)`],
    ['API', `${url}/api/v1/openapi.json`],
  ];
  return [
    '',
    '  Simwright is running',
    '',
    ...lines.map(([name, value]) => `    ${name!.padEnd(9)}${value}`),
    '',
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}

function explain(error: unknown): string {
  if (error instanceof ConfigFault || error instanceof PostgresError) return error.message;
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken by another program. Stop that one, or choose another by PORT, RADIUS_AUTH_PORT or RADIUS_ACCT_PORT.`;
  }
  if (code === 'EACCES' && port) return `Port ${port} needs more rights than this user has. Choose one above 1023.`;
  if (code === 'ECONNREFUSED') return `The database does not answer: ${message}. Check DATABASE_URL.`;
  return (error as Error).stack ?? String(error);
}
