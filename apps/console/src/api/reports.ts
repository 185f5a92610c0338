import { get, type Page, post, type Query } from './http.ts';

export type RevenueType = 'recurring' | 'activation' | 'usage' | 'adjustment' | 'refill' | 'other';
export type RevenueMonth = {
  month: string;
  currency: string;
  net: string;
  byType: { type: RevenueType; net: string }[];
  cost: string | null;
  margin: string | null;
  countedAt: string | null;
};
export type Grouping = 'type' | 'plan' | 'telecom' | 'company';
export type RevenueRow = {
  month: string;
  /** Null: of none. */
  group: { id: string; name: string } | null;
  currency: string;
  net: string;
  bytes: string;
  lines: number;
  cost: string | null;
  margin: string | null;
};
export type Receivable = {
  account: { id: string; name: string };
  currency: string;
  invoices: number;
  current: string;
  days30: string;
  days60: string;
  days90: string;
  older: string;
  credits: string;
  total: string;
};
export type Paid = { account: string; currency: string; month: string; lifetime: string };
export type CarrierCosts = {
  currency: string;
  items: { from: string; perMb: string; perLine: string; setAt: string; setBy: string }[];
};

export const listRevenueMonths = () => get<{ items: RevenueMonth[] }>('/api/v1/revenue/months');
export const listRevenue = (query: Query, signal?: AbortSignal) =>
  get<Page<RevenueRow>>('/api/v1/revenue', query, signal);
export const listReceivables = (query: Query, signal?: AbortSignal) =>
  get<Page<Receivable>>('/api/v1/receivables', query, signal);
/** @param accounts up to fifty companies and end users */
export const listPaid = (accounts: string[]) => get<{ items: Paid[] }>('/api/v1/paid', { accounts: accounts.join() });

const costs = (telecom: string) => `/api/v1/telecoms/${telecom}/costs`;
export const listCosts = (telecom: string) => get<CarrierCosts>(costs(telecom));
export const setCost = (telecom: string, cost: { from: string; perMb: string; perLine: string }) =>
  post<CarrierCosts>(costs(telecom), cost);
