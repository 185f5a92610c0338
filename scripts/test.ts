import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: the checks, then every test. With arguments (`npm test -- apps/server/src/ledger`) they go to vitest and
 * the checks are left out. The last line is the count; the exit code is 0 only if nothing failed.
 */
const root = join(import.meta.dirname, '..');
const selection = process.argv.slice(2);
let child: ChildProcess | undefined;

// npm and the terminal pass signals on; whoever runs below us gets the same one, so that no server is left behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child?.kill(signal));

const checked = selection.length === 0 ? await runNode(['scripts/check.ts']) : 0;
const outcome = await runTests(selection);
const count = { ...outcome, failed: outcome.failed + (checked === 0 ? 0 : 1) };
if (selection.length === 0 && checked === 0) count.passed += 1;
if (checked !== 0) console.log('npm run check found something; its lines are above.');
console.log(
  [`${count.passed} passed`, `${count.failed} failed`, ...(count.skipped ? [`${count.skipped} skipped`] : [])].join(
    ', ',
  ),
);
process.exitCode = checked || outcome.code || (count.failed > 0 ? 1 : 0);

type Outcome = { code: number; passed: number; failed: number; skipped: number };

async function runTests(args: string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'simwright-results-'));
  const file = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args]);
    return { code, ...readCount(file, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that fails to load has no tests, and counts as one that failed. */
function readCount(file: string, code: number): Omit<Outcome, 'code'> {
  let results: Results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
  const broken = results.testResults.filter((f) => f.status === 'failed' && !f.assertionResults.some(isFailed)).length;
  const failed = results.numFailedTests + broken;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

function isFailed(test: { status: string }): boolean {
  return test.status === 'failed';
}

/** Runs this very Node on a script of the repository, with our output and without input. */
function runNode(args: string[]): Promise<number> {
  return new Promise((resolve) => {
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(`${args[0]} could not be started: ${error.message}.`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}
