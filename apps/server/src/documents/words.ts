import type { Category } from '../tax/index.ts';
import type { Language } from './model.ts';

/** Everything that documents say, in one language. `{…}` is filled in. */
export type Words = {
  invoice: string;
  creditNote: string;
  receipt: string;
  date: string;
  due: string;
  period: string;
  yourVatNumber: string;
  yourReference: string;
  corrects: string;
  item: string;
  quantity: string;
  unitPrice: string;
  vat: string;
  amount: string;
  carriedForward: string;
  broughtForward: string;
  together: string;
  net: string;
  vatOn: string;
  noVatOn: string;
  total: string;
  prepaid: string;
  creditNotePays: string;
  creditNotesPay: string;
  creditNoteSays: string;
  toPay: string;
  credited: string;
  payBy: string;
  payWithin: string;
  pay: string;
  nothingToPay: string;
  terms: Record<'days' | 'onReceipt', string>;
  creditedWhere: string;
  accountHolder: string;
  bank: string;
  reference: string;
  scan: string;
  vatNumber: string;
  page: string;
  paidOn: string;
  paidWith: string;
  paid: string;
  paymentNumber: string;
  refunded: string;
  methods: Record<'card' | 'wallet' | 'company_wallet' | 'manual', string>;
  statement: string;
  balance: string;
  opening: string;
  closing: string;
  statementKinds: Record<'invoice' | 'credit_note' | 'payment' | 'other', string>;
  walletRefill: string;
  lineRefill: string;
  walletSpending: string;
  invoicePayment: string;
  /** Why no VAT is asked for: what the law wants to read on a bill (Directive 2006/112/EC, article 226). */
  reasons: Record<Category, string>;
  units: Record<string, string>;
};

const en: Words = {
  invoice: 'Invoice',
  creditNote: 'Credit note',
  receipt: 'Receipt',
  date: 'Date',
  due: 'Due',
  period: 'Period',
  yourVatNumber: 'Your VAT number',
  yourReference: 'Your reference',
  corrects: 'Corrects',
  item: 'Item',
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  vat: 'VAT',
  amount: 'Amount',
  carriedForward: 'Carried forward',
  broughtForward: 'Brought forward',
  together: '{count} items; the CSV of this document lists each',
  net: 'Total without VAT',
  vatOn: 'VAT {rate} on {net}',
  noVatOn: 'No VAT on {net}',
  total: 'Total',
  prepaid: 'Paid already, with its VAT',
  creditNotePays: 'Credit note {number}',
  creditNotesPay: '{count} credit notes',
  creditNoteSays: 'Of what is paid already, {amount} is that of credit note {number}.',
  toPay: 'Amount due',
  credited: 'Amount credited',
  payBy: 'Please pay {amount} by {date}.',
  payWithin: 'Please pay {amount} within {days} days, by {date}.',
  pay: 'Please pay {amount}.',
  nothingToPay: 'There is nothing left to pay.',
  terms: { days: 'Payable within {days} days.', onReceipt: 'Payable on receipt.' },
  creditedWhere: 'We credit {amount} to your account.',
  accountHolder: 'Account holder',
  bank: 'Bank',
  reference: 'Reference',
  scan: 'Scan to pay',
  vatNumber: 'VAT number',
  page: 'Page {page} of {pages}',
  paidOn: 'Paid on',
  paidWith: 'Paid with',
  paid: 'Paid',
  paymentNumber: 'Payment',
  refunded: '{amount} of it went back.',
  methods: { card: 'Card', wallet: 'Wallet', company_wallet: 'Company wallet', manual: 'Bank transfer or cash' },
  statement: 'Statement of account',
  balance: 'Balance',
  opening: 'Opening balance',
  closing: 'Closing balance',
  statementKinds: { invoice: 'Invoice', credit_note: 'Credit note', payment: 'Payment', other: 'Correction' },
  walletRefill: 'Refill of a wallet',
  lineRefill: 'Refill of a SIM',
  walletSpending: 'Usage and fees, paid from the wallet',
  invoicePayment: 'Payment of invoices',
  reasons: {
    S: '',
    Z: 'Zero rated.',
    E: 'Exempt from VAT.',
    AE: 'Reverse charge: the recipient owes the VAT (article 196 of Directive 2006/112/EC).',
    K: 'Intra-Community supply, exempt from VAT (article 138 of Directive 2006/112/EC).',
    G: 'Export outside the European Union, exempt from VAT (article 146 of Directive 2006/112/EC).',
    O: 'Not subject to VAT.',
  },
  units: { C62: '', MON: 'mo.', DAY: 'd', HUR: 'h', MIN: 'min', SEC: 's', AD: 'B', '2P': 'kB', '4L': 'MB', E34: 'GB' },
};

const de: Words = {
  invoice: 'Rechnung',
  creditNote: 'Rechnungskorrektur',
  receipt: 'Quittung',
  date: 'Datum',
  due: 'Zahlbar bis',
  period: 'Zeitraum',
  yourVatNumber: 'Ihre USt-IdNr.',
  yourReference: 'Ihr Zeichen',
  corrects: 'Korrigiert',
  item: 'Position',
  quantity: 'Menge',
  unitPrice: 'Einzelpreis',
  vat: 'USt.',
  amount: 'Betrag',
  carriedForward: 'Übertrag',
  broughtForward: 'Übertrag',
  together: '{count} Posten; die CSV-Datei dieses Dokuments nennt jeden',
  net: 'Summe ohne USt.',
  vatOn: 'USt. {rate} auf {net}',
  noVatOn: 'Keine USt. auf {net}',
  total: 'Gesamtbetrag',
  prepaid: 'Bereits gezahlt, samt USt.',
  creditNotePays: 'Rechnungskorrektur {number}',
  creditNotesPay: '{count} Rechnungskorrekturen',
  creditNoteSays: 'Vom bereits Gezahlten sind {amount} aus der Rechnungskorrektur {number}.',
  toPay: 'Zu zahlen',
  credited: 'Gutgeschrieben',
  payBy: 'Bitte zahlen Sie {amount} bis zum {date}.',
  payWithin: 'Bitte zahlen Sie {amount} innerhalb von {days} Tagen, bis zum {date}.',
  pay: 'Bitte zahlen Sie {amount}.',
  nothingToPay: 'Es ist nichts mehr zu zahlen.',
  terms: { days: 'Zahlbar innerhalb von {days} Tagen.', onReceipt: 'Zahlbar bei Erhalt.' },
  creditedWhere: 'Wir schreiben Ihrem Konto {amount} gut.',
  accountHolder: 'Kontoinhaber',
  bank: 'Bank',
  reference: 'Verwendungszweck',
  scan: 'Zum Zahlen scannen',
  vatNumber: 'USt-IdNr.',
  page: 'Seite {page} von {pages}',
  paidOn: 'Gezahlt am',
  paidWith: 'Gezahlt mit',
  paid: 'Gezahlt',
  paymentNumber: 'Zahlung',
  refunded: 'Davon sind {amount} zurückgezahlt.',
  methods: { card: 'Karte', wallet: 'Guthaben', company_wallet: 'Firmenguthaben', manual: 'Überweisung oder bar' },
  statement: 'Kontoauszug',
  balance: 'Saldo',
  opening: 'Anfangssaldo',
  closing: 'Endsaldo',
  statementKinds: { invoice: 'Rechnung', credit_note: 'Rechnungskorrektur', payment: 'Zahlung', other: 'Korrektur' },
  walletRefill: 'Aufladung eines Guthabens',
  lineRefill: 'Aufladung einer SIM',
  walletSpending: 'Nutzung und Gebühren, aus dem Guthaben gezahlt',
  invoicePayment: 'Zahlung von Rechnungen',
  reasons: {
    S: '',
    Z: 'Steuersatz null.',
    E: 'Von der Umsatzsteuer befreit.',
    AE: 'Steuerschuldnerschaft des Leistungsempfängers (Artikel 196 der Richtlinie 2006/112/EG).',
    K: 'Innergemeinschaftliche Lieferung, steuerfrei (Artikel 138 der Richtlinie 2006/112/EG).',
    G: 'Ausfuhr aus der Europäischen Union, steuerfrei (Artikel 146 der Richtlinie 2006/112/EG).',
    O: 'Nicht umsatzsteuerbar.',
  },
  units: {
    ...{ C62: '', MON: 'Mon.', DAY: 'T', HUR: 'Std.', MIN: 'Min.', SEC: 's' },
    ...{ AD: 'B', '2P': 'kB', '4L': 'MB', E34: 'GB' },
  },
};

export const words: Record<Language, Words> = { en, de };

/** `fill('Page {page}', { page: '1' })` */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** Why no VAT is asked for, in the words that the law wants to read; empty with category S. */
export function reasonOf(language: Language, category: Category): string {
  return words[language].reasons[category];
}

/** What receipts call the things that are paid for, and the ways to pay. */
export function receiptWords(
  language: Language,
): Pick<Words, 'walletRefill' | 'lineRefill' | 'walletSpending' | 'invoicePayment' | 'methods'> {
  return words[language];
}
