import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listWallets } from '../api/wallets.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { Badge } from '../ui/status.tsx';
import { useMoves } from './moves.ts';
import { standing } from './words.ts';
import './wallets.css';

/** What the wallet of a company or an end user holds, or the way to open one. @param why what one is good for */
export function CompanyWallet({
  companyId,
  why = 'PAYGO plans are paid from one.',
}: {
  companyId: string;
  why?: string;
}) {
  const sees = useMay()('ledger.wallet.view');
  const { edits } = useMoves();
  const query = useQuery({
    queryKey: ['wallets', 'of', companyId],
    queryFn: () => listWallets({ owner: companyId, limit: 1 }),
    enabled: sees,
  });
  if (!query.data) return null;
  const [wallet] = query.data.items;
  if (wallet) {
    const { tone, short, long } = standing(wallet);
    return (
      <div className="form-part">
        <h3>Wallet</h3>
        <div className="company-wallet">
          <Link to="/wallets/$id" params={{ id: wallet.id }} className="link strong">
            <span title={exactMoney(wallet.remaining, wallet.currency)}>
              {money(wallet.remaining, wallet.currency)}
            </span>
          </Link>
          <Badge tone={tone} title={long}>
            {short}
          </Badge>
        </div>
      </div>
    );
  }
  if (!edits) return null;
  return (
    <div className="form-part">
      <h3>Wallet</h3>
      <p className="ink2">None yet. {why}</p>
      <div>
        <Link to="/wallets" search={{ add: 'wallet', owner: companyId }}>
          <Button component="span" size="xs" variant="default">
            Open a wallet
          </Button>
        </Link>
      </div>
    </div>
  );
}
