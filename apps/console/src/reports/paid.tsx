import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Page, Query } from '../api/http.ts';
import { listPaid, type Paid } from '../api/reports.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import type { Column, ListQuery } from '../ui/list/types.ts';
import { Fact, Facts, None } from '../ui/page.tsx';

/** An account with what it has paid, in each currency. */
export type WithPaid<T> = T & { paid: Paid[] };

/** Accounts that can be asked about at once. */
const mostAccounts = 50;

/** A list of accounts, each with what it has paid. */
export function withPaid<T extends { id: string }>(list: ListQuery<T>): ListQuery<WithPaid<T>> {
  return async (query: Query, signal?: AbortSignal): Promise<Page<WithPaid<T>>> => {
    const page = await list(query, signal);
    const paid: Paid[] = [];
    for (let from = 0; from < page.items.length; from += mostAccounts) {
      paid.push(...(await listPaid(page.items.slice(from, from + mostAccounts).map(({ id }) => id))).items);
    }
    const of = Map.groupBy(paid, ({ account }) => account);
    return { ...page, items: page.items.map((item) => ({ ...item, paid: of.get(item.id) ?? [] })) };
  };
}

function paidColumn(id: 'month' | 'lifetime', label: string, priority: number): Column<WithPaid<object>> {
  return {
    ...{ id: `paid-${id}`, label, width: 130, align: 'right', priority, phone: 'none' },
    cell: ({ paid }) =>
      paid.length > 0 ? paid.map((one) => money(one[id], one.currency)).join(', ') : <None>nothing</None>,
    csv: ({ paid }) => paid.map((one) => `${one[id]} ${one.currency}`).join(' '),
  };
}

export const paidColumns: readonly Column<WithPaid<object>>[] = [
  paidColumn('month', 'Paid this month', 3),
  paidColumn('lifetime', 'Paid in all', 4),
];

/** What a company or an end user has paid: a part of its form. */
export function PaidPart({ account }: { account: string }) {
  const sees = useMay()('payments.transaction.view');
  const query = useQuery({ queryKey: ['paid', account], queryFn: () => listPaid([account]), enabled: sees });
  if (!query.data) return null;
  const { items } = query.data;
  const shown = (id: 'month' | 'lifetime') =>
    items.length > 0 ? items.map((one) => exactMoney(one[id], one.currency)).join(', ') : <None>nothing</None>;
  return (
    <div className="form-part">
      <h3>Paid</h3>
      <Facts>
        <Fact name="This month">{shown('month')}</Fact>
        <Fact name="In all">
          {shown('lifetime')}{' '}
          <Link to="/transactions" search={{ company: account }} className="link">
            Transactions
          </Link>
        </Fact>
      </Facts>
    </div>
  );
}
