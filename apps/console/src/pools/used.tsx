import type { PoolMonth } from '../api/pools.ts';
import { bytes, share } from '../format/bytes.ts';
import { None } from '../ui/page.tsx';
import { Meter } from '../ui/status.tsx';

/** How much of a month's balance is gone: 0 to 1 and beyond. */
export function usedShare({ usedBytes, allowanceBytes }: Pick<PoolMonth, 'usedBytes' | 'allowanceBytes'>): number {
  if (allowanceBytes === '0') return usedBytes === '0' ? 0 : 1;
  return share(usedBytes, allowanceBytes);
}

export function Used({ month }: { month: PoolMonth | null }) {
  if (!month) return <None>no month</None>;
  const words = `${bytes(month.usedBytes)} of ${bytes(month.allowanceBytes)}`;
  return (
    <span className="usage-cell">
      <span>{words}</span>
      <Meter value={usedShare(month)} label={`${words} used`} />
    </span>
  );
}
