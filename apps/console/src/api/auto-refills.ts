import { del, get, type Page, post, put, type Query } from './http.ts';

export type PayerKind = 'own_card' | 'company_card' | 'own_wallet' | 'company_wallet';

export type AutoRefillReason =
  | ('enough' | 'pending' | 'in_flight' | 'action_needed' | 'cooldown' | 'too_often' | 'daily_cap' | 'monthly_cap')
  | ('backing_off' | 'nobody_can' | 'not_prepaid' | 'no_option' | 'not_in_use' | 'other_hands' | 'refused');

/** What refills a SIM or a wallet by itself. */
export type AutoRefill = {
  id: string;
  state: 'on' | 'suspended' | 'off';
  sim: string | null;
  iccid: string | null;
  wallet: string | null;
  owner: string;
  ownerName: string;
  belowBytes: string | null;
  refill: string | null;
  below: string | null;
  amount: string | null;
  upTo: string | null;
  currency: string;
  payers: PayerKind[];
  cooldownMinutes: number;
  dailyCap: string | null;
  monthlyCap: string | null;
  /** What the last look found in the way; null: nothing, or nobody has looked. */
  reason: AutoRefillReason | null;
  setAt: string;
  setBy: string;
};

export type AutoRefillAttempt = {
  id: string;
  state: 'none' | 'open' | 'action_needed' | 'succeeded' | 'failed';
  /** Bytes of a SIM, an amount of a wallet. */
  had: string;
  payer: PayerKind | null;
  payment: string | null;
  times: number | null;
  gross: string;
  currency: string;
  reason: string | null;
  message: string | null;
  actionUrl: string | null;
  createdAt: string;
};

export type SetAutoRefill = {
  below: string;
  refill?: string;
  amount?: string;
  upTo?: string;
  payers: PayerKind[];
  cooldownMinutes: number;
  dailyCap: string | null;
  monthlyCap: string | null;
};

/** A SIM or a wallet, as its path has it: `sims/<id>`. */
export type Subject = `sims/${string}` | `wallets/${string}`;

export const listAutoRefills = (query: Query, signal?: AbortSignal) =>
  get<Page<AutoRefill>>('/api/v1/auto-refills', query, signal);
/** Null: it refills nothing by itself. */
export async function getAutoRefill(subject: Subject): Promise<AutoRefill | null> {
  const [kind, id] = subject.split('/') as ['sims' | 'wallets', string];
  const of = kind === 'sims' ? { sim: id } : { wallet: id };
  const { items } = await get<Page<AutoRefill>>('/api/v1/auto-refills', { ...of, state: 'on,suspended', limit: 1 });
  return items[0] ?? null;
}
export const setAutoRefill = (subject: Subject, input: SetAutoRefill) =>
  put<AutoRefill>(`/api/v1/${subject}/auto-refill`, input);
export const switchOffAutoRefill = (subject: Subject) => del(`/api/v1/${subject}/auto-refill`);
export const resumeAutoRefill = (id: string) => post<AutoRefill>(`/api/v1/auto-refills/${id}/resume`);
export const whyAutoRefill = (id: string) =>
  get<{ reason: string; text: string; until: string | null }>(`/api/v1/auto-refills/${id}/why`);
export const listAutoRefillAttempts = (id: string, limit: number) =>
  get<Page<AutoRefillAttempt>>(`/api/v1/auto-refills/${id}/attempts`, { limit });
