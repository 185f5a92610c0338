/** Of a value with many instances: which fields there are, and which kinds of value each has. */
type Shape = Map<string, Set<string>>;

/** Paths of a value with the kinds found there; the items of an array are one place, `[]`. */
function shapeOf(values: unknown[]): Shape {
  const shape: Shape = new Map();
  const visit = (value: unknown, path: string) => {
    shape.set(path, (shape.get(path) ?? new Set()).add(kindOf(value)));
    if (Array.isArray(value)) for (const item of value) visit(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null)
      for (const [name, field] of Object.entries(value)) visit(field, `${path}.${name}`);
  };
  for (const value of values) visit(value, '');
  return shape;
}

/** Text of a form is another kind than other text: a SID, a time, an address, an amount. */
const forms: [string, RegExp][] = [
  ['SID', /^[A-Z]{2}[0-9a-zA-Z]{32}$/],
  ['time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ['URL', /^https?:/],
  ['amount', /^\d+(\.\d+)?$/],
];

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'string') return typeof value;
  return forms.find(([, form]) => form.test(value))?.[0] ?? 'text';
}

/** Fields whose text says anything, whatever form it happens to have. */
const free = /\.(unique_name|payload|iccid|eid|mcc|mnc|device_port|friendly_name|page_token|version|name)$/;

/**
 * How answers differ from an example of the same operation, field by field: fields that one has and the other has not, and
 * fields in which no answer ever held what the example holds.
 */
export function differences(example: unknown, answers: unknown[]): string[] {
  const theirs = shapeOf([example]);
  const ours = shapeOf(answers);
  const missing = [...theirs].flatMap(([path, kinds]) => {
    const given = ours.get(path);
    if (!given) return [`${path} is missing`];
    const plain = (kind: string) => (free.test(path) && kind !== 'null' ? 'text' : kind);
    const has = new Set([...given].map(plain));
    // Null in an example is a value that happened to be unset; ours may be set.
    return [...kinds]
      .map(plain)
      .flatMap((kind) => (kind === 'null' || has.has(kind) ? [] : [`${path} is never ${kind}`]));
  });
  // Of the items of an empty list, and below an unset object, the example knows nothing.
  const known = (path: string) => theirs.has(path) || path.endsWith('[]') || !theirs.has(parentOf(path));
  const unknown = [...ours.keys()].flatMap((path) => (known(path) ? [] : [`${path} is not in the example`]));
  return [...missing, ...unknown];
}

const parentOf = (path: string) => path.replace(/(\[\]|\.[^.[\]]+)$/, '');
