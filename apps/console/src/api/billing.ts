import { get, type Page, patch, post, put, type Query } from './http.ts';
import type { Operation } from './operations.ts';

export type PreBillState = 'pending' | 'approved' | 'rejected';
export type PreBillKind = 'cycle' | 'advance' | 'manual';
export type ItemKind =
  | 'recurring'
  | 'activation'
  | 'usage'
  | 'overage'
  | 'sms'
  | 'voice'
  | 'pool_fee'
  | 'pool_overage'
  | 'adjustment'
  | 'credit'
  | 'line'
  | 'discount';
type Company = { id: string; name: string };

export type PreBill = {
  id: string;
  number: string;
  company: Company;
  kind: PreBillKind;
  state: PreBillState;
  currency: string;
  periodFrom: string | null;
  periodUntil: string;
  items: number;
  collected: string;
  net: string;
  note: string;
  buyerReference: string;
  /** Another one whenever its sum may have changed. */
  version: number;
  operation: string | null;
  reason: string;
  createdAt: string;
  collectedAt: string;
  settledAt: string | null;
  settledBy: string | null;
};

/** What staff wrote onto it. */
export type Edit =
  | { kind: 'line'; name: string; quantity: string; unitPrice: string }
  | { kind: 'discount'; name: string; percent?: string; amount?: string };

export type PreBillDetail = PreBill & {
  edits: Edit[];
  kinds: { kind: ItemKind; items: number; net: string }[];
  /** As it would be today. */
  tax: { category: string; percent: string };
  vat: string;
  gross: string;
  /** What an electronic invoice of it would lack if it were approved now. */
  lacking: string[];
};

export type BillItem = {
  position: number;
  origin: 'collected' | 'staff';
  kind: ItemKind;
  sim: string | null;
  pool: string | null;
  label: string;
  detail: string;
  quantity: string;
  unitPrice: string;
  exact: string;
  net: string;
};

export type BilledUsage = {
  sim: string | null;
  pool: string | null;
  label: string;
  plan: string;
  from: string | null;
  until: string | null;
  usedBytes: string;
  includedBytes: string | null;
  overageBytes: string;
  charge: string;
  billed: string;
};

export type Invoice = {
  id: string;
  kind: 'invoice' | 'credit_note';
  number: string;
  company: Company;
  /** The invoice that a credit note takes back. */
  credits: string | null;
  state: 'open' | 'paid' | 'credited';
  overdue: boolean;
  issuedAt: string;
  issuedOn: string;
  dueOn: string | null;
  currency: string;
  net: string;
  vat: string;
  gross: string;
  paid: string;
  credited: string;
  tax: { category: string; percent: string; reason: string | null };
  period: { from: string; until: string } | null;
  items: number;
  preBill: string | null;
  issuedBy: string;
};

export type Statistics = { pending: number; approved: number; rejected: number; companies: number; months: number };

const preBills = '/api/v1/pre-bills';
const invoices = '/api/v1/invoices';
export const listPreBills = (query: Query, signal?: AbortSignal) => get<Page<PreBill>>(preBills, query, signal);
export const getPreBill = (id: string) => get<PreBillDetail>(`${preBills}/${id}`);
export const countPreBills = () => get<Statistics>('/api/v1/pre-bill-statistics');
export const collectPreBills = (companies: string[]) => post<{ items: PreBill[] }>(preBills, { companies });
export const editPreBill = (
  id: string,
  changes: { edits?: Edit[]; note?: string; buyerReference?: string; version?: number },
) => patch<PreBillDetail>(`${preBills}/${id}`, changes);
export const refreshPreBill = (id: string) => post<PreBillDetail>(`${preBills}/${id}/refresh`);
export const approvePreBill = (id: string, asked: { version?: number; late?: 'accept' | 'refuse' }) =>
  post<Invoice>(`${preBills}/${id}/approve`, asked);
export const rejectPreBill = (id: string, reason: string) =>
  post<PreBillDetail>(`${preBills}/${id}/reject`, { reason });
export const settlePreBills = (asked: {
  action: 'approve' | 'reject';
  late: 'accept' | 'refuse';
  reason: string;
  preBills?: { id: string; version: number }[];
  matching?: Record<string, never>;
}) => post<Operation>(`${preBills}/bulk`, asked);
export const listPreBillItems = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<BillItem>>(`${preBills}/${id}/items`, query, signal);
export const listPreBillUsage = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<BilledUsage>>(`${preBills}/${id}/usage`, query, signal);

export const listInvoices = (query: Query, signal?: AbortSignal) => get<Page<Invoice>>(invoices, query, signal);
export const getInvoice = (id: string) => get<Invoice>(`${invoices}/${id}`);
export const listInvoiceItems = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<BillItem>>(`${invoices}/${id}/items`, query, signal);
export const creditInvoice = (id: string, asked: { reason: string; items?: { position: number; amount?: string }[] }) =>
  post<Invoice>(`${invoices}/${id}/credit-notes`, asked);

export type PaymentType = 'pre_billing' | 'advanced_billing' | 'post_billing' | 'manual';
export type Terms = {
  paymentType: PaymentType | null;
  preDays: number;
  approval: 'manual' | 'automatic';
  graceDays: number;
  termsDays: number;
};
/** Null: what applies to all. */
export type OwnTerms = { [K in keyof Terms]: Terms[K] | null };
export type BillingSettings = Terms & { account: string; own: OwnTerms };
export type Series = { kind: 'pre_bill' | 'invoice' | 'credit_note'; prefix: string; digits: number; next: string };
type Sum = { kind: ItemKind; things: string; amount: string };
export type BillPreview = { company: string; bills: { currency: string; open: Sum[]; net: string; running: Sum[] }[] };

export const getBillingSettings = (account: string) => get<BillingSettings>(`/api/v1/billing-settings/${account}`);
export const changeBillingSettings = (account: string, changes: Partial<OwnTerms>) =>
  patch<BillingSettings>(`/api/v1/billing-settings/${account}`, changes);
export const listSeries = () => get<{ items: Series[] }>('/api/v1/bill-series');
export const changeSeries = (kind: Series['kind'], change: { prefix: string; digits: number }) =>
  put<{ items: Series[] }>(`/api/v1/bill-series/${kind}`, change);
export const previewBill = (company: string) => get<BillPreview>(`/api/v1/companies/${company}/bill-preview`);
export const beginBillRun = (month: string, kind: 'cycle' | 'pre_billing' | 'advanced_billing' = 'cycle') =>
  post<Operation>('/api/v1/bill-runs', { month, kind });

/** An account that no bill run takes, since a period of it has not rolled over. */
export type HeldUp = { company: { id: string; name: string }; month: string; since: string };
export const listHeldUp = () => get<{ items: HeldUp[] }>('/api/v1/bill-runs/held-up');

/** A bill as a file: for people, as UBL for programs, its items as CSV. */
export const invoiceAddress = (id: string, form: 'pdf' | 'xml' | 'csv') => `/api/v1/invoices/${id}/document.${form}`;
