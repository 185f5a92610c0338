import type { PlanType, PlanVersion } from '../api/plans.ts';
import { exactMoney, money } from '../format/money.ts';
import { count, number } from '../format/words.ts';
import { soldBy } from './kinds.ts';
import { ratesOf } from './pricing.ts';

/** A version in one line, as a salesperson would say it. */
export function priceInWords(type: PlanType, version: PlanVersion): string {
  const usage = usageInWords(type, version);
  if (!soldBy(type, 'fee') || Number(version.fee) === 0) return usage;
  const fee = `${money(version.fee, version.currency)} a month`;
  return type === 'unlimited' && !version.fairUseMb ? fee : `${fee}: ${usage}`;
}

/** What the fee holds, and what usage costs. */
export function usageInWords(type: PlanType, version: PlanVersion): string {
  const { currency } = version;
  switch (type) {
    case 'prepaid':
      return refillsInWords(version);
    case 'monthly_bundle': {
      const allowance = megabytes(version.allowanceMb);
      if (!version.overageSizeMb || !version.overagePrice) return allowance;
      return `${allowance}, then ${money(version.overagePrice, currency)} per ${megabytes(version.overageSizeMb)}`;
    }
    case 'unlimited':
      return version.fairUseMb ? `fair use ${megabytes(version.fairUseMb)}` : 'any use';
    case 'static_pool':
      return 'data and fee of its pool';
    case 'dynamic_pool':
      return `${megabytes(version.allowanceMb)} into its pool`;
    default:
      return pricePerMb(version);
  }
}

function refillsInWords({ refills, currency, validityDays }: PlanVersion): string {
  const valid = count(validityDays ?? 0, 'day');
  const [cheapest] = [...refills].sort((a, b) => Number(a.price) - Number(b.price));
  if (!cheapest) return `no refills yet, ${valid}`;
  const price = money(cheapest.price, currency);
  if (refills.length === 1) return `${megabytes(cheapest.mb)} for ${price}, ${valid}`;
  return `${refills.length} refills from ${price}, ${valid}`;
}

function pricePerMb(version: PlanVersion): string {
  const { currency, tiers } = version;
  const data = ratesOf(version).filter((rate) => rate.service === 'data');
  const byZone = data.some((rate) => rate.zone !== null) ? ', others by zone' : '';
  if (tiers) return `from ${exactMoney(tiers[0]?.pricePerMb ?? '0', currency)} per MB${byZone}`;
  if (version.pricePerMb !== null) return `${exactMoney(version.pricePerMb, currency)} per MB${byZone}`;
  return data.some((rate) => rate.zone === null) ? `data at its own rate${byZone}` : 'data priced by zone';
}

export function megabytes(mb: string | null): string {
  return mb === null ? 'none' : `${number(Number(mb))} MB`;
}
