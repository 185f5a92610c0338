import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { freshDatabase, onServer, startTestServer } from '../database.ts';
import { mutants, plant, sqlOfPlanted } from './mutants.ts';

/**
 * npm run simulate: twenty seeds of ten thousand steps each. `--seed 42 --steps 10000 --seeds 1` runs one again; the
 * seed is printed first, and drawn when none is given. `--mutant name` breaks the product on the way in, and the run
 * must fail; `--more invoice` makes actions of that name happen ten times as often. Exit code 1: a law was broken; 2: wrong usage.
 */
const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, steps: { type: 'string' }, seeds: { type: 'string' }, jobs: { type: 'string' } },
    ...{ mutant: { type: 'string' }, more: { type: 'string' }, every: { type: 'string' }, child: { type: 'boolean' } },
  },
});
const first = values.seed ?? String(randomInt(1_000_000_000));
const steps = Number(values.steps ?? 10_000);
const count = Number(values.seeds ?? (values.seed ? 1 : 20));
const every = Number(values.every ?? 500);
const jobs = Math.min(count, Number(values.jobs ?? Math.min(4, availableParallelism())));
const usable = [steps, count, every, jobs].every((number) => Number.isSafeInteger(number) && number > 0);
if (!usable || (values.mutant !== undefined && !mutants.some(({ name }) => name === values.mutant))) {
  console.error(
    'Usage: npm run simulate -- [--seed 42] [--steps 10000] [--seeds 20] [--jobs 2] [--every 500] [--mutant name] [--more "invoice|refund"]',
  );
  console.error(`Mutants: ${mutants.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

if (values.child) process.exitCode = await run(first);
else {
  console.log(`seed ${first}: ${count} × ${steps} steps, ${jobs} at a time`);
  const began = performance.now();
  const server = process.env.TEST_DATABASE_URL ? null : await startTestServer();
  if (server) Object.assign(process.env, { TEST_DATABASE_URL: server.url, TEST_DATABASE_TEMPLATE: server.template });
  try {
    const codes = await runAll(Array.from({ length: count }, (_, i) => (i === 0 ? first : `${first}.${i}`)));
    const seconds = (performance.now() - began) / 1000;
    const failed = codes.filter((code) => code !== 0).length;
    console.log(
      `${count - failed} of ${count} seeds held every law; ${((count * steps) / seconds).toFixed(0)} steps/s, ${seconds.toFixed(0)} s in all`,
    );
    process.exitCode = Math.max(...codes);
  } finally {
    await server?.stop();
  }
}

/** A process for each seed, so many at a time: a world is one core's work. */
async function runAll(seeds: string[]): Promise<number[]> {
  const left = seeds.values();
  const codes: number[] = [];
  const worker = async () => {
    for (const seed of left) codes.push(await runChild(seed));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return codes;
}

function runChild(seed: string): Promise<number> {
  const mutant = values.mutant ? ['--mutant', values.mutant] : [];
  const more = values.more ? ['--more', values.more] : [];
  const args = ['--child', '--seed', seed, '--steps', String(steps), '--every', String(every), ...mutant, ...more];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

async function run(seed: string): Promise<number> {
  if (values.mutant) plant(values.mutant);
  // Only now: what is broken must be broken before it is read.
  const { simulate } = await import('./simulate.ts');
  const { favour } = await import('./actions/index.ts');
  const more = values.more ? new RegExp(values.more) : mutants.find(({ name }) => name === values.mutant)?.more;
  if (more) favour(more);
  const sabotage = sqlOfPlanted();
  const database = await freshDatabase();
  if (sabotage) await onServer(database.urls.owner, sabotage);
  const began = performance.now();
  const outcome = await simulate(seed, steps, database.urls, { every }).finally(() => database.drop());
  const seconds = (performance.now() - began) / 1000;
  const { breaches } = outcome;
  const verdict = breaches.length === 0 ? 'every law holds' : `${breaches.length} breaches`;
  const lines = [
    `seed ${seed}: ${outcome.steps} steps, ${outcome.sessions} sessions in ${seconds.toFixed(1)} s: ${verdict}`,
  ];
  if (breaches.length > 0) {
    lines.push(...outcome.last.map((line) => `  ${line}`));
    lines.push(...breaches.slice(0, 20).map(({ law, id, kept, found }) => `  ${law} ${id}: ${kept} / ${found}`));
    if (!values.mutant) lines.push(`  Keep it: add "${seed} ${outcome.steps}" to apps/server/test/simulator/seeds.txt`);
  }
  console.log(lines.join('\n'));
  return breaches.length === 0 ? 0 : 1;
}
