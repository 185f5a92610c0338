import { useMay, useMe } from '../app/session.ts';

/** Money of a wallet is moved by the organization alone. */
export function useMoves(): { moves: boolean; edits: boolean; holds: boolean } {
  const me = useMe();
  const may = useMay();
  const ours = me.actor.companyId === null;
  return {
    moves: ours && may('ledger.wallet.credit'),
    edits: ours && may('ledger.wallet.edit'),
    holds: ours && may('ledger.wallet.hold'),
  };
}
