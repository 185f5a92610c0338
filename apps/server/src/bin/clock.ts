import { demoFile, readDemo } from '../app/demo/index.ts';
import { readConfig } from '../kit/config.ts';

/**
 * Takes the clock of the running demo organization forward: `npm run clock -- +1month`, `+3days`, `+6hours`. It asks the
 * running product over its API, as anybody could, with the key of `demo.json` or of `SIMWRIGHT_API_KEY`.
 */
const units: Record<string, 'months' | 'days' | 'hours'> = { month: 'months', day: 'days', hour: 'hours' };
const match = /^\+(\d{1,5})\s*(month|day|hour)s?$/.exec(process.argv.slice(2).join(' '));
if (!match) {
  console.error('Say how far, for example: npm run clock -- +1month   (or +3days, +6hours)');
  process.exit(2);
}
const config = readConfig(process.env);
const key = process.env.SIMWRIGHT_API_KEY ?? readDemo(demoFile(config))?.apiKey;
if (!key) {
  console.error(`There is no key: ${demoFile(config)} is missing, and SIMWRIGHT_API_KEY is not set.`);
  process.exit(2);
}
const response = await fetch(`${config.publicUrl}/api/v1/sandbox/clock`, {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ advance: { [units[match[2]!]!]: Number(match[1]) } }),
}).catch((error: Error) => {
  console.error(`The product does not answer at ${config.publicUrl}: ${error.message}. Is it running?`);
  process.exit(1);
});
const body = (await response.json()) as { now?: string; error?: { message: string } };
if (!response.ok) {
  console.error(body.error?.message ?? `HTTP ${response.status}`);
  process.exit(1);
}
console.log(`The organization's clock is now ${body.now}.`);
