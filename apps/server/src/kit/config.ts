import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRange } from './ranges.ts';

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
  /** Data to devices and from them over UDP. Absent: neither is sent nor heard. */
  ipCommands?: {
    /** Where datagrams leave from, and where devices send theirs. */
    host: string;
    /** Null: devices are not heard. */
    port: number | null;
    /** Addresses of devices (CIDR); no others are sent to or heard. */
    ranges: string[];
  };
  /** Who watches. `port` null: no listener of its own; `token` null: anybody who reaches it may read the numbers. */
  metrics?: { host: string; port: number | null; token: string | null };
  /** The largest file that may be imported. */
  importMaxBytes?: number;
  /** Who sends our letters. Absent: nobody, and they are kept. */
  mail?: { url: string; from: string } | null;
  /** Where VAT numbers are checked: the Commission's REST API, unless told otherwise. */
  viesUrl?: string | null;
  /** Private ranges that may be called nevertheless; empty unless given. */
  outgoingPrivate?: string[];
  /** Another server that speaks Stripe's language: for tests alone. Absent: Stripe itself. */
  stripeApi?: URL;
  /** Another server that speaks Xero's language: for tests alone. Absent: Xero itself. */
  xeroApi?: URL;
  /** What the instance does for itself. Absent: no daily backup, and usage is kept for ever. */
  upkeep?: Upkeep;
};

export type Upkeep = {
  /** Where the daily backup goes; null: none is taken by itself. */
  backupDir: string | null;
  /** Minutes after midnight, UTC. */
  backupAt: number;
  backupKeep: number;
  backupPassphrase: string | null;
  archiveDir: string;
  /** Whole months of usage kept besides the present one; null: for ever. At least `fewestMonths`. */
  usageKeepMonths: number | null;
};

/** A month may leave when nobody's late usage can reach it any more: 93 days (usage/model.ts), and some to spare. */
export const fewestMonths = 4;

export class ConfigFault extends Error {
  override name = 'ConfigFault';
}

/** Reads the environment; a wrong value is one clear sentence, before anything starts. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const host = env.HOST || '127.0.0.1';
  const port = readPort(env, 'PORT', 8080);
  const home = resolve(env.SIMWRIGHT_HOME || '.simwright');
  // An instance with the demo is tried on one machine, where whoever is called back runs too, and the devices of its lab.
  const demo = (env.SIMWRIGHT_DEMO || 'on') !== 'off';
  return {
    home,
    host,
    port,
    publicUrl: (env.PUBLIC_URL || `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`).replace(/\/+$/, ''),
    databaseUrl: env.DATABASE_URL || null,
    radius: {
      host: env.RADIUS_HOST || host,
      authPort: readPort(env, 'RADIUS_AUTH_PORT', 1812),
      acctPort: readPort(env, 'RADIUS_ACCT_PORT', 1813),
    },
    demo,
    logLevel: env.LOG_LEVEL || 'warn',
    metrics: {
      host: env.METRICS_HOST || '127.0.0.1',
      port: env.METRICS_PORT ? readPort(env, 'METRICS_PORT', 0) : null,
      token: readMetricsToken(env),
    },
    importMaxBytes: (readCount(env, 'IMPORT_MAX_MB', 1, 100_000) ?? 2_000) * 1_000_000,
    mail: readMail(env),
    viesUrl: readViesUrl(env),
    upkeep: readUpkeep(env, home),
    outgoingPrivate: readRanges(env, 'OUTGOING_PRIVATE', demo ? '127.0.0.0/8,::1' : ''),
    ...readNear(env, 'STRIPE_API_URL', 'stripeApi'),
    ...readNear(env, 'XERO_API_URL', 'xeroApi'),
    ipCommands: {
      host: env.IP_COMMANDS_HOST || env.RADIUS_HOST || host,
      port: readIpCommandsPort(env, demo),
      ranges: readRanges(env, 'IP_COMMANDS_RANGES', demo ? '127.0.0.0/8' : ''),
    },
  };
}

/** Keys go there, so only to this machine, or where the way is sealed; a live key goes to Stripe alone whatever is set here. */
function readNear<K extends 'stripeApi' | 'xeroApi'>(
  env: NodeJS.ProcessEnv,
  name: string,
  as: K,
): { [key in K]?: URL } {
  const text = env[name];
  if (!text) return {};
  const url = URL.canParse(text) ? new URL(text) : null;
  const near = url && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && near)))
    return { [as]: url } as { [key in K]: URL };
  throw new ConfigFault(`${name} is "${text}"; it must be an address like https://…, or http://127.0.0.1:port.`);
}

/** Any free port with the demo, where nothing is given: several may be tried on one machine. */
function readIpCommandsPort(env: NodeJS.ProcessEnv, demo: boolean): number | null {
  if (!env.IP_COMMANDS_PORT) return demo ? 0 : null;
  return readPort(env, 'IP_COMMANDS_PORT', 0) || null;
}

function readRanges(env: NodeJS.ProcessEnv, name: string, otherwise: string): string[] {
  const ranges = (env[name] ?? otherwise).split(',').flatMap((range) => range.trim() || []);
  const wrong = ranges.find((range) => readRange(range) === null);
  if (wrong) throw new ConfigFault(`${name} has "${wrong}"; it must be ranges of addresses, like 10.0.0.0/8,fd00::/8.`);
  return ranges;
}

function readMetricsToken(env: NodeJS.ProcessEnv): string | null {
  const token = env.METRICS_TOKEN;
  if (!token) return null;
  if (!/^[\x21-\x7e]{16,200}$/.test(token)) {
    throw new ConfigFault('METRICS_TOKEN must be 16 to 200 visible characters without spaces.');
  }
  return token;
}

function readViesUrl({ VIES_URL: url }: NodeJS.ProcessEnv): string | null {
  if (!url) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ConfigFault('VIES_URL must be an address, like https://ec.europa.eu/taxation_customs/vies/rest-api.');
  }
  return url.replace(/\/+$/, '');
}

function readMail(env: NodeJS.ProcessEnv): Config['mail'] {
  const { SMTP_URL: url, MAIL_FROM: from } = env;
  if (!url && !from) return null;
  // It holds a password: what is wrong with it is said without saying what it is.
  if (!url || !URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol) || new URL(url).hostname === '') {
    throw new ConfigFault(
      'SMTP_URL must be the address of a mail server, like smtps://user:password@mail.example.com.',
    );
  }
  if (!from || !/^[^\s@<>"]+@[a-z0-9.-]+$/i.test(from)) {
    throw new ConfigFault('MAIL_FROM must be the address that letters come from, like billing@example.com.');
  }
  return { url, from };
}

function readUpkeep(env: NodeJS.ProcessEnv, home: string): Upkeep {
  const at = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(env.BACKUP_AT || '03:00');
  if (!at) throw new ConfigFault(`BACKUP_AT is "${env.BACKUP_AT}"; it must be a time of day in UTC, like 03:00.`);
  return {
    backupDir: env.BACKUP_DIR ? resolve(env.BACKUP_DIR) : null,
    backupAt: Number(at[1]) * 60 + Number(at[2]),
    backupKeep: readCount(env, 'BACKUP_KEEP', 1, 1000) ?? 7,
    backupPassphrase: env.BACKUP_PASSPHRASE || null,
    archiveDir: resolve(env.ARCHIVE_DIR || join(home, 'archive')),
    usageKeepMonths: readCount(env, 'USAGE_KEEP_MONTHS', fewestMonths, 1200),
  };
}

function readCount(env: NodeJS.ProcessEnv, name: string, least: number, most: number): number | null {
  const text = env[name];
  if (!text) return null;
  if (!/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most) {
    throw new ConfigFault(`${name} is "${text}"; it must be a whole number from ${least} to ${most}.`);
  }
  return Number(text);
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
    placeSecrets(home, randomBytes(32));
    kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  }
  chmodSync(file, 0o600);
  return {
    instanceKey: Buffer.from(kept.instanceKey!, 'base64'),
    ownerPassword: kept.ownerPassword!,
    appPassword: kept.appPassword!,
    ingestPassword: kept.ingestPassword!,
  };
}

/** Writes the secrets of a new home: the given instance key, and new passwords. What is there is never overwritten. */
export function placeSecrets(home: string, instanceKey: Buffer): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const secrets = {
    instanceKey: instanceKey.toString('base64'),
    ownerPassword: randomBytes(24).toString('base64url'),
    appPassword: randomBytes(24).toString('base64url'),
    ingestPassword: randomBytes(24).toString('base64url'),
  };
  writeFileSync(join(home, 'secrets.json'), `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}
