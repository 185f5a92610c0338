import { formatAmount } from '@simwright/measure';
import type { DocumentItem, InvoiceDocument } from './model.ts';
import { fill, words } from './words.ts';

/** Items that a PDF lists one by one. A bill of a hundred thousand lines would be thousands of pages, which nobody reads. */
export const mostDrawn = 1_000;

/** Items of the same kind, name and VAT as one, for people; its CSV and the electronic document have each of them. */
export function condense(document: InvoiceDocument): InvoiceDocument {
  const alike = new Map<string, DocumentItem[]>();
  for (const item of document.items) {
    const key = JSON.stringify([item.kind, item.name, item.taxCategory, item.taxRatePpm]);
    const before = alike.get(key);
    if (before) before.push(item);
    else alike.set(key, [item]);
  }
  return {
    ...document,
    items: [...alike.values()].map((items, i) => ({ ...merged(items, document), position: i + 1 })),
  };
}

function merged(items: DocumentItem[], { language, currency }: InvoiceDocument): DocumentItem {
  const [first] = items;
  if (items.length === 1) return first!;
  const net = items.reduce((sum, { netMicros }) => sum + BigInt(netMicros), 0n);
  return {
    ...first!,
    ...{ lineLabel: null, description: fill(words[language].together, { count: `${items.length}` }) },
    ...{ quantity: net < 0n ? '-1' : '1', unit: 'C62', unitPrice: formatAmount(net < 0n ? -net : net, currency) },
    netMicros: `${net}`,
  };
}
