import { formatAmount } from '@simwright/measure';
import type { DueFee } from './sql.ts';

/** The block of a line that a fee is due of. */
export function unpaid(fee: Pick<DueFee, 'lineId' | 'amountMicros' | 'currency' | 'at'>) {
  const { currency } = fee;
  const detail = { amount: formatAmount(fee.amountMicros, currency), currency, dueSince: fee.at.toISOString() };
  return { lineId: fee.lineId, reason: 'fee_unpaid' as const, detail };
}
