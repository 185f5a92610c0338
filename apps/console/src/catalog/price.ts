import type { PlanType, PlanVersion } from '../api/plans.ts';
import { exactMoney, money } from '../format/money.ts';
import { number } from '../format/words.ts';

/** A version in one line, as a salesperson would say it. */
export function priceInWords(type: PlanType, version: PlanVersion): string {
  const { currency } = version;
  const fee = `${money(version.fee, currency)} a month`;
  if (type === 'super_sim') {
    if (version.tiers) return `${fee} + from ${exactMoney(version.tiers[0]?.pricePerMb ?? '0', currency)} per MB`;
    return `${fee} + ${exactMoney(version.pricePerMb ?? '0', currency)} per MB`;
  }
  const allowance = `${megabytes(version.allowanceMb)} for ${fee}`;
  if (!version.overageSizeMb || !version.overagePrice) return allowance;
  return `${allowance}, then ${money(version.overagePrice, currency)} per ${megabytes(version.overageSizeMb)}`;
}

export function megabytes(mb: string | null): string {
  return mb === null ? 'none' : `${number(Number(mb))} MB`;
}
