import { ceilDiv, type Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';
import { minorOf, vatOf } from '../tax/index.ts';

/** Who may pay: the holder (an end user, or whose wallet it is) or their company, by card or from a wallet. In the order set, the first that can. */
export const payerKinds = ['own_card', 'company_card', 'own_wallet', 'company_wallet'] as const;
export type PayerKind = (typeof payerKinds)[number];

/** What one charge may bring: so many of a refill, each at its price; or as much as fills it up. */
export type Size =
  | { kind: 'times'; gain: bigint; priceMicros: Micros }
  | { kind: 'up_to'; target: bigint }
  /** The line has nothing that could be refilled: why. */
  | { kind: 'none'; reason: 'not_prepaid' | 'no_option' | 'not_in_use' };

export type Settings = {
  /** Bytes of a line, micro-minor units of a wallet: below it something is to happen. */
  low: bigint;
  size: Size;
  payers: PayerKind[];
  cooldownMinutes: number;
  /** Of what payers are charged, VAT within; null: without. */
  dailyCapMicros: Micros | null;
  monthlyCapMicros: Micros | null;
};

/** What a payer has to pay with at this moment. */
export type Purse =
  | { kind: 'card'; cardId: Id; ratePpm: number; leastMicros: Micros }
  /** `ratePpm` null: VAT came with its refills. */
  | { kind: 'wallet'; walletId: Id; freeMicros: Micros; ratePpm: number | null }
  | { kind: 'none'; reason: 'no_card' | 'card_expired' | 'no_wallet' | 'other_currency' | 'no_provider' };

export type AttemptState = 'none' | 'open' | 'action_needed' | 'succeeded' | 'failed';

/** An attempt, as far as it decides about the next. */
export type Past = { state: AttemptState; payer: PayerKind | null; createdAt: Date; settledAt: Date | null };

export type Facts = {
  now: Date;
  /** What there is, and what is on its way to it. */
  has: bigint;
  pending: bigint;
  purses: ReadonlyMap<PayerKind, Purse>;
  /** Attempts since it was set or resumed, the newest first. */
  past: Past[];
  /** What was charged today and this month, in the organization's time zone, and how often today. */
  spent: { dayMicros: Micros; monthMicros: Micros; today: number };
  tomorrow: Date;
  nextMonth: Date;
  /** Bounds of one charge, without VAT: those of refills of a wallet. */
  leastMicros: Micros;
  mostMicros: Micros | null;
};

/** Why nothing is charged. */
export const reasons = [
  'enough',
  'pending',
  'in_flight',
  'action_needed',
  'cooldown',
  'too_often',
  'daily_cap',
  'monthly_cap',
  'backing_off',
  'nobody_can',
  'not_prepaid',
  'no_option',
  'not_in_use',
  'other_hands',
  'refused',
] as const;
export type Reason = (typeof reasons)[number];

export type Charge = {
  payer: PayerKind;
  /** The card or wallet. */
  from: { card: Id } | { wallet: Id };
  times: number;
  priceMicros: Micros;
  grossMicros: Micros;
};

export type Decision =
  | ({ kind: 'charge' } & Charge)
  /** Nothing is charged now. `until`: when that changes by itself; `walletId`: whose money is waited for. */
  | { kind: 'wait'; reason: Reason; until: Date | null; walletId: Id | null }
  /** A payer refused again and again, and nobody else can pay. */
  | { kind: 'suspend' };

/** Refills of a line, or amounts of a wallet, in one charge at most. */
export const mostTimes = 10;
/** Charges of one auto-refill on one day, whatever the caps say. */
export const mostADay = 20;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How long a payer who refused is left alone: after the first time in a row, the second … After one more it is not asked again. */
export const backOffMs = [hourMs, 6 * hourMs, 24 * hourMs, 72 * hourMs] as const;

/**
 * Whether to charge now, whom, and how much; or why not. Pure. One charge brings what is there, with what is on its way, to the threshold or
 * above it if it can (`mostTimes`, the caps, what a wallet holds); there is never a second one meanwhile.
 */
export function decide(settings: Settings, facts: Facts): Decision {
  const { now, past } = facts;
  const there = facts.has + facts.pending;
  if (facts.has >= settings.low) return wait('enough');
  const open = past.find(({ settledAt }) => settledAt === null);
  if (open) return wait(open.state === 'action_needed' ? 'action_needed' : 'in_flight');
  if (there >= settings.low) return wait('pending');
  if (settings.size.kind === 'none') return wait(settings.size.reason);
  const last = past.find(({ state }) => state !== 'none');
  const rested = last ? new Date(last.createdAt.getTime() + settings.cooldownMinutes * minuteMs) : now;
  // A charge that failed is no reason for another payer to wait.
  if (last?.state === 'succeeded' && rested > now) return wait('cooldown', rested);
  if (facts.spent.today >= mostADay) return wait('too_often', facts.tomorrow);

  const found: Decision[] = [];
  for (const payer of settings.payers) {
    const tried = tryPayer(settings, settings.size, facts, payer, there);
    if (tried.kind === 'charge') return tried;
    found.push(tried);
  }
  // What ends by itself is waited for; the soonest of it is looked at first.
  const waits = found.filter((one) => one.kind === 'wait');
  const passing = waits.filter((one) => one.until !== null).sort((a, b) => a.until!.getTime() - b.until!.getTime());
  if (passing[0]) return passing[0];
  if (found.some((one) => one.kind === 'suspend')) return { kind: 'suspend' };
  return waits.find((one) => one.walletId !== null) ?? wait('nobody_can');
}

function tryPayer(
  settings: Settings,
  size: Exclude<Size, { kind: 'none' }>,
  facts: Facts,
  payer: PayerKind,
  there: bigint,
): Decision {
  const purse = facts.purses.get(payer) ?? { kind: 'none', reason: 'no_wallet' };
  if (purse.kind === 'none') return wait('nobody_can');
  const refusals = failuresInARow(facts.past, payer);
  if (refusals.count > backOffMs.length) return { kind: 'suspend' };
  if (refusals.count > 0) {
    const until = new Date(refusals.lastAt!.getTime() + backOffMs[refusals.count - 1]!);
    if (until > facts.now) return wait('backing_off', until);
  }
  const { dailyCapMicros, monthlyCapMicros } = settings;
  const { dayMicros, monthMicros } = facts.spent;
  const within = (grossMicros: Micros): Reason | null => {
    if (dailyCapMicros !== null && dayMicros + grossMicros > dailyCapMicros) return 'daily_cap';
    if (monthlyCapMicros !== null && monthMicros + grossMicros > monthlyCapMicros) return 'monthly_cap';
    if (purse.kind === 'wallet' && grossMicros > purse.freeMicros) return 'nobody_can';
    return null;
  };
  let last: Reason = 'nobody_can';
  const from = purse.kind === 'card' ? { card: purse.cardId } : { wallet: purse.walletId };
  for (const { times, priceMicros } of sizesOf(size, settings.low, there, facts)) {
    const grossMicros = grossOf(priceMicros, purse);
    if (purse.kind === 'card' && grossMicros < purse.leastMicros) break;
    const against = within(grossMicros);
    if (against === null) return { kind: 'charge', payer, from, times, priceMicros, grossMicros };
    last = against;
  }
  if (last === 'daily_cap') return wait(last, facts.tomorrow);
  if (last === 'monthly_cap') return wait(last, facts.nextMonth);
  return wait('nobody_can', null, purse.kind === 'wallet' ? purse.walletId : null);
}

/** What could be charged, from what fills the gap down to the least there is. */
function sizesOf(
  size: Exclude<Size, { kind: 'none' }>,
  low: bigint,
  there: bigint,
  { leastMicros, mostMicros }: Facts,
): { times: number; priceMicros: Micros }[] {
  if (size.kind === 'up_to') {
    // Whole smallest units, so that it is at the target at least; within the bounds of a refill.
    const gap = ceilDiv(size.target - there, minor) * minor;
    const priceMicros = mostMicros !== null && gap > mostMicros ? mostMicros : gap < leastMicros ? leastMicros : gap;
    return [{ times: 1, priceMicros }];
  }
  const wanted = Number(min(ceilDiv(low - there, size.gain), BigInt(mostTimes)));
  return Array.from({ length: wanted }, (_, i) => wanted - i)
    .map((times) => ({ times, priceMicros: size.priceMicros * BigInt(times) }))
    .filter(({ priceMicros }) => mostMicros === null || priceMicros <= mostMicros);
}

const minor = 1_000_000n;
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** What a purse is charged for a price: by card VAT comes on top, in whole smallest units; from most wallets it was paid before. */
export function grossOf(priceMicros: Micros, purse: Exclude<Purse, { kind: 'none' }>): Micros {
  if (purse.ratePpm === null) return priceMicros;
  const netMicros = minorOf(priceMicros);
  return netMicros + vatOf(netMicros, purse.ratePpm);
}

/** How often a payer has refused since it paid last, and when the last time was. */
export function failuresInARow(past: Past[], payer: PayerKind): { count: number; lastAt: Date | null } {
  let count = 0;
  let lastAt: Date | null = null;
  for (const one of past) {
    if (one.payer !== payer || one.state === 'none') continue;
    if (one.state === 'succeeded') break;
    if (one.state !== 'failed') continue;
    count += 1;
    lastAt ??= one.settledAt;
  }
  return { count, lastAt };
}

function wait(reason: Reason, until: Date | null = null, walletId: Id | null = null) {
  return { kind: 'wait' as const, reason, until, walletId };
}
