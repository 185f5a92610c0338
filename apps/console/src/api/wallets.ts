import { get, type Page, patch, post, type Query } from './http.ts';

export type OwnerType = 'organization' | 'company' | 'end_user';

export type Wallet = {
  id: string;
  ledgerAccountId: string;
  owner: { type: OwnerType; id: string; name: string; companyId: string | null };
  currency: string;
  remaining: string;
  floor: string;
  atFloor: boolean;
  overshoot: string;
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
  | 'credit_note';

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

const url = '/api/v1/wallets';
const one = (id: string) => `${url}/${id}`;

export const listWallets = (query: Query, signal?: AbortSignal) => get<Page<Wallet>>(url, query, signal);
export const getWallet = (id: string) => get<Wallet>(one(id));
/** @param owner a company, an end user or the organization */
export const openWallet = (input: { owner: string; floor: string }) => post<Wallet>(url, input);
export const setFloor = (id: string, floor: string) => patch<Wallet>(one(id), { floor });
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
