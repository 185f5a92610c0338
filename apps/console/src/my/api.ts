import { del, get, type Page, patch, post, put } from '../api/http.ts';
import type { Payment, Quote as Priced, RefillAmounts } from '../api/payments.ts';
import type { WalletVat } from '../api/wallets.ts';

/** What the pages of an end user ask for: all of it under `/api/v1/my`, where the server shows them their own rows. */

export type Language = 'en' | 'de';

export type Me = {
  id: string;
  email: string;
  name: string | null;
  language: Language | null;
  organization: string;
  currency: string;
  timeZone: string;
  unitBase: 1000 | 1024;
  now: string;
  permissions: string[];
  lookedAt: boolean;
};

export type Refill = { id: string; amountBytes: string; price: string; currency: string };

export type Sim = {
  id: string;
  name: string | null;
  iccid: string;
  msisdn: string | null;
  state: 'working' | 'waiting' | 'stopped' | 'off';
  stoppedBy: { reason: string; since: string }[];
  online: boolean | null;
  lastSeenAt: string | null;
  plan: { name: string; type: string } | null;
  leftBytes: string | null;
  boughtBytes: string | null;
  daysLeft: number | null;
  validUntil: string | null;
  validityDays: number | null;
  usedTodayBytes: string;
  refills: Refill[];
};

export type Sims = { items: Sim[]; asOf: string };

export type Wallet = { id: string; currency: string; remaining: string; floor: string };
export type Movement = { id: string; at: string; kind: string; description: string; amount: string; currency: string };

export type Card = {
  id: string;
  state: 'created' | 'action_needed' | 'active' | 'failed' | 'expired' | 'removed';
  default: boolean;
  brand: string | null;
  last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
  actionUrl: string | null;
};

export type Quote = Priced & {
  gets: {
    amount: string | null;
    bytes: string | null;
    validUntil: string | null;
    bonus: { amount: string; expiresAt: string | null } | null;
  };
};
export type Thing =
  | { simRefill: { sim: string; refill: string } }
  | { walletRefill: { wallet: string; amount: string } };
export type Way = { method: 'card'; card?: string } | { method: 'wallet' };
export type Amounts = { items: RefillAmounts[] };
export type { Payment };

const my = '/api/v1/my';

export const getMe = () => get<Me>(my);
export const setLanguage = (language: Language) => patch<Me>(my, { language });
export const signOut = () => post(`${my}/sign-out`);
export const getSims = () => get<Sims>(`${my}/sims`);
export const getWallets = () => get<Page<Wallet>>(`${my}/wallets`);
export const getMovements = (wallet: string) => get<Page<Movement>>(`${my}/wallets/${wallet}/history`, { limit: 30 });
export const getWalletVat = (wallet: string) => get<WalletVat>(`${my}/wallets/${wallet}/vat`);
export const walletReceiptUrl = (wallet: string, month: string) => `${my}/wallets/${wallet}/vat/${month}/receipt.pdf`;
export const getAmounts = (currency: string) => get<Amounts>(`${my}/refill-amounts`, { currency });
export const getPayments = () => get<Page<Payment>>(`${my}/payments`, { limit: 50 });
export const getPayment = (id: string) => get<Payment>(`${my}/payments/${id}`);
export const receiptUrl = (id: string) => `${my}/payments/${id}/receipt.pdf`;
export const getQuote = (thing: Thing, way: Way) => post<Quote>(`${my}/payments/quotes`, { ...thing, ...way });
/** @param key the same for every press of one screen: twice is once */
export const pay = (thing: Thing, way: Way, key: string) => post<Payment>(`${my}/payments`, { ...thing, ...way }, key);
export const getCards = () =>
  get<Page<Card>>(`${my}/payment-methods`, { state: 'created,action_needed,active,expired' });
export const getCard = (id: string) => get<Card>(`${my}/payment-methods/${id}`);
export const addCard = (owner: string) => post<Card>(`${my}/payment-methods`, { owner });
export const removeCard = (id: string) => del(`${my}/payment-methods/${id}`);

export type AutoRefill = {
  id: string;
  sim: string | null;
  wallet: string | null;
  state: 'on' | 'suspended' | 'off';
  belowBytes: string | null;
  refill: string | null;
  below: string | null;
  /** Of a wallet: what comes, or else what it is filled up to. */
  amount: string | null;
  upTo: string | null;
  currency: string;
  payers: Payer[];
};
export type Payer = 'own_card' | 'own_wallet' | 'company_card' | 'company_wallet';
export type WantedRefill = { below: string; refill: string; payers: Payer[] };
export type WantedWalletRefill = { below: string; amount?: string; upTo?: string; payers: Payer[] };

/** Those that are on, or stopped by themselves. */
export const getAutos = () => get<Page<AutoRefill>>(`${my}/auto-refills`, { state: 'on,suspended', limit: 200 });
export const setAuto = (sim: string, wanted: WantedRefill) => put<AutoRefill>(`${my}/sims/${sim}/auto-refill`, wanted);
export const switchOffAuto = (sim: string) => del(`${my}/sims/${sim}/auto-refill`);
export const setWalletAuto = (wallet: string, wanted: WantedWalletRefill) =>
  put<AutoRefill>(`${my}/wallets/${wallet}/auto-refill`, wanted);
export const switchOffWalletAuto = (wallet: string) => del(`${my}/wallets/${wallet}/auto-refill`);
export const resumeAuto = (id: string) => post<AutoRefill>(`${my}/auto-refills/${id}/resume`);

export type LinkShown = {
  for: 'end_user' | 'look' | 'staff';
  organization: string;
  email: string;
  name: string | null;
};
export const askForLink = (email: string, language: Language) => post('/api/auth/links', { email, language });
export const readLink = (token: string) => post<LinkShown>('/api/auth/links/read', { token });
export const useLink = (token: string) => post('/api/auth/links/use', { token });
