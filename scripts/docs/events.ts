import { isNode, listFiles, type Node, parse, readText, walk } from '../sources.ts';

/** One place where an event is made: its name, whom it is about, and its data fields as written there. */
type Event = { name: string; subject: string; fields: string[]; room: string };

/**
 * A function whose callers give an event's name, or the part of it after `before`, as their argument number `at`; and
 * perhaps more data.
 */
type Maker = {
  path: string;
  name: string;
  at: number;
  before: string;
  event: Omit<Event, 'name'>;
  dataAt: number | null;
};

/** Event names with their data, read from the code: object literals with `name`, `subject` and `data`. */
export function eventsPage(): string {
  const rooms = Map.groupBy(listFiles('apps/server/src').filter(isCode), (path) => path.split('/')[3]!);
  const events = [...rooms].flatMap(([room, paths]) => eventsOf(room, paths));
  const merged = new Map<string, Event>();
  for (const event of events) {
    const known = merged.get(event.name);
    const fields = [...new Set([...(known?.fields ?? []), ...event.fields])];
    merged.set(event.name, { ...(known ?? event), fields });
  }
  const rows = [...merged.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, subject, fields, room }) => {
      const data = fields.map((field) => (field.startsWith('…') ? field : `\`${field}\``)).join(', ');
      return `| \`${name}\` | ${room} | ${subject} | ${data} |`;
    });
  return [
    '# Events',
    '',
    'Written by `npm run docs` from the places that emit. An event exists if and only if its change committed; each',
    'subject numbers its own events without a gap. `GET /api/v1/events` lists them, `GET /api/v1/events/stream` follows them.',
    '',
    '| event | room | subject | data |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function isCode(path: string): boolean {
  return path.endsWith('.ts') && !/(\.test|\/testing)\.ts$/.test(path);
}

function eventsOf(room: string, paths: string[]): Event[] {
  const events: Event[] = [];
  const makers: Maker[] = [];
  const note = (
    path: string,
    parents: Node[],
    name: Node,
    data: Node | undefined,
    event: Omit<Event, 'name'>,
  ): void => {
    for (const text of textsOf(path, name)) events.push({ name: text, ...event });
    const maker = makerOf(path, parents, name, data, event);
    const known = makers.some((m) => m.path === path && m.name === maker?.name);
    if (maker && !known) makers.push(maker);
  };
  for (const path of paths) {
    for (const { node, parents } of walk(parse(path))) {
      if (node.type !== 'ObjectExpression') continue;
      const [name, subject, data] = ['name', 'subject', 'data'].map((key) => fieldOf(node, key));
      if (!name || !subject || !data) continue;
      note(path, parents, name, data, { subject: subjectOf(path, subject), fields: fieldsOf(path, data), room });
    }
  }
  // A maker may be called by another one, which is found on the way: the list grows while it is read.
  for (const maker of makers) {
    for (const path of paths) {
      const others = makers.some((m) => m.path === path && m.name === maker.name && m !== maker);
      if (others) continue; // Another function of the same name stands in that file.
      for (const { node, parents } of walk(parse(path))) {
        if (node.type !== 'CallExpression' || calledName(node) !== maker.name) continue;
        const args = node.arguments as Node[];
        const name = args[maker.at];
        if (!name) continue;
        const data = maker.dataAt === null ? undefined : args[maker.dataAt];
        const fields = [...maker.event.fields, ...(data ? fieldsOf(path, data) : [])];
        const whole = maker.before === '' ? name : null;
        if (whole) note(path, parents, whole, data, { ...maker.event, fields });
        else if (isText(name)) events.push({ ...maker.event, name: `${maker.before}${name.value}`, fields });
      }
    }
  }
  return events;
}

/** The enclosing function that has the name, or its last part, as a parameter. */
function makerOf(
  path: string,
  parents: Node[],
  name: Node,
  data: Node | undefined,
  event: Omit<Event, 'name'>,
): Maker | null {
  const parts = name.type === 'TemplateLiteral' ? (name.quasis as Node[]) : [];
  const before = parts.length === 2 ? (parts[0]!.value as { cooked: string }).cooked : '';
  const given = parts.length === 2 ? (name.expressions as Node[])[0]! : name;
  if (given.type !== 'Identifier') return null;
  for (const parent of [...parents].reverse()) {
    if (parent.type !== 'FunctionDeclaration') continue;
    const params = (parent.params as Node[]).map(paramName);
    const at = params.indexOf(String(given.name));
    if (at < 0) continue;
    const dataAt = data && namesIn(data).includes('data') ? params.indexOf('data') : -1;
    const fields = event.fields.filter((field) => dataAt < 0 || field !== '…data');
    const maker = { path, name: String((parent.id as Node).name), at, before };
    return { ...maker, event: { ...event, fields }, dataAt: dataAt < 0 ? null : dataAt };
  }
  return null;
}

function calledName(call: Node): string {
  const callee = call.callee as Node;
  return String(callee.type === 'MemberExpression' ? (callee.property as Node).name : callee.name);
}

/** The texts an expression may be: a literal, a constant of the file, or both sides of a choice. */
function textsOf(path: string, node: Node): string[] {
  if (isText(node)) return /^[a-z_]+\.[a-z_]+$/.test(String(node.value)) ? [String(node.value)] : [];
  if (node.type === 'ConditionalExpression') {
    return [node.consequent, node.alternate].flatMap((side) => textsOf(path, side as Node));
  }
  const constant = node.type === 'Identifier' ? constantOf(path, String(node.name)) : undefined;
  return constant && isText(constant) ? textsOf(path, constant) : [];
}

/** Whom an event is about: the kinds named in the subject, or in the constant that holds it. */
function subjectOf(path: string, subject: Node): string {
  const place = subject.type === 'Identifier' ? constantOf(path, String(subject.name)) : subject;
  if (!place) return '';
  const types = [...walk(place)]
    .filter(({ node }) => node.type === 'ObjectExpression')
    .map(({ node }) => fieldOf(node, 'type'))
    .filter(isText);
  return types.map((type) => String(type.value)).join(' or ') || 'that of its cause';
}

function constantOf(path: string, name: string): Node | undefined {
  for (const { node } of walk(parse(path))) {
    if (node.type !== 'VariableDeclarator' || (node.id as Node).name !== name) continue;
    return (node.init as Node | null) ?? undefined;
  }
  return undefined;
}

/** Names of an object's fields. `...spread` of a function in the same file is followed; anything else is named with `…`. */
function fieldsOf(path: string, node: Node): string[] {
  if (node.type !== 'ObjectExpression') return [`…${readText(path).slice(node.start, node.end).replace(/\s+/g, ' ')}`];
  return (node.properties as Node[]).flatMap((property) => {
    if (property.type !== 'SpreadElement') return [String((property.key as Node).name ?? (property.key as Node).value)];
    const argument = property.argument as Node;
    if (argument.type === 'LogicalExpression')
      return fieldsOf(path, argument.right as Node).map((field) => `${field}?`);
    const called = argument.type === 'CallExpression' ? String((argument.callee as Node).name) : null;
    const made = called ? returnedBy(path, called) : null;
    if (made) return fieldsOf(path, made);
    return [`…${readText(path).slice(argument.start, argument.end)}`];
  });
}

function returnedBy(path: string, name: string): Node | null {
  for (const { node } of walk(parse(path))) {
    if (node.type !== 'FunctionDeclaration' || (node.id as Node).name !== name) continue;
    for (const inner of walk(node)) {
      const value = inner.node.type === 'ReturnStatement' ? inner.node.argument : null;
      if (isNode(value) && value.type === 'ObjectExpression') return value;
    }
  }
  return null;
}

function fieldOf(object: Node, key: string): Node | undefined {
  const found = (object.properties as Node[]).find(
    (p) => p.type === 'Property' && ((p.key as Node).name === key || (p.key as Node).value === key),
  );
  return found?.value as Node | undefined;
}

function namesIn(node: Node): string[] {
  return [...walk(node)].filter((n) => n.node.type === 'Identifier').map((n) => String(n.node.name));
}

function paramName(param: Node): string | null {
  const target = param.type === 'AssignmentPattern' ? (param.left as Node) : param;
  return target.type === 'Identifier' ? String(target.name) : null;
}

function isText(node: Node | undefined): node is Node & { type: 'Literal'; value: string } {
  return node?.type === 'Literal' && typeof node.value === 'string';
}
