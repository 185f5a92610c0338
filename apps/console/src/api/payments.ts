import { get, type Page, post, put, type Query } from './http.ts';

export type PaymentState = 'created' | 'pending' | 'action_needed' | 'succeeded' | 'failed' | 'canceled' | 'differs';
export type Purpose = 'wallet_refill' | 'line_refill' | 'invoice';
/** `company_wallet`: that of the company, where another account holds what is paid for. */
export type Method = 'card' | 'wallet' | 'company_wallet' | 'manual';
export type TaxCategory = 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O';

/** What something comes to. */
export type Quote = {
  currency: string;
  price: string;
  net: string;
  vat: string;
  gross: string;
  tax: { category: TaxCategory; percent: string; reason: string };
};

export type Payment = Quote & {
  id: string;
  state: PaymentState;
  purpose: Purpose;
  /** The wallet, the SIM, the first of its invoices, or the company whose invoices it paid. */
  subject: string;
  refill: string | null;
  times: number;
  owner: string;
  ownerName: string;
  method: Method;
  wallet: string | null;
  refunded: string;
  /** Of a refill of a wallet: what invoices were paid with since, VAT within. */
  used: string;
  /** What came, where that is another amount than was asked for. */
  came: string | null;
  asked: { gross: string } | null;
  actionUrl: string | null;
  failure: { code: string; message: string } | null;
  /** It is paid, and this is why what it was for could not be given. */
  undelivered: string | null;
  reference: string | null;
  note: string;
  createdAt: string;
  settledAt: string | null;
  madeBy: string;
};

export type Thing =
  | { walletRefill: { wallet: string; amount: string } }
  | { simRefill: { sim: string; refill: string; times?: number } }
  | { invoicePayment: { invoices?: string[]; company?: string; amount?: string; overpay?: boolean } };
export type NewPayment = Thing & { method: Method; wallet?: string; card?: string; note?: string };

const url = '/api/v1/payments';

export type WholeQuote = Quote & { gets: { bonus: { amount: string; expiresAt: string | null } | null } };
export const quotePayment = (asked: Thing & { method: Method; wallet?: string; card?: string }) =>
  post<WholeQuote>(`${url}/quotes`, asked);
/** @param key the same for every try of one dialog: whatever is pressed twice is paid once */
export const createPayment = (input: NewPayment, key: string) => post<Payment>(url, input, key);
export const getPayment = (id: string) => get<Payment>(`${url}/${id}`);
/** What becomes of one that came to another amount than was asked for. */
export const settlePayment = (id: string, input: { as: 'wallet' | 'refund'; wallet?: string; reason: string }) =>
  post<Payment>(`${url}/${id}/settle`, input);
export const listPayments = (query: Query, signal?: AbortSignal) => get<Page<Payment>>(url, query, signal);

/** What refills of wallets in a currency offer, and between which bounds; without VAT. */
export type RefillAmounts = {
  currency: string;
  presets: string[];
  minimum: string;
  maximum: string;
  /** From so much on, so much is given with it: the largest step that is reached. */
  bonuses: { from: string; bonus: string }[];
  /** Days until one expires; null: never. */
  bonusDays: number | null;
};
export const listRefillAmounts = () => get<{ items: RefillAmounts[] }>('/api/v1/refill-amounts');
export const setRefillAmounts = (amounts: RefillAmounts) => put<RefillAmounts>('/api/v1/refill-amounts', amounts);

export const isOfSim = ({ purpose }: Pick<Payment, 'purpose'>): boolean => purpose === 'line_refill';

/** Of a payment that has succeeded: a PDF. */
export const receiptAddress = (id: string) => `/api/v1/payments/${id}/receipt.pdf`;
