import { formatAmount } from '@simwright/measure';
import { byteOrderMark, csvLine } from '../kit/csv/index.ts';
import { percentOf } from '../tax/index.ts';
import type { InvoiceDocument } from './model.ts';

const columns = [
  ...[
    'document',
    'position',
    'kind',
    'name',
    'description',
    'line',
    'quantity',
    'unit',
    'unitPrice',
    'net',
    'vatCategory',
  ],
  ...['vatPercent', 'currency'],
] as const;

/** The items of a document as CSV, a row each; amounts in major units. */
export function writeCsv({ number, currency, items }: InvoiceDocument): string {
  const rows = items.map((item) => [
    ...[number, `${item.position}`, item.kind, item.name, item.description ?? '', item.lineLabel ?? '', item.quantity],
    ...[item.unit, item.unitPrice, formatAmount(BigInt(item.netMicros), currency), item.taxCategory],
    ...[percentOf(item.taxRatePpm), currency],
  ]);
  return byteOrderMark + [columns, ...rows].map((row) => csvLine(row)).join('');
}

/** A document as JSON says it: amounts in major units, as decimal strings. */
export function plainDocument({ items, taxes, creditNotes = [], ...document }: InvoiceDocument) {
  const { currency, netMicros, vatMicros, grossMicros, prepaidMicros, payableMicros, ...head } = document;
  const plain = (micros: string) => formatAmount(BigInt(micros), currency);
  return {
    ...{ ...head, currency, net: plain(netMicros), vat: plain(vatMicros), gross: plain(grossMicros) },
    ...{ prepaid: plain(prepaidMicros), payable: plain(payableMicros) },
    creditNotes: creditNotes.map(({ number, micros }) => ({ number, amount: plain(micros) })),
    taxes: taxes.map(({ category, ratePpm, netMicros, vatMicros, reason }) => ({
      ...{ category, percent: percentOf(ratePpm), net: plain(netMicros), vat: plain(vatMicros), reason },
    })),
    items: items.map(({ netMicros, taxRatePpm, ...item }) => ({
      ...{ ...item, net: plain(netMicros), taxPercent: percentOf(taxRatePpm) },
    })),
  };
}
