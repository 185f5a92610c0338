import { useQuery } from '@tanstack/react-query';
import { listAdjustments } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';

/** What waits for somebody to agree, of all wallets: how many. */
export function usePendingAdjustments(): number {
  const ours = useMe().actor.companyId === null;
  const sees = useMay()('ledger.wallet.view') && ours;
  const { data } = useQuery({
    queryKey: ['wallet adjustments', 'pending'],
    queryFn: () => listAdjustments({ state: 'pending', limit: 1 }),
    enabled: sees,
    retry: false,
  });
  return data?.pending ?? 0;
}
