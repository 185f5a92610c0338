import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../sources.ts';

/** Formatter and linter, as findings of one line each. */
export async function checkStyle(): Promise<string[]> {
  const { code, output } = await runProgram('@biomejs/biome/bin/biome', [
    'check',
    '--reporter=github',
    '--max-diagnostics=200',
    '.',
  ]);
  const lines = output.split('\n').flatMap((line) => {
    const found = /^::error title=([^,]+),file=([^,]+)(?:,line=(\d+))?.*?::(.*)$/.exec(line);
    if (!found) return [];
    const [, rule, file = '', at, words] = found;
    if (rule === 'format') return [`${relative(root, file)}: not formatted; run "npm run format"`];
    return [`${relative(root, file)}${at ? `:${at}` : ''}: ${words} (${rule})`];
  });
  if (code !== 0 && lines.length === 0) return [`biome: ${lastLine(output)}`];
  return code === 0 ? [] : lines;
}

/** Strict types, of the repository and of the console, which has a configuration of its own. */
export async function checkTypes(): Promise<string[]> {
  const projects = ['.', 'apps/console'].filter((project) => existsSync(join(root, project, 'tsconfig.json')));
  const results = await Promise.all(projects.map((project) => typesOf(project)));
  return results.flat();
}

async function typesOf(project: string): Promise<string[]> {
  const { code, output } = await runProgram('typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', project]);
  if (code === 0) return [];
  const lines = output.split('\n').flatMap((line) => {
    const found = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line);
    return found ? [`${found[1]}:${found[2]}: ${found[4]} (${found[3]})`] : [];
  });
  return lines.length > 0 ? lines : [`tsc -p ${project}: ${lastLine(output)}`];
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'failed without a word';
}

/** A program of node_modules, run by this Node, which may be newer than the host's. */
function runProgram(script: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, timeout: 180_000 };
    execFile(process.execPath, [join(root, 'node_modules', script), ...args], options, (error, stdout, stderr) => {
      const failed = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code: failed, output: `${stdout}\n${stderr}` });
    });
  });
}
