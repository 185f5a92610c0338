import { ConfigFault } from '../kit/config.ts';
import { PostgresError } from '../kit/postgres/index.ts';

/** One Ctrl-C may arrive twice, from the terminal and from npm; a person's second one comes later. */
const sameCtrlCMs = 1_000;
/** What has not ended by then is cut off. */
const endMs = 15_000;

/**
 * Runs something until a signal ends it: drained, and with code 0. Ctrl-C ends it cleanly; another one, a moment
 * later, ends it at once. What cannot start says one sentence and ends with code 1.
 */
export async function runUntilStopped(
  start: (tools: { say: (text: string) => void; fail: (sentence: string) => void }) => Promise<{
    stop(): Promise<void>;
    banner: string;
  }>,
): Promise<void> {
  let running: { stop(): Promise<void> } | null = null;
  let ending: number | null = null;

  async function end(code: number): Promise<void> {
    if (ending !== null) {
      if (performance.now() - ending > sameCtrlCMs) process.exit(1);
      return;
    }
    ending = performance.now();
    const late = setTimeout(() => process.exit(code || 1), endMs);
    late.unref();
    await running?.stop();
    process.exit(code);
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  try {
    const started = await start({
      say: (text) => console.log(`  ${text} …`),
      fail: (sentence) => {
        if (ending !== null) return;
        console.error(`\n  ${sentence}\n`);
        void end(1);
      },
    });
    running = started;
    if (ending !== null) await started.stop();
    else console.log(started.banner);
  } catch (error) {
    console.error(`\n  Simwright could not start. ${explain(error)}\n`);
    process.exit(1);
  }
}

export function banner(title: string, lines: [name: string, value: string][]): string {
  const width = Math.max(9, ...lines.map(([name]) => name.length + 2));
  return [
    '',
    `  ${title}`,
    '',
    ...lines.map(([name, value]) => `    ${name.padEnd(width)}${value}`),
    ...(lines.length > 0 ? [''] : []),
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}

function explain(error: unknown): string {
  if (error instanceof ConfigFault || error instanceof PostgresError) return error.message;
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken by another program. Stop that one, or choose another by PORT, RADIUS_AUTH_PORT, RADIUS_ACCT_PORT, IP_COMMANDS_PORT or METRICS_PORT.`;
  }
  if (code === 'EACCES' && port) return `Port ${port} needs more rights than this user has. Choose one above 1023.`;
  if (code === 'ECONNREFUSED') return `The database does not answer: ${message}. Check DATABASE_URL.`;
  return (error as Error).stack ?? String(error);
}
