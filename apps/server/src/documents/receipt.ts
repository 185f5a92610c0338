import type { InvoiceDocument } from './model.ts';

/** What was paid, by whom, for what: proof for the payer. Without `taxes` it says nothing of VAT: the invoices that were paid do. It is not an invoice, and nothing of it is kept: it is drawn when it is asked for. */
export type Receipt = Pick<
  InvoiceDocument,
  | 'currency'
  | 'language'
  | 'timeZone'
  | 'seller'
  | 'buyer'
  | 'items'
  | 'taxes'
  | 'netMicros'
  | 'vatMicros'
  | 'grossMicros'
  | 'footer'
  | 'logo'
> & {
  /** The payment that it is for; of what a wallet paid in a month, the wallet. */
  number: string;
  /** The month in which a wallet paid; null: it was one payment. */
  period: { from: string; until: string } | null;
  /** A day of the organization. */
  paidOn: string;
  /** In words. */
  paidWith: string;
  /** What went back since; zero for nothing. */
  refundedMicros: string;
};
