import type { RevenueType } from '../api/reports.ts';
import { monthNamed } from '../format/months.ts';
import { measures } from '../format/organization.ts';
import { monthName } from '../format/time.ts';

export const typeWords: Record<RevenueType, string> = {
  recurring: 'Recurring fees',
  activation: 'Activation fees',
  usage: 'Usage',
  refill: 'Refills',
  adjustment: 'Adjustments',
  other: 'Written by staff',
};

/** `November 2026` */
export function monthWords(month: string): string {
  const { timeZone } = measures();
  return monthName(monthNamed(month, timeZone).from, timeZone);
}
