import { get, type Page, put, type Query } from './http.ts';

export type TransactionType =
  | 'line_refill'
  | 'wallet_refill'
  | 'esim_purchase'
  | 'fee'
  | 'invoice_payment'
  | 'refund'
  | 'adjustment';
export type TransactionStatus = 'pending' | 'failed' | 'completed';
export type TransactionMethod = 'card' | 'ideal' | 'paypal' | 'manual' | 'wallet' | 'company_wallet' | 'sandbox';
type Named = { id: string; name: string };

/** A customer-facing money event. */
export type Transaction = {
  id: string;
  at: string;
  type: TransactionType;
  status: TransactionStatus;
  /** Without a name it is not the caller's to see. */
  destination: {
    kind: 'sim' | 'pool' | 'wallet' | 'invoice' | 'company' | 'order';
    id: string | null;
    name: string | null;
  };
  amount: string;
  net: string;
  vat: string;
  currency: string;
  method: TransactionMethod;
  payer: Named | null;
  company: Named | null;
  endUser: Named | null;
  /** The month it began in, like `2026-11`. */
  billingCycle: string;
  labels: string[];
  reference: string;
  note: string;
  undelivered: boolean;
  settledAt: string | null;
};

export type Transfer = {
  id: string;
  key: string;
  kind: string;
  at: string;
  note: string | null;
  madeBy: string | null;
  entries: { account: string; accountId: string; owner: string; amount: string; balanceAfter: string | null }[];
};

export type TransactionDetail = Transaction & {
  payment: string | null;
  refund: string | null;
  /** What can be explained: the fee, the adjustment. */
  explanation: string | null;
  madeBy: string | null;
  failure: { code: string; message: string } | null;
  refunds: { id: string; amount: string; state: string; reason: string; createdAt: string }[];
  transfers: Transfer[];
};

const url = '/api/v1/transactions';

export const listTransactions = (query: Query, signal?: AbortSignal) => get<Page<Transaction>>(url, query, signal);
export const getTransaction = (id: string) => get<TransactionDetail>(`${url}/${id}`);
export const labelTransaction = (id: string, labels: string[]) => put<Transaction>(`${url}/${id}/labels`, { labels });
