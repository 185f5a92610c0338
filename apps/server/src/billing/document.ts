import { formatAmount, formatDecimal, parseDecimal } from '@simwright/measure';
import { type DocumentItem, type InvoiceDocument, type partyOf, reasonOf, type sellerOf } from '../documents/index.ts';
import { assert } from '../kit/assert.ts';
import type { Category, Tax } from '../tax/index.ts';
import type { BillItem } from './model.ts';
import { itemName } from './words.ts';

/** A document without its items: what is frozen beside an invoice. */
export type DocumentHead = Omit<InvoiceDocument, 'items'> & { tax: { category: Category; ratePpm: number } };

export type HeadOf = {
  kind: InvoiceDocument['kind'];
  number: string;
  issuedOn: string;
  dueOn: string | null;
  period: InvoiceDocument['period'];
  currency: string;
  timeZone: string;
  buyerReference: string | null;
  preceding: InvoiceDocument['preceding'];
  /** Of a credit note too: above zero. */
  netMicros: bigint;
  vatMicros: bigint;
  /** Paid before it is issued. */
  prepaidMicros?: bigint;
  /** Credit notes among that. */
  creditNotes?: { number: string; micros: bigint }[];
  tax: Tax;
  termsDays: number | null;
  note: string;
};

/** The frozen part of a document. Reverse charge and the like say their reason; category S has none. */
export function headOf(
  of: HeadOf,
  seller: Awaited<ReturnType<typeof sellerOf>>,
  buyer: Awaited<ReturnType<typeof partyOf>>,
): DocumentHead {
  const { iban, bic, bank, footer, logo } = seller;
  const { language } = buyer;
  const { netMicros, vatMicros, tax } = of;
  const prepaid = of.prepaidMicros ?? 0n;
  const gross = netMicros + vatMicros;
  const { category, ratePpm } = tax;
  return {
    ...{ kind: of.kind, number: of.number, issuedOn: of.issuedOn, dueOn: of.dueOn, period: of.period },
    ...{ currency: of.currency, language, timeZone: of.timeZone, seller: seller.party, buyer: buyer.party },
    ...{ buyerReference: of.buyerReference || buyer.buyerReference, preceding: of.preceding },
    tax: { category, ratePpm },
    taxes: [
      {
        ...{ category, ratePpm, netMicros: String(netMicros), vatMicros: String(vatMicros) },
        reason: category === 'S' ? null : tax.reason || reasonOf(language, category),
      },
    ],
    ...{ netMicros: String(netMicros), vatMicros: String(vatMicros), grossMicros: String(gross) },
    ...{ prepaidMicros: String(prepaid), payableMicros: String(gross - prepaid) },
    ...(of.creditNotes?.length && {
      creditNotes: of.creditNotes.map(({ number, micros }) => ({ number, micros: String(micros) })),
    }),
    payment: { termsDays: of.termsDays, iban, bic, bank, reference: of.number },
    notes: of.note ? [of.note] : [],
    ...{ footer, logo },
  };
}

/** An item as its document shows it. Items of a credit note are kept below zero, and shown above. */
export function documentItem(head: DocumentHead, item: BillItem): DocumentItem {
  const sign = head.kind === 'credit_note' ? -1n : 1n;
  const quantity = parseDecimal(item.quantity);
  assert(quantity.ok, 'a quantity is a decimal');
  const name = itemName(head.language, item.kind, item.detail);
  return {
    ...{
      position: item.position,
      kind: item.kind,
      name,
      description: item.detail && item.detail !== name ? item.detail : null,
    },
    lineLabel: item.label || null,
    quantity: formatDecimal({ ...quantity.value, digits: sign * quantity.value.digits }),
    unit: 'C62',
    unitPrice: formatAmount(item.unitPriceMicros, head.currency),
    netMicros: String(sign * item.netMicros),
    ...{ taxCategory: head.tax.category, taxRatePpm: head.tax.ratePpm },
  };
}
