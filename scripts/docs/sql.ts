import { listFiles, type Node, parse, readText, walk } from '../sources.ts';

type Statement = { name: string; text: string; path: string };

/** Room → its statements as SQL to read in a review, sorted by name. A value travels as a parameter and shows as `:value`. */
export function statements(): Map<string, string> {
  const rooms = Map.groupBy(listFiles('apps/server/src').filter(isCode), (path) => path.split('/')[3]!);
  const pages = new Map<string, string>();
  for (const [room, paths] of [...rooms].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = paths.flatMap(statementsOf);
    const named = found.filter((s) => s.name.includes('.')).sort(byName);
    const pieces = found.filter((s) => !s.name.includes('.')).sort(byName);
    if (named.length === 0) continue;
    const parts = [
      `-- Every statement of ${room}. Written by "npm run docs" from the sql\`…\` templates; [ ] encloses what is optional.`,
      ...named.map((s) => `-- ${s.name}\n${s.text};`),
      ...(pieces.length > 0 ? ['-- Pieces that the statements above name.'] : []),
      ...pieces.map((s) => `-- :${s.name} (${s.path.split('/').slice(4).join('/')})\n${s.text}`),
    ];
    pages.set(room, `${parts.join('\n\n')}\n`);
  }
  return pages;
}

function isCode(path: string): boolean {
  return path.endsWith('.ts') && !/(\.test|\/testing)\.ts$/.test(path);
}

function byName(a: Statement, b: Statement): number {
  return a.name === b.name ? (a.path < b.path ? -1 : 1) : a.name < b.name ? -1 : 1;
}

/** Templates that begin with their name in a comment, and named constants that are pieces of statements. */
function statementsOf(path: string): Statement[] {
  return [...walk(parse(path))].flatMap(({ node, parents }) => {
    if (!isSqlTemplate(node)) return [];
    const text = render(path, node.quasi as Node);
    const named = /^\s*\/\* *([\w.]+) *\*\/\s*/.exec(text);
    if (named) return [{ name: named[1]!, text: unindent(text.slice(named[0].length)), path }];
    const parent = parents.at(-1);
    const isConstant = parent?.type === 'VariableDeclarator' && parents.at(-3)?.type !== 'BlockStatement';
    const isTop = isConstant && parents.filter((p) => /Function/.test(p.type)).length === 0;
    return isTop ? [{ name: String((parent!.id as Node).name), text: unindent(text), path }] : [];
  });
}

function isSqlTemplate(node: Node): boolean {
  return node.type === 'TaggedTemplateExpression' && (node.tag as Node).name === 'sql';
}

function render(path: string, quasi: Node): string {
  const texts = (quasi.quasis as Node[]).map((element) => (element.value as { cooked: string }).cooked);
  const holes = (quasi.expressions as Node[]).map((expression) => hole(path, expression));
  return texts.map((text, i) => text + (holes[i] ?? '')).join('');
}

/** A condition's templates as they are, in brackets; anything else as the expression's own words. */
function hole(path: string, expression: Node): string {
  const inner = templatesIn(expression).map((template) => render(path, template.quasi as Node).trim());
  const shown = inner.filter((text) => text !== '');
  if (shown.length > 0) return `[${shown.join(' | ')}]`;
  const words = readText(path).slice(expression.start, expression.end).replace(/\s+/g, ' ');
  return /^[\w.]+$/.test(words) ? `:${words}` : `:{${words}}`;
}

function templatesIn(node: Node): Node[] {
  return [...walk(node)]
    .filter(({ node, parents }) => isSqlTemplate(node) && !parents.some(isSqlTemplate))
    .map(({ node }) => node);
}

/** Lines keep their indentation relative to each other, whatever the function around them. */
function unindent(text: string): string {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length);
  const least = Math.min(...indents, Number.POSITIVE_INFINITY);
  return [first.trim(), ...rest.map((line) => `  ${line.slice(Number.isFinite(least) ? least : 0)}`.trimEnd())].join(
    '\n',
  );
}
