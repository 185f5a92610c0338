import { get, post, put } from './http.ts';
import type { TaxCategory } from './payments.ts';

export type TaxNumber = {
  country: string;
  number: string;
  /** Null: not checked. */
  valid: boolean | null;
  checkedAt: string | null;
  checkedHow: 'vies' | 'manual' | null;
  checkedBy: string | null;
  reference: string;
};

/** A check at VIES. `by_hand`: it could not tell. */
export type TaxCheck = {
  number: string;
  state: 'waiting' | 'answered' | 'by_hand';
  attempts: number;
  nextAttemptAt: string | null;
  /** What VIES said last instead of an answer. */
  problem: string | null;
  valid: boolean | null;
  requestId: string;
  name: string;
  address: string;
  askedAt: string;
  askedBy: string;
  settledAt: string | null;
};

export type TaxRate = {
  /** A day in the organization's time zone. */
  validFrom: string;
  /** Null: from this day on, what applies to the account above. */
  category: TaxCategory | null;
  percent: string | null;
  reason: string;
  setAt: string;
  setBy: string;
};

export type AccountTax = {
  account: string;
  category: TaxCategory;
  percent: string;
  reason: string;
  /** Whose rate it is; null: nobody has set one. */
  from: string | null;
  number: TaxNumber | null;
  /** At VIES, the newest first. */
  checks: TaxCheck[];
  /** Of this very account, the latest first. */
  rates: TaxRate[];
};

const one = (account: string) => `/api/v1/tax/${account}`;

export const getTax = (account: string) => get<AccountTax>(one(account));
export const setTaxRate = (
  account: string,
  rate: { category: TaxCategory | null; percent?: string; validFrom: string; reason?: string },
) => post<AccountTax>(`${one(account)}/rates`, rate);
export const setTaxNumber = (account: string, number: { country: string; number: string }) =>
  put<AccountTax>(`${one(account)}/number`, number);
export const recordTaxCheck = (account: string, check: { valid: boolean; reference: string }) =>
  post<AccountTax>(`${one(account)}/number/checks`, check);
export const askVies = (account: string) => post<AccountTax>(`${one(account)}/number/vies`);
