import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { imsiOf } from '../apps/server/test/population.ts';
import type { Load, Report } from './generator.ts';

/** `count` IMSIs of a population of `sims`, evenly spread over it. */
export function someImsis(count: number, sims: number): string[] {
  const step = Math.max(1, Math.floor(sims / count));
  return Array.from({ length: Math.min(count, sims) }, (_, i) => imsiOf(i * step));
}

/** Runs the generator as a process of its own and hands back its last report. */
export async function drive(load: Load, told: (r: Report) => void = () => {}): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'simwright-load-'));
  const file = join(folder, 'load.json');
  writeFileSync(file, JSON.stringify(load));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'generator.ts'), file],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last: Report | null = null;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const report = JSON.parse(line) as Report;
      if (report.last) last = report;
      else told(report);
    }
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  if (!last) throw new Error('the load generator ended without a report');
  return last;
}
