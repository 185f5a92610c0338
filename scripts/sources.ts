import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** The repository's folder, and the paths in it that are ours, always with forward slashes and sorted. */
export const root = join(import.meta.dirname, '..');

const notOurs = new Set(['node_modules', '.git', '.simwright', '.cache', 'coverage', 'dist', 'tmp']);

export function listFiles(folder = ''): string[] {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = posix.join(folder, name);
      if (notOurs.has(name)) return [];
      return statSync(join(root, path)).isDirectory() ? listFiles(path) : [path];
    });
}

const texts = new Map<string, string>();

export function readText(path: string): string {
  const known = texts.get(path) ?? readFileSync(join(root, path), 'utf8');
  texts.set(path, known);
  return known;
}

/** A node of the syntax tree (ESTree with TypeScript), read by its field names. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

const trees = new Map<string, Node>();

export function parse(path: string): Node {
  const known = trees.get(path);
  if (known) return known;
  try {
    const lang = path.endsWith('x') ? 'tsx' : 'ts';
    const tree = parseAst(readText(path), { lang }, path) as unknown as Node;
    trees.set(path, tree);
    return tree;
  } catch (error) {
    throw new Error(`${path} cannot be read as TypeScript: ${(error as Error).message}`);
  }
}

/** Every node below this one, itself first, with its chain of parents. */
export function* walk(node: Node, parents: Node[] = []): Generator<{ node: Node; parents: Node[] }> {
  yield { node, parents };
  const below = [...parents, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child, below);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** What a file imports: where from, and whether only types (which are gone when the program runs). */
export type Import = { from: string; typeOnly: boolean; line: number };

export function importsOf(path: string): Import[] {
  const text = readText(path);
  const found: Import[] = [];
  for (const { node } of walk(parse(path))) {
    const source = node.source as Node | null | undefined;
    const imports = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'];
    if (!imports.includes(node.type) || source?.type !== 'Literal') continue;
    const names = (node.specifiers as Node[] | undefined) ?? [];
    const typeOnly =
      node.importKind === 'type' ||
      node.exportKind === 'type' ||
      (names.length > 0 && names.every((n) => n.importKind === 'type' || n.exportKind === 'type'));
    const line = lineOf(text, node.start);
    found.push({ from: String(source.value), typeOnly, line });
  }
  return found;
}

/** The path in the repository that a relative import means; null for a package. */
export function targetOf(path: string, from: string): string | null {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : null;
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
