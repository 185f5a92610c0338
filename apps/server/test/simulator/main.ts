import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { freshDatabase, startTestServer } from '../database.ts';
import { simulate } from './simulate.ts';

/** npm run simulate -- --seed 42 --steps 200000. The seed is printed first; without one it is drawn. */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, steps: { type: 'string' }, seeds: { type: 'string' } },
});
const steps = Number(values.steps ?? 5_000);
const first = values.seed ?? String(randomInt(1_000_000_000));
const count = Number(values.seeds ?? 1);
if (!Number.isSafeInteger(steps) || steps < 1 || !Number.isSafeInteger(count) || count < 1) {
  console.error('Usage: npm run simulate -- [--seed 42] [--steps 5000] [--seeds 1]');
  process.exit(2);
}

const server = process.env.TEST_DATABASE_URL ? null : await startTestServer();
if (server) Object.assign(process.env, { TEST_DATABASE_URL: server.url, TEST_DATABASE_TEMPLATE: server.template });
let failed = 0;
try {
  for (let i = 0; i < count; i++) {
    const seed = i === 0 ? first : `${first}.${i}`;
    console.log(`seed ${seed}, ${steps} steps`);
    failed += await run(seed);
  }
} finally {
  await server?.stop();
}
process.exitCode = failed > 0 ? 1 : 0;

async function run(seed: string): Promise<number> {
  const database = await freshDatabase();
  const began = performance.now();
  const outcome = await simulate(seed, steps, database.urls).finally(() => database.drop());
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `  ${outcome.steps} steps, ${outcome.sessions} sessions in ${seconds.toFixed(1)} s: ` +
      (outcome.breaches.length === 0 ? 'every law holds' : `${outcome.breaches.length} breaches`),
  );
  if (outcome.breaches.length === 0) return 0;
  for (const line of outcome.last) console.log(`  ${line}`);
  for (const { law, id, kept, found } of outcome.breaches.slice(0, 20))
    console.log(`  ${law} ${id}: ${kept} / ${found}`);
  console.log(`  Keep it: add "${seed} ${outcome.steps}" to apps/server/test/simulator/seeds.txt`);
  return 1;
}
