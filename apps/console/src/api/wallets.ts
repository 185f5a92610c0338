import { get, type Page, patch, post, put, type Query } from './http.ts';
import type { TaxCategory } from './payments.ts';

export type OwnerType = 'organization' | 'company' | 'end_user';

/** When its money bears VAT. */
export type VatAt = 'refill' | 'spending';

export type Wallet = {
  id: string;
  ledgerAccountId: string;
  owner: { type: OwnerType; id: string; name: string; companyId: string | null };
  currency: string;
  remaining: string;
  held: string;
  available: string;
  floor: string;
  atFloor: boolean;
  overshoot: string;
  vatAt: VatAt;
  untaxed: string;
  openedAt: string;
};

export type WalletOverview = {
  from: string;
  to: string;
  currency: string;
  starting: string;
  credited: string;
  spentOnUsage: string;
  spentOnFees: string;
  vat: string;
  debited: string;
  ending: string;
  lowest: string;
  overshoot: string;
};

export type MovementKind =
  | 'usage'
  | 'fee'
  | 'refill'
  | 'adjustment'
  | 'payment'
  | 'refund'
  | 'grant'
  | 'expiry'
  | 'invoice'
  | 'credit_note'
  | 'vat';

export type WalletVat = {
  currency: string;
  items: {
    month: string;
    net: string;
    vat: string;
    gross: string;
    closedAt: string | null;
    lines: { category: TaxCategory; percent: string; net: string; vat: string; reason: string }[];
  }[];
};

export type Movement = {
  transferId: string;
  at: string;
  kind: MovementKind;
  description: string;
  note: string | null;
  madeBy: string | null;
  amount: string;
  remaining: string;
  currency: string;
  key: string;
  sim: { id: string; iccid: string } | null;
  fee: string | null;
};

export type DueFee = {
  id: string;
  sim: { id: string; iccid: string };
  periodId: string;
  kind: 'recurring' | 'activation';
  amount: string;
  currency: string;
  at: string;
  settledAt: string | null;
  settledAs: 'paid' | 'waived' | null;
};

export type DueFees = Page<DueFee> & { total: { fees: number; amount: string; currency: string } };

export type Balances = {
  remaining: string;
  currency: string;
  balances: {
    kind: 'granted' | 'bonus' | 'paid';
    part: string | null;
    remaining: string;
    priority: number;
    expiresAt: string | null;
    reason: string | null;
  }[];
};

export type Hold = {
  id: string;
  wallet: string;
  state: 'open' | 'captured' | 'released' | 'expired';
  amount: string;
  captured: string;
  held: string;
  currency: string;
  reason: string;
  until: string;
  madeBy: string;
  createdAt: string;
  endedAt: string | null;
};

export type AdjustmentKind = 'credit' | 'debit' | 'grant';
export type AdjustmentState = 'pending' | 'posted' | 'rejected' | 'withdrawn' | 'expired';

export type Adjustment = {
  id: string;
  wallet: string;
  walletOf: string;
  kind: AdjustmentKind;
  amount: string;
  currency: string;
  reason: string;
  expiresAt: string | null;
  state: AdjustmentState;
  askedBy: string;
  askedAt: string;
  until: string | null;
  own: boolean;
  decidedBy: string | null;
  decidedAt: string | null;
  note: string;
};

export type Effect = { remaining: string; after: string; kept: string; fits: boolean };

const url = '/api/v1/wallets';
const one = (id: string) => `${url}/${id}`;

export const listWallets = (query: Query, signal?: AbortSignal) => get<Page<Wallet>>(url, query, signal);
export const getWallet = (id: string) => get<Wallet>(one(id));
/** @param owner a company, an end user or the organization */
export const openWallet = (input: { owner: string; floor: string }) => post<Wallet>(url, input);
export const setFloor = (id: string, floor: string) => patch<Wallet>(one(id), { floor });
export const setVatAt = (id: string, vatAt: VatAt) => patch<Wallet>(one(id), { vatAt });
export const getWalletVat = (id: string) => get<WalletVat>(`${one(id)}/vat`);
export const walletReceiptUrl = (id: string, month: string) => `${one(id)}/vat/${month}/receipt.pdf`;
export const creditWallet = (id: string, input: { amount: string; reason: string; kind: 'refill' | 'adjustment' }) =>
  post<Wallet>(`${one(id)}/credits`, input);
export const debitWallet = (id: string, input: { amount: string; reason: string }) =>
  post<Wallet>(`${one(id)}/debits`, input);
export const getWalletOverview = (id: string, query: Query) => get<WalletOverview>(`${one(id)}/overview`, query);
export const listMovements = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<Movement>>(`${one(id)}/history`, query, signal);
export const listDueFees = (id: string, query: Query) => get<DueFees>(`${one(id)}/due-fees`, query);
export const waiveDueFee = (id: string, fee: string, reason: string) =>
  post<DueFee>(`${one(id)}/due-fees/${fee}/waive`, { reason });

export const getBalances = (id: string) => get<Balances>(`${one(id)}/balances`);
export const expirePart = (id: string, part: string, reason: string) =>
  post(`${one(id)}/parts/${part}/expire`, { reason });

export const listHolds = (id: string, query: Query) => get<Page<Hold>>(`${one(id)}/holds`, query);
export const placeHold = (id: string, input: { amount: string; reason: string; until?: string }) =>
  post<Hold>(`${one(id)}/holds`, input);
export const captureHold = (id: string, hold: string, input: { amount?: string }) =>
  post<Hold>(`${one(id)}/holds/${hold}/capture`, input);
export const releaseHold = (id: string, hold: string) => post<Hold>(`${one(id)}/holds/${hold}/release`);

const adjustments = '/api/v1/wallet-adjustments';

/** Moved at once, or pending where it is more than one person may move alone. */
export const askAdjustment = (
  id: string,
  input: { kind: AdjustmentKind; amount: string; reason: string; expiresAt?: string | null },
) => post<Adjustment>(`${one(id)}/adjustments`, input);
export const listAdjustments = (query: Query, signal?: AbortSignal) =>
  get<Page<Adjustment> & { pending: number }>(adjustments, query, signal);
export const getAdjustment = (id: string) => get<Adjustment & { effect: Effect }>(`${adjustments}/${id}`);
export const decideAdjustment = (id: string, what: 'approve' | 'reject' | 'withdraw', note: string) =>
  post<Adjustment>(`${adjustments}/${id}/${what}`, { note });

export type WalletLimits = { items: { currency: string; limit: string }[] };
export const listWalletLimits = () => get<WalletLimits>('/api/v1/wallet-limits');
export const setWalletLimit = (input: { currency: string; limit: string | null }) =>
  put<WalletLimits>('/api/v1/wallet-limits', input);

export const getWalletSettings = () => get<{ vatAt: VatAt }>('/api/v1/wallet-settings');
export const setWalletSettings = (vatAt: VatAt) => put<{ vatAt: VatAt }>('/api/v1/wallet-settings', { vatAt });
