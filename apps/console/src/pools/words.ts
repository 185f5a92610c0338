import type { Pool, PoolForecast, PoolMonth, PoolTermsForm, PoolType } from '../api/pools.ts';
import { megabytes } from '../catalog/price.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { day } from '../format/time.ts';
import { count, type Tone } from '../format/words.ts';

export const poolTypeWords: Record<PoolType, string> = { static: 'Static pool', dynamic: 'Dynamic pool' };

export const poolTypeMeaning: Record<PoolType, string> = {
  static: 'One balance at one price, however many members.',
  dynamic: 'Each member brings its balance and its fee.',
};

/** The terms in one line, as a salesperson would say them. */
export function termsInWords(type: PoolType, terms: PoolTermsForm, currency: string): string {
  const holds =
    type === 'static'
      ? `${megabytes(terms.allowanceMb)} for ${money(terms.fee ?? '0', currency)} a month`
      : 'what its members bring';
  return `${holds}, ${overageInWords(terms, currency)}`;
}

export function overageInWords({ overageSizeMb, overagePrice }: PoolTermsForm, currency: string): string {
  if (overageSizeMb === null || overagePrice === null) return 'use beyond it is free';
  return `then ${money(overagePrice, currency)} per started ${megabytes(overageSizeMb)}`;
}

export type Outlook = { tone: Tone; short: string; sentence: string };

/** What becomes of the balance, in a word and in a sentence: used up, until when it lasts, or nothing to say. */
export function outlook({ month, forecast }: Pick<Pool, 'month' | 'forecast'>): Outlook {
  if (!month) return { tone: 'grey', short: 'No month', sentence: 'No month of this pool is running.' };
  if (month.limitReached) {
    return {
      tone: 'red',
      short: 'Limit reached',
      sentence: `Its data limit is reached, so no member has data until ${day(month.endsAt)}, or until the limit is raised.`,
    };
  }
  if (BigInt(month.overageBytes) > 0n) return usedUp(month, forecast);
  if (month.allowanceBytes === '0') return empty(month);
  if (!forecast) {
    return {
      tone: 'grey',
      short: 'No use',
      sentence: 'Nothing was used in the last seven days, so there is no forecast.',
    };
  }
  const pace = `At ${bytes(forecast.bytesPerDay)} a day, the pace of ${basis(forecast)},`;
  if (forecast.exhaustedAt) {
    return {
      tone: 'amber',
      short: `Until ${day(forecast.exhaustedAt)}`,
      sentence: `${pace} the balance is used up on ${day(forecast.exhaustedAt)}${band(forecast, month)}.${overageAhead(forecast, month)}`,
    };
  }
  const rest = BigInt(month.allowanceBytes) - BigInt(forecast.usedAtEndBytes);
  return {
    tone: 'green',
    short: 'Lasts',
    sentence: `${pace} the balance lasts to the end of the month, and ${bytes(rest < 0n ? 0n : rest)} will be left.`,
  };
}

function empty({ usedBytes }: PoolMonth): Outlook {
  if (usedBytes !== '0') return { tone: 'red', short: 'Used up', sentence: 'It holds no data this month.' };
  return { tone: 'grey', short: 'No members', sentence: 'It holds no data yet: members bring it.' };
}

function usedUp(month: PoolMonth, forecast: PoolForecast | null): Outlook {
  const over = `${bytes(month.overageBytes)} over its balance`;
  const blocks = month.overageSizeBytes
    ? `, ${count(Number(month.overageBlocks), 'block')} of overage for ${money(month.charge, month.currency)}`
    : ', which costs nothing';
  return {
    tone: 'red',
    short: 'Used up',
    sentence: `The pool is ${over}${blocks}.${forecast ? overageAhead(forecast, month) : ''}`,
  };
}

function basis({ basisHours }: PoolForecast): string {
  return basisHours >= 168
    ? 'the last seven days'
    : `the last ${basisHours < 48 ? count(basisHours, 'hour') : count(Math.floor(basisHours / 24), 'day')}`;
}

/** The days between which it is, where quiet and busy days differ. */
function band({ exhaustedAt, earliestAt, latestAt }: PoolForecast, { endsAt }: PoolMonth): string {
  if (!exhaustedAt || !earliestAt) return '';
  const [first, last] = [day(earliestAt), day(latestAt ?? endsAt)];
  if (first === last) return '';
  return latestAt ? ` (between ${first} and ${last})` : ` (${first} at the earliest)`;
}

function overageAhead({ chargeAtEnd }: PoolForecast, { charge, currency }: PoolMonth): string {
  return Number(chargeAtEnd) > Number(charge)
    ? ` By the end of the month overage comes to ${money(chargeAtEnd, currency)}.`
    : '';
}
