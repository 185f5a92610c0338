import { composition, doors, kit } from '../doors.ts';
import { type Import, importsOf, listFiles, targetOf } from '../sources.ts';

const server = 'apps/server/src/';

/** Imports that the door table does not allow, and files that import each other in a circle. */
export function checkDoors(): string[] {
  const files = listFiles().filter((path) => /\.(ts|tsx|mts)$/.test(path));
  const imports = new Map(files.map((path) => [path, importsOf(path)]));
  const problems = [...tableProblems()];
  for (const [path, list] of imports) {
    for (const one of list) {
      const problem = problemOf(path, one);
      if (problem) problems.push(`${path}:${one.line}: ${problem}`);
    }
  }
  return [...problems, ...circles(imports)];
}

function problemOf(path: string, { from, typeOnly }: Import): string | null {
  const target = targetOf(path, from);
  if (target === null) return packageProblem(path, from);
  const acts =
    /^apps\/server\/src\/kit\/(?!assert|refusal|ids)/.test(target) || /\/(sql|service)(\.ts|\/)/.test(target);
  if (isModel(path) && acts && !typeOnly) return `a model decides and does not act, and this is ${target}`;
  const mine = workspaceOf(path);
  const theirs = workspaceOf(target);
  const room = roomOf(path);
  if (mine !== theirs) {
    // The server serves the console, so it may ask it to build itself.
    const builds = room !== null && composition.includes(room) && target === 'apps/console/build.ts';
    const repository = mine === '' || mine === 'bench';
    return builds || repository ? null : `${from} is in another workspace; import its package by name`;
  }
  const wanted = roomOf(target);
  if (wanted === null) return room && !isTest(path) ? `only tests may import ${target}` : null;
  if (wanted === room || room === null) return null; // One's own inner files; and apps/server/test may look into models.
  if (wanted === kit) return null;
  if (isTest(path)) return isDoor(target) || isTest(target) ? null : `${target} is an inner file of ${wanted}`;
  if (composition.includes(room)) return isOpen(target, wanted) ? null : `${target} is an inner file of ${wanted}`;
  if (room === kit) return `kit knows no room, and this is ${wanted}`;
  if (!doors[room]) return `the room ${room} is not in the door table (scripts/doors.ts)`;
  if (!doors[room].includes(wanted)) return `${room} may not import ${wanted}`;
  return isDoor(target) ? null : `${target} is an inner file of ${wanted}; import its index.ts`;
}

/** `measure` depends on nothing, and a model is decided without the world: neither database nor network. */
function packageProblem(path: string, from: string): string | null {
  if (path.startsWith('packages/measure/src/') && !isTest(path))
    return `measure depends on nothing, and this is ${from}`;
  const pure = ['@simwright/measure', 'temporal-polyfill', 'node:crypto'];
  return isModel(path) && !pure.includes(from)
    ? `a model imports only measure and calendars, and this is ${from}`
    : null;
}

function tableProblems(): string[] {
  const problems: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (room: string, path: string[]): void => {
    if (state.get(room) === 'done') return;
    if (state.get(room) === 'open') {
      problems.push(`scripts/doors.ts: a circle of rooms: ${[...path, room].join(' → ')}`);
      return;
    }
    state.set(room, 'open');
    for (const next of doors[room] ?? []) {
      if (!doors[next]) problems.push(`scripts/doors.ts: ${room} may import ${next}, which is no room`);
      else visit(next, [...path, room]);
    }
    state.set(room, 'done');
  };
  for (const room of Object.keys(doors)) visit(room, []);
  return problems;
}

/** Circles of files, without imports of types, which are gone when the program runs. */
function circles(imports: Map<string, Import[]>): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, chain: string[]): void => {
    const at = chain.indexOf(path);
    if (at >= 0) {
      problems.push(`${path}: a circle of imports: ${[...chain.slice(at), path].join(' → ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const { from, typeOnly } of imports.get(path) ?? []) {
      const target = targetOf(path, from);
      if (target && !typeOnly) visit(target, [...chain, path]);
    }
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return problems;
}

function isModel(path: string): boolean {
  return /^apps\/server\/src\/[^/]+\/model(\.ts|\/)/.test(path) && !isTest(path);
}

function workspaceOf(path: string): string {
  return /^((apps|packages)\/[^/]+|bench)\//.exec(path)?.[1] ?? '';
}

function roomOf(path: string): string | null {
  return path.startsWith(server) ? path.slice(server.length).split('/')[0]! : null;
}

function isDoor(target: string): boolean {
  return /^apps\/server\/src\/[^/]+\/index\.ts$/.test(target);
}

/** `bin` starts `app`, which has no door: it is one page per concern. A program of its own may be started by name. */
function isOpen(target: string, room: string): boolean {
  return isDoor(target) || room === 'app';
}

function isTest(path: string): boolean {
  return /(\.test\.tsx?|\/testing\.ts)$/.test(path) || path.startsWith('apps/server/test/');
}
