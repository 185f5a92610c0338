import { Link } from '@tanstack/react-router';
import type { Transaction } from '../api/transactions.ts';
import { iccidGroups } from '../format/words.ts';
import { None } from '../ui/page.tsx';

type Target = Transaction['destination'];
const hidden: Record<Target['kind'], string> = {
  sim: 'a SIM that is not yours to see',
  pool: 'a pool that is not yours to see',
  wallet: 'a wallet that is not yours to see',
  invoice: 'an invoice that is not yours to see',
  company: 'a company that is not yours to see',
  order: 'an order that is not yours to see',
};

/** What money was for, in words. */
export function destinationWords({ kind, name }: Target): string {
  if (name === null) return hidden[kind];
  if (kind === 'sim') return name;
  return {
    pool: `Pool ${name}`,
    wallet: `Wallet of ${name}`,
    invoice: `Invoice ${name}`,
    company: `Invoices of ${name}`,
    order: `Order ${name}`,
  }[kind];
}

/** The same, as a link to it. */
export function Destination({ of }: { of: Target }) {
  const { kind, id, name } = of;
  if (id === null || name === null) return <None>{hidden[kind]}</None>;
  const className = 'plain above destination';
  switch (kind) {
    case 'sim':
      return (
        <Link to="/sims/$id" params={{ id }} className={`${className} mono nowrap`}>
          {iccidGroups(name)}
        </Link>
      );
    case 'wallet':
      return (
        <Link to="/wallets/$id" params={{ id }} className={className}>
          Wallet of {name}
        </Link>
      );
    case 'pool':
      return (
        <Link to="/pools/$id" params={{ id }} className={className}>
          Pool {name}
        </Link>
      );
    case 'invoice':
      return (
        <Link to="/invoices/$id" params={{ id }} className={className}>
          Invoice {name}
        </Link>
      );
    default:
      return <span>{destinationWords(of)}</span>;
  }
}
