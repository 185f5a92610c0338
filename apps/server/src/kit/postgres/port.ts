import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { portBusy } from './errors.ts';

/** The wanted port or `postgres.port_busy`; without one the remembered port if it is free, else any free one. */
export async function choosePort(home: string, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if ((await tryPort(wanted)) === undefined) throw portBusy(wanted);
    return wanted;
  }
  const remembered = readPort(home);
  const free = (remembered === undefined ? undefined : await tryPort(remembered)) ?? (await tryPort(0));
  if (free === undefined) throw portBusy(0);
  return free;
}

export function rememberPort(home: string, port: number): void {
  if (readPort(home) !== port) writeFileSync(join(home, 'port'), `${port}\n`, { mode: 0o600 });
}

function readPort(home: string): number | undefined {
  try {
    const port = Number(readFileSync(join(home, 'port'), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
  } catch {
    return undefined;
  }
}

/** The port if we can listen there now (0: one that the system gives), else undefined. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
