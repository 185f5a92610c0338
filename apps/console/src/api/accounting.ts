import type { ItemKind } from './billing.ts';
import { del, get, type Page, patch, post, put, type Query } from './http.ts';
import type { TaxCategory } from './payments.ts';

export type ConnectionState = 'asked' | 'choosing' | 'connected' | 'broken' | 'leaving' | 'gone';
export type Chart = {
  accounts: { code: string; name: string; type: string; takesPayments: boolean }[];
  taxes: { type: string; name: string; percent: string }[];
};
/** The accounting system that the organization has let us into. */
export type AccountingConnection = {
  id: string;
  kind: 'xero';
  state: ConnectionState;
  clientId: string;
  books: { id: string; name: string }[];
  book: { id: string; name: string } | null;
  chart: Chart | null;
  chartAt: string | null;
  chartDue: boolean;
  /** What somebody brought back is being exchanged. */
  exchanging: boolean;
  pushFrom: string | null;
  pausedUntil: string | null;
  problem: string | null;
  createdAt: string;
  createdBy: string;
  connectedAt: string | null;
};
export type PushState = 'waiting' | 'done' | 'failed' | 'skipped';
export type Accounting = {
  connection: AccountingConnection | null;
  returnUrl: string;
  counts: Record<PushState, number>;
};

export type Codes<K extends string> = Partial<Record<K, string>>;
export type PaidBy = 'card' | 'manual' | 'wallet' | 'company_wallet' | 'other';
export type LedgerKind =
  | ('unbilled' | 'deferred' | 'receivable' | 'wallet' | 'grant' | 'usage_revenue' | 'fee_revenue')
  | ('refill_revenue' | 'other_revenue' | 'clearing' | 'dispute' | 'vat' | 'rounding');
export type MappedTax = { category: TaxCategory; percent: string; taxType: string };
/** What the books call our things. */
export type Mapping = {
  items: Codes<ItemKind | 'other'>;
  taxes: MappedTax[];
  payments: Codes<PaidBy>;
  ledger: Codes<LedgerKind>;
  documents: 'draft' | 'authorised';
};

export type PushKind = 'invoice' | 'credit_note' | 'application' | 'payment' | 'removal';
/** Something that is to be written into the books, was, or was not. */
export type Push = {
  id: string;
  kind: PushKind;
  document: string;
  number: string;
  company: string;
  companyName: string;
  amount: string;
  currency: string;
  state: PushState;
  attempts: number;
  nextAttemptAt: string | null;
  code: string | null;
  problem: string | null;
  remoteId: string | null;
  remoteState: string | null;
  createdAt: string;
  settledAt: string | null;
};

const url = '/api/v1/accounting';

export const getAccounting = () => get<Accounting>(url);
export const connectAccounting = (app: { clientId?: string; clientSecret?: string }) =>
  post<{ connection: AccountingConnection; consentUrl: string }>(`${url}/connection`, { kind: 'xero', ...app });
export const answerAccounting = (answer: { state: string; code?: string; error?: string }) =>
  post<AccountingConnection>(`${url}/connection/answer`, answer);
export const changeAccounting = (change: { book?: string; pushFrom?: string }) =>
  patch<AccountingConnection>(`${url}/connection`, change);
export const readChart = () => post<AccountingConnection>(`${url}/connection/chart`);
export const disconnectAccounting = () => del(`${url}/connection`);
export const getMapping = () => get<Mapping>(`${url}/mapping`);
export const setMapping = (mapping: Mapping) => put<Mapping>(`${url}/mapping`, mapping);
export const listPushes = (query: Query, signal?: AbortSignal) => get<Page<Push>>(`${url}/pushes`, query, signal);
export const getPush = (id: string) => get<Push>(`${url}/pushes/${id}`);
export const retryPush = (id: string) => post<Push>(`${url}/pushes/${id}/retry`);
export const retryAllPushes = () => post<{ retried: number }>(`${url}/pushes/retry`);
export const getContact = (company: string) =>
  get<{ contact: string | null; chosen: boolean }>(`${url}/contacts/${company}`);
export const setContact = (company: string, contact: string | null) =>
  put<{ contact: string | null; chosen: boolean }>(`${url}/contacts/${company}`, { contact });

/** Where a file of a time is: the journal, or documents by kind of item. */
export const fileAddress = (
  what: 'journal' | 'documents',
  days: { from: string; until: string },
  form: 'csv' | 'xlsx',
) => `${url}/${what}.${form}?${new URLSearchParams(days)}`;
