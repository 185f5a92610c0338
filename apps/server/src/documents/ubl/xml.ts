/** An element: its name, its attributes, and what is in it. `null` among the children is nothing at all. */
export type Element = { name: string; attributes: Record<string, string>; children: (Element | string)[] };
type Child = Element | string | null;

export function element(name: string, ...children: Child[]): Element {
  return { name, attributes: {}, children: children.filter((child): child is Element | string => child !== null) };
}

/** An element with attributes. */
export function withAttributes(name: string, attributes: Record<string, string>, ...children: Child[]): Element {
  return { ...element(name, ...children), attributes };
}

/** An element with a text in it; none where there is no text. */
export function leaf(name: string, text: string | null | undefined, attributes: Record<string, string> = {}): Child {
  return text ? withAttributes(name, attributes, text) : null;
}

/** An element that is there only if something is in it. */
export function group(name: string, ...children: Child[]): Child {
  return children.some((child) => child !== null) ? element(name, ...children) : null;
}

/** A whole document, in UTF-8, one element a line. */
export function writeXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '')}\n`;
}

function write({ name, attributes, children }: Element, indent: string): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ');
  if (children.length === 0) return `${indent}<${head}/>`;
  const [only] = children;
  if (typeof only === 'string') return `${indent}<${head}>${escaped(only)}</${name}>`;
  const inner = children.map((child) => write(child as Element, `${indent}  `)).join('\n');
  return `${indent}<${head}>\n${inner}\n${indent}</${name}>`;
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 cannot hold, even escaped, is left out (section 2.2: control characters, lone halves of a pair). */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (sign) => signs[sign]!);
}
