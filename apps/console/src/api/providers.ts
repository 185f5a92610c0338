import { del, get, type Page, patch, post, put, type Query } from './http.ts';

/** An account at a payment provider. Its secrets are never shown. */
export type PaymentProvider = {
  id: string;
  kind: 'sandbox' | 'stripe';
  name: string;
  preferred: boolean;
  mode: 'test' | 'live' | null;
  publishableKey: string | null;
  account: string | null;
  hasWebhookSecret: boolean;
  webhookUrl: string;
  webhookEvents: string[];
  checkedAt: string | null;
  checkFailure: string | null;
};
export type StripeKeys = { publishableKey?: string; secretKey?: string; webhookSecret?: string };

const url = '/api/v1/payment-providers';

export const listProviders = () => get<{ items: PaymentProvider[] }>(url);
export const connectProvider = (input: { kind: PaymentProvider['kind']; name: string; stripe?: StripeKeys }) =>
  post<PaymentProvider>(url, input);
export const changeProvider = (id: string, input: { preferred?: true; stripe?: StripeKeys }) =>
  patch<PaymentProvider>(`${url}/${id}`, input);
export const checkProvider = (id: string) => post<PaymentProvider>(`${url}/${id}/check`);
export const disconnectProvider = (id: string) => del(`${url}/${id}`);

export type OnDispute = 'tell' | 'block';
export const getPaymentSettings = () => get<{ onDispute: OnDispute }>('/api/v1/payment-settings');
export const setPaymentSettings = (onDispute: OnDispute) =>
  put<{ onDispute: OnDispute }>('/api/v1/payment-settings', { onDispute });

export type CardState = 'created' | 'action_needed' | 'active' | 'failed' | 'expired' | 'removed';
/** A stored card: what people know it by, never its number. */
export type Card = {
  id: string;
  owner: string;
  state: CardState;
  default: boolean;
  brand: string | null;
  last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
  actionUrl: string | null;
  failure: { code: string; message: string } | null;
  lastDeclinedAt: string | null;
};

const cards = '/api/v1/payment-methods';

export const listCards = (owner: string) =>
  get<Page<Card>>(cards, { owner, state: 'created,action_needed,active,expired', limit: 50 });
export const addCard = (owner: string) => post<Card>(cards, { owner });
export const makeCardDefault = (id: string) => post<Card>(`${cards}/${id}/default`);
export const removeCard = (id: string) => del(`${cards}/${id}`);

export type Dispute = {
  id: string;
  payment: string;
  reference: string;
  state: 'open' | 'won' | 'lost';
  funds: 'none' | 'withdrawn' | 'reinstated';
  amount: string;
  fee: string;
  currency: string;
  reason: string;
  evidenceDueAt: string | null;
  openedAt: string;
  settledAt: string | null;
};
export const listDisputes = (query: Query, signal?: AbortSignal) =>
  get<Page<Dispute>>('/api/v1/disputes', query, signal);

export type Refund = {
  id: string;
  payment: string;
  state: 'created' | 'pending' | 'succeeded' | 'failed';
  currency: string;
  amount: string;
  vat: string;
  reason: string;
  failure: { code: string; message: string } | null;
  reference: string | null;
  unansweredSince: string | null;
  createdAt: string;
  settledAt: string | null;
  madeBy: string;
};
export const listRefunds = (query: Query, signal?: AbortSignal) => get<Page<Refund>>('/api/v1/refunds', query, signal);
/** @param amount gross; without it all that is left of the payment */
export const refundPayment = (payment: string, input: { amount?: string; reason: string }) =>
  post<Refund>(`/api/v1/payments/${payment}/refunds`, input);
export const lookRefund = (id: string) => post<Refund>(`/api/v1/refunds/${id}/look`);

export type NoticeState = 'waiting' | 'applied' | 'ignored' | 'unplaced' | 'dismissed';
export type PaymentNotice = {
  id: string;
  key: string;
  state: NoticeState;
  reason: string;
  payment: string | null;
  payload: string;
  receivedAt: string;
  settledAt: string | null;
};

const notices = '/api/v1/payment-notices';

export const listNotices = (query: Query, signal?: AbortSignal) => get<Page<PaymentNotice>>(notices, query, signal);
export const getNotice = (id: string) => get<PaymentNotice>(`${notices}/${id}`);
export const applyNotice = (id: string) => post<PaymentNotice>(`${notices}/${id}/apply`);
export const dismissNotice = (id: string, reason: string) =>
  post<PaymentNotice>(`${notices}/${id}/dismiss`, { reason });
