import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type Config = {
  home: string;
  host: string;
  port: number;
  /** Base of every URL we hand out; the address we listen on unless a proxy stands before us. */
  publicUrl: string;
  databaseUrl: string | null;
  radius: { host: string; authPort: number; acctPort: number };
  demo: boolean;
  logLevel: string;
};

export class ConfigFault extends Error {
  override name = 'ConfigFault';
}

/** Reads the environment; a wrong value is one clear sentence, before anything starts. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const host = env.HOST || '127.0.0.1';
  const port = readPort(env, 'PORT', 8080);
  return {
    home: resolve(env.SIMWRIGHT_HOME || '.simwright'),
    host,
    port,
    publicUrl: (env.PUBLIC_URL || `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`).replace(/\/+$/, ''),
    databaseUrl: env.DATABASE_URL || null,
    radius: {
      host: env.RADIUS_HOST || host,
      authPort: readPort(env, 'RADIUS_AUTH_PORT', 1812),
      acctPort: readPort(env, 'RADIUS_ACCT_PORT', 1813),
    },
    demo: (env.SIMWRIGHT_DEMO || 'on') !== 'off',
    logLevel: env.LOG_LEVEL || 'warn',
  };
}

function readPort(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) {
    throw new ConfigFault(`${name} is "${text}"; it must be a port number from 0 to 65535.`);
  }
  return port;
}

export type Secrets = { instanceKey: Buffer; ownerPassword: string; appPassword: string; ingestPassword: string };

/** The instance's own secrets, made once and kept in `$SIMWRIGHT_HOME/secrets.json` with mode 0600. */
export function readSecrets(home: string): Secrets {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigFault(`SIMWRIGHT_HOME ${home} cannot be made: ${(error as Error).message}.`);
  }
  const file = join(home, 'secrets.json');
  let kept: Record<string, string> | null = null;
  try {
    kept = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new ConfigFault(
        `${file} cannot be read: ${(error as Error).message}. Restore it from a backup: sealed data needs it.`,
      );
    }
  }
  if (!kept) {
    kept = {
      instanceKey: randomBytes(32).toString('base64'),
      ownerPassword: randomBytes(24).toString('base64url'),
      appPassword: randomBytes(24).toString('base64url'),
      ingestPassword: randomBytes(24).toString('base64url'),
    };
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  }
  chmodSync(file, 0o600);
  return {
    instanceKey: Buffer.from(kept.instanceKey!, 'base64'),
    ownerPassword: kept.ownerPassword!,
    appPassword: kept.appPassword!,
    ingestPassword: kept.ingestPassword!,
  };
}
