import { get, type Page, post } from './http.ts';

/** What paid an invoice, or stands on account: a payment, or a bill below zero, which became a credit note. One of the two is null. */
type Source = { payment: string | null; creditNote: { id: string; number: string } | null };
export type Receipt = Source & {
  company: string;
  currency: string;
  gross: string;
  refunded: string;
  allocated: string;
  /** What is left of it: credit on account. */
  credit: string;
  at: string;
};
/** So much of it pays an invoice; below zero it takes another one back. */
export type Allocation = Source & {
  id: string;
  invoice: string;
  invoiceNumber: string;
  amount: string;
  currency: string;
  undoes: string | null;
  reason: string;
  at: string;
  madeBy: string;
};
/** What of a credit note went back by bank. */
export type Payout = { id: string; amount: string; currency: string; reason: string; at: string; madeBy: string };

const invoices = '/api/v1/invoices';
/** The newest so many: an invoice is rarely paid in more parts. */
const most = 100;

export const listAllocations = (invoice: string) =>
  get<Page<Allocation>>(`${invoices}/${invoice}/allocations`, { limit: most });
export const listCredits = (company: string) =>
  get<Page<Receipt>>(`/api/v1/companies/${company}/receipts`, { credit: true, limit: most });
export const allocate = (
  { payment, creditNote }: Source,
  input: { invoice: string; amount?: string; reason: string },
) =>
  post<Receipt>(
    creditNote ? `${invoices}/${creditNote.id}/allocations` : `/api/v1/payments/${payment}/allocations`,
    input,
  );
export const getCreditOfNote = (id: string) => get<Receipt>(`${invoices}/${id}/receipt`);
export const listPayouts = (id: string) => get<Page<Payout>>(`${invoices}/${id}/payouts`, { limit: most });
export const payOut = (id: string, input: { amount?: string; reason: string }) =>
  post<Payout>(`${invoices}/${id}/payouts`, input);
/** Which of them it is. */
export const keyOf = ({ payment, creditNote }: Source): string => creditNote?.id ?? payment ?? '';
export const undoAllocation = (id: string, reason: string) =>
  post<Receipt>(`/api/v1/allocations/${id}/undo`, { reason });

/** By which somebody sees an invoice and pays it without signing in. */
export type InvoiceLink = {
  id: string;
  invoice: string;
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
  good: boolean;
  seenAt: string | null;
  madeBy: string;
};
export const listInvoiceLinks = (invoice: string) =>
  get<Page<InvoiceLink>>(`${invoices}/${invoice}/links`, { limit: 50 });
export const makeInvoiceLink = (invoice: string, days: number) =>
  post<InvoiceLink & { url: string }>(`${invoices}/${invoice}/links`, { days });
export const revokeInvoiceLink = (id: string) => post<InvoiceLink>(`/api/v1/invoice-links/${id}/revoke`);
