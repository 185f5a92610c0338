import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'simwright-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the launcher with whatever `node` the host has, as npm does. */
function launch(script: string, args: string[] = []) {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(file, script);
  const child = spawn('node', [join(root, 'start.mjs'), file, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return {
    child,
    said: async (word: string) => {
      while (!output.includes(word)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    ended: new Promise<{ code: number | null; output: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, output })),
    ),
  };
}

it('runs TypeScript on Node 24 or newer, with arguments, and hands the exit code on', async () => {
  const run = launch(
    `const major: number = Number(process.versions.node.split('.')[0]); console.log(major >= 24, process.argv.slice(2).join(' ')); process.exit(7);`,
    ['a', '--b=c'],
  );
  expect(await run.ended).toEqual({ code: 7, output: 'true a --b=c\n' });
});

it('forwards a signal once and waits for a clean end', async () => {
  const run = launch(
    `let n = 0; process.on('SIGTERM', () => { n += 1; setTimeout(() => { console.log('ended after', n); process.exit(0); }, 200); }); console.log('ready'); setInterval(() => {}, 1000);`,
  );
  await run.said('ready');
  run.child.kill('SIGTERM');
  expect(await run.ended).toEqual({ code: 0, output: 'ready\nended after 1\n' });
});
