import { z } from 'zod';
import { MAX_DEVICES } from './roster.ts';

const port = z.int().min(0).max(65_535);

/** What the simulated telecom is told, as JSON in the environment variable `SIMULATED_TELECOM`. Port 0 takes a free one. */
export const configShape = z.strictObject({
  seed: z.string().min(1).max(100),
  count: z.int().min(0).max(MAX_DEVICES),
  /** eSIMs whose profiles can be ordered at its SM-DP+; a device that installed one lives as the others do. */
  esims: z.int().min(0).max(10_000).default(0),
  /** Where our RADIUS listener is. */
  radiusHost: z.string().min(1),
  authPort: port,
  acctPort: port,
  secret: z.string().min(1),
  /** The address its gateway speaks from: the NAS's source address. */
  address: z.string().default('127.0.0.2'),
  coaPort: port.default(0),
  controlPort: port.default(0),
  /** Bearer token of the carrier API. */
  token: z.string().min(16),
  /** Whom texts from devices and delivery reports are handed to, and the bearer token for it; null: nobody. */
  intake: z
    .strictObject({ url: z.url(), token: z.string().min(16) })
    .nullable()
    .default(null),
  /** The base of the ES2+ address at which its SM-DP+ tells of downloads, and the bearer token for it; null: it tells nobody. */
  progress: z
    .strictObject({ url: z.url(), token: z.string().min(16) })
    .nullable()
    .default(null),
  /** A value set at the gateway overrides the Acct-Interim-Interval of an Access-Accept (RFC 2869 section 5.16). */
  interimSeconds: z.number().min(0.01).max(86_400).default(15),
  /** Divides every wait of a device and of the carrier; the clock and the retransmissions stay as they are. */
  speed: z.number().min(0.1).max(10_000).default(1),
});

export type Config = z.output<typeof configShape>;

/** Reads the configuration; throws Error naming every wrong field. */
export function readConfig(json: string | undefined): Config {
  if (!json) throw new Error('SIMULATED_TELECOM is not set: it holds the configuration as JSON');
  const read = configShape.safeParse(JSON.parse(json));
  if (!read.success) throw new Error(`SIMULATED_TELECOM is wrong\n${z.prettifyError(read.error)}`);
  return read.data;
}
