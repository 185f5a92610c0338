import type { Category } from '../tax/index.ts';

/** Who bills, or who is billed, as a document names them. Frozen into it: a company that moves later leaves its old bills alone. */
export type Party = {
  /** As it is known; what a document shows on top. */
  name: string;
  /** As it is registered, where that differs (EN 16931 BT-27, BT-44). */
  legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  /** ISO 3166-1, two capital letters. */
  countryCode: string | null;
  /** With its country in front: `NL123456789B01`. */
  vatNumber: string | null;
  /** In a trade register. */
  registration: string | null;
  email: string | null;
  /** Where electronic documents go: the scheme is one of the Peppol list of Electronic Address Schemes, `0088` for a GLN. */
  endpoint: { scheme: string; id: string } | null;
};

export type DocumentItem = {
  /** From 1 on, in the order of the document. */
  position: number;
  /** In billing's words; documents only group by it. */
  kind: string;
  name: string;
  description: string | null;
  /** The ICCID of a line; null where an item is of the whole account. */
  lineLabel: string | null;
  /** A decimal, without exponent: `"3"`, `"0.5"`. Negative where an item lowers the bill: the price may not be (BR-27). */
  quantity: string;
  /** UN/ECE recommendation 20: `C62` one, `4L` megabyte, `MON` month. */
  unit: string;
  /** Of one unit, without VAT, as a decimal of the currency's major unit: `"0.0125"`. Never negative. */
  unitPrice: string;
  /** Quantity times price, rounded once; where prices of a quantity differ, an item has quantity 1. */
  netMicros: string;
  taxCategory: Category;
  /** Parts of a million: 21 % is 210,000. */
  taxRatePpm: number;
};

export type DocumentTax = {
  category: Category;
  ratePpm: number;
  netMicros: string;
  vatMicros: string;
  /** Why no VAT is asked for (BT-120); null with category `S`. */
  reason: string | null;
};

/**
 * An invoice or a credit note as it was approved: everything that is printed on it and nothing that has to be looked up, so the same
 * document gives the same bytes for ever.
 *
 * Amounts are whole smallest units of the currency, written as decimal strings of micro-minor units: 12.34 EUR is `"1234000000"`. Those
 * of a credit note are positive: its kind says which way the money goes. Days are `2026-03-01`, in `timeZone`; of a
 * period, `until` is its last day.
 */
export type InvoiceDocument = {
  kind: 'invoice' | 'credit_note';
  number: string;
  issuedOn: string;
  dueOn: string | null;
  period: { from: string; until: string } | null;
  /** ISO 4217. */
  currency: string;
  language: Language;
  timeZone: string;
  seller: Party;
  buyer: Party;
  /** What the buyer asked to see on its bills (BT-10): an order, a department. */
  buyerReference: string | null;
  /** The invoice that a credit note corrects. */
  preceding: { number: string; issuedOn: string } | null;
  items: DocumentItem[];
  /** One row for each category and rate. */
  taxes: DocumentTax[];
  netMicros: string;
  vatMicros: string;
  grossMicros: string;
  /** Paid before the document was written, with the VAT that was asked for then. */
  prepaidMicros: string;
  /** Credit notes that are a part of that. Older documents do not say it. */
  creditNotes?: { number: string; micros: string }[];
  payableMicros: string;
  payment: {
    termsDays: number | null;
    iban: string | null;
    bic: string | null;
    bank: string | null;
    /** What a payer writes with the transfer. */
    reference: string | null;
  };
  notes: string[];
  /** At the foot of each page of the seller: directors, a court of registration. */
  footer: string | null;
  /** The SHA-256 of the logo it was approved with, in hex. */
  logo: string | null;
};

/** Languages that documents are written in. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
