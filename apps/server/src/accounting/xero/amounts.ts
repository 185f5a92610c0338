import { currencyExponent, formatAmount, type Micros, parseAmount } from '@simwright/measure';
import { AccountingFault } from '../door.ts';

/** Digits that a double holds of any decimal: more would come out another. */
const exactDigits = 15;

/**
 * An amount as the SDK takes it, which is a double: its shortest text is the decimal that it was made of. Refuses what Xero cannot keep: it
 * has two decimals for every currency.
 */
export function numberOf(micros: Micros, currency: string): number {
  if (currencyExponent(currency) > 2) {
    throw new AccountingFault(
      'refused',
      'accounting.currency_too_fine',
      `Xero keeps two decimals, and ${currency} has more.`,
    );
  }
  const text = formatAmount(micros, currency);
  if (text.replace(/\D/g, '').length > exactDigits) {
    throw new AccountingFault('refused', 'accounting.amount_too_large', `${text} ${currency} is more than Xero takes.`);
  }
  return Number(text);
}

/** An amount of an answer. Null: it had none, or none of this currency. */
export function microsOf(told: unknown, currency: string): Micros | null {
  if (typeof told !== 'number' || !Number.isFinite(told)) return null;
  const parsed = parseAmount(told.toFixed(currencyExponent(currency)), currency);
  return parsed.ok && Number(formatAmount(parsed.value, currency)) === told ? parsed.value : null;
}
