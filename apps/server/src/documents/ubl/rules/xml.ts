/** An element as it was read: elements in it, or a text. */
export class Node {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Node[] = [];
  text = '';

  constructor(name: string, attributes: Record<string, string>) {
    this.name = name;
    this.attributes = attributes;
  }

  /** Elements at the end of a path of local names: `TaxTotal/TaxSubtotal`. */
  all(path: string): Node[] {
    return path
      .split('/')
      .reduce<Node[]>(
        (found, name) => found.flatMap((node) => node.children.filter((c) => localOf(c.name) === name)),
        [this],
      );
  }

  /** Text at the end of a path; null where nothing is. */
  at(path: string): string | null {
    return this.all(path)[0]?.text ?? null;
  }

  /** Every element with this local name, however deep. */
  deep(name: string): Node[] {
    return this.children.flatMap((child) => [...(localOf(child.name) === name ? [child] : []), ...child.deep(name)]);
  }
}

export const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads XML as strictly as what we write needs: elements, attributes and texts, each closed by its own name. Throws else. */
export function readXml(text: string): Node {
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  if (body === text) throw new Error('no declaration');
  const open: Node[] = [new Node('', {})];
  let at = 0;
  for (const tag of body.matchAll(/<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>/g)) {
    addText(open.at(-1)!, body.slice(at, tag.index));
    at = tag.index + tag[0].length;
    const [, closing, name = '', given = '', empty] = tag;
    if (closing) {
      if (open.pop()!.name !== name || open.length === 0) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const attributes = [...given.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, key, value]) => [key, plain(value!)]);
    const node = new Node(name, Object.fromEntries(attributes) as Record<string, string>);
    open.at(-1)!.children.push(node);
    if (!empty) open.push(node);
  }
  if (open.length !== 1 || open[0]!.children.length !== 1 || body.slice(at).trim() !== '')
    throw new Error('not one element');
  return open[0]!.children[0]!;
}

function addText(node: Node, text: string): void {
  if (/[<>]/.test(text)) throw new Error(`a sign that is not escaped: ${text.slice(0, 40)}`);
  if (node.children.length > 0 || text.trim() === '') return;
  node.text = plain(text);
}

function plain(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const sign = entities[name];
    if (sign === undefined || !whole.endsWith(';')) throw new Error(`unknown entity ${whole}`);
    return sign;
  });
}
