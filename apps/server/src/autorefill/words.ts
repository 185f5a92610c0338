import { formatAmount, formatBytes, type Micros } from '@simwright/measure';
import { minorOf } from '../tax/index.ts';
import type { Decision, Facts, PayerKind, Purse, Settings } from './model.ts';
import { failuresInARow } from './model.ts';

const payerWords: Record<PayerKind, string> = {
  own_card: 'the holder’s card',
  company_card: 'the company’s card',
  own_wallet: 'the holder’s wallet',
  company_wallet: 'the company’s wallet',
};

const purseWords: Record<Extract<Purse, { kind: 'none' }>['reason'], string> = {
  no_card: 'is not stored, or none is the default one',
  card_expired: 'has expired',
  no_wallet: 'does not exist',
  other_currency: 'is in another currency',
  no_provider: 'is of a payment provider that is not connected any more',
};

type Said = { currency: string; unit: 'bytes' | 'money'; unitBase: 1000 | 1024; show: (at: Date) => string };

/** Why nothing is charged, or what is, in a sentence for a person. */
export function explain(decision: Decision, settings: Settings, facts: Facts, said: Said): string {
  // Whole smallest units: a wallet that usage draws on has parts of a cent.
  const money = (micros: Micros) => `${said.currency} ${formatAmount(minorOf(micros), said.currency)}`;
  const much = (value: bigint) =>
    said.unit === 'money' ? money(value) : formatBytes(value > 0n ? value : 0n, said.unitBase);
  const has = `There is ${much(facts.has)}, and the threshold is ${much(settings.low)}`;
  if (decision.kind === 'charge') {
    return `${has}: ${payerWords[decision.payer]} is charged ${money(decision.grossMicros)}.`;
  }
  if (decision.kind === 'suspend') {
    return `${has}. Payers refused five times in a row, so it is suspended until somebody resumes it or another card is stored.`;
  }
  const until = decision.until ? said.show(decision.until) : '';
  switch (decision.reason) {
    case 'enough':
      return `${has}: there is enough.`;
    case 'pending':
      return `${has}. ${much(facts.pending)} is on its way already, which is enough.`;
    case 'in_flight':
      return `${has}. A charge is under way; there is no second one until it is known what became of it.`;
    case 'action_needed':
      return `${has}. The bank wants the holder of the card to confirm the charge. Until then nothing else is charged.`;
    case 'cooldown':
      return `${has}. The last refill was a short while ago; the next one comes at ${until} at the earliest.`;
    case 'too_often':
      return `${has}. It was charged as often today as it may be on one day. It goes on at ${until}.`;
    case 'daily_cap':
      return `${has}. ${money(facts.spent.dayMicros)} of ${money(settings.dailyCapMicros!)} was charged today: the daily cap leaves no room for another refill until ${until}.`;
    case 'monthly_cap':
      return `${has}. ${money(facts.spent.monthMicros)} of ${money(settings.monthlyCapMicros!)} was charged this month: the monthly cap leaves no room for another refill until ${until}.`;
    case 'backing_off':
      return `${has}. ${refusedWords(settings, facts)} The next try is at ${until}.`;
    case 'nobody_can':
      return `${has}. Nobody can pay: ${settings.payers.map((kind) => cannotWords(kind, facts, money)).join('; ')}.`;
    case 'not_prepaid':
      return 'The SIM is not on a prepaid plan, so there is nothing to refill.';
    case 'no_option':
      return 'The plan of the SIM does not have this refill any more. Choose another one.';
    case 'not_in_use':
      return 'The SIM is not in use: only one that is ready or active is refilled.';
    case 'other_hands':
      return 'It is in other hands than when this was set, so it was switched off.';
    case 'refused':
      return `${has}. The charge was refused here.`;
  }
}

function refusedWords({ payers }: Settings, { past }: Facts): string {
  const refused = payers.filter((kind) => failuresInARow(past, kind).count > 0);
  const words = refused.map((kind) => {
    const { count } = failuresInARow(past, kind);
    return `${payerWords[kind]} refused ${count === 1 ? 'once' : `${count} times in a row`}`;
  });
  return `${capital(words.join(', '))}.`;
}

function cannotWords(kind: PayerKind, { purses, past }: Facts, money: (micros: Micros) => string): string {
  const purse = purses.get(kind) ?? { kind: 'none', reason: 'no_wallet' };
  if (purse.kind === 'none') return `${payerWords[kind]} ${purseWords[purse.reason]}`;
  const { count } = failuresInARow(past, kind);
  if (count > 0) return `${payerWords[kind]} refused ${count} times in a row`;
  return purse.kind === 'wallet'
    ? `${payerWords[kind]} has ${money(purse.freeMicros)} to spend, which is not enough`
    : `${payerWords[kind]} is charged no amount as small as this`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
