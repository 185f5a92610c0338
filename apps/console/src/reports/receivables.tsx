import { Link } from '@tanstack/react-router';
import { listReceivables, type Receivable } from '../api/reports.ts';
import { exactMoney, money } from '../format/money.ts';
import { List } from '../ui/list/list.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';

type Age = 'current' | 'days30' | 'days60' | 'days90' | 'older' | 'credits' | 'total';

function ageColumn(id: Age, label: string, priority: number): Column<Receivable> {
  return {
    ...{ id, label, width: 120, align: 'right', priority, phone: id === 'total' ? 'side' : 'line' },
    cell: (row) =>
      /[1-9]/.test(row[id]) ? (
        <span className={id === 'total' ? 'strong' : ''} title={exactMoney(row[id], row.currency)}>
          {money(row[id], row.currency)}
        </span>
      ) : (
        <None />
      ),
    csv: (row) => row[id],
  };
}

const columns: readonly Column<Receivable>[] = [
  {
    id: 'account',
    label: 'Company',
    width: 220,
    priority: 0,
    phone: 'title',
    cell: ({ account }) => (
      <Link to="/companies" search={{ open: account.id }} className="plain above">
        {account.name}
      </Link>
    ),
    csv: ({ account }) => account.name,
  },
  ageColumn('current', 'Not due', 2),
  ageColumn('days30', '1–30 days', 1),
  ageColumn('days60', '31–60 days', 1),
  ageColumn('days90', '61–90 days', 1),
  ageColumn('older', 'Over 90 days', 1),
  ageColumn('credits', 'On account', 3),
  ageColumn('total', 'Total', 0),
  {
    id: 'currency',
    label: 'Currency',
    width: 90,
    priority: 4,
    phone: 'none',
    cell: ({ currency }) => currency,
    csv: ({ currency }) => currency,
  },
];

const filters: readonly Filter[] = [{ name: 'company', label: 'Company', kind: 'one', load: loadCompanies }];

/** What companies owe by open invoices, and for how long it has been due. */
export function ReceivablesPage() {
  return (
    <List
      noun="receivables"
      title="Receivables"
      columns={columns}
      list={listReceivables}
      id={({ account, currency }) => `${account.id} ${currency}`}
      name={({ account }) => account.name}
      href={({ account }) => `/companies/${account.id}/statement`}
      filters={filters}
      file="/api/v1/receivables"
      empty={
        <Empty title="Nobody owes anything">Open invoices stand here by company, by how long they have been due.</Empty>
      }
    />
  );
}
