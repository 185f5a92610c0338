import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BillItem } from '../api/billing.ts';
import type { Page, Query } from '../api/http.ts';
import { exactMoney, money } from '../format/money.ts';
import { iccidGroups } from '../format/words.ts';
import { Pending } from '../ui/state.tsx';
import { itemWords } from './words.tsx';

const pageSize = 50;

type Props = {
  /** Of the query: other words, other items. */
  of: readonly unknown[];
  list: (query: Query, signal?: AbortSignal) => Promise<Page<BillItem>>;
  currency: string;
};

/** The items of a bill in their order; more of them when they are asked for. */
export function ItemsTable({ of, list, currency }: Props) {
  const query = useInfiniteQuery({
    queryKey: of,
    queryFn: ({ pageParam, signal }) => list({ limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  if (!query.data) return <Pending query={query} lines={6} />;
  const items = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="table-wrap">
        <table className="plain-table stacked" aria-label="Items">
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">For</th>
              <th scope="col" className="right">
                Qty
              </th>
              <th scope="col" className="right">
                Unit price
              </th>
              <th scope="col" className="right">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.position}>
                <td data-label="Item">
                  <span className="two">
                    <span>{item.origin === 'staff' ? item.detail : itemWords[item.kind]}</span>
                    {item.origin === 'collected' && item.detail && <span className="sub">{item.detail}</span>}
                  </span>
                </td>
                <td data-label="For">
                  <Subject item={item} />
                </td>
                <td data-label="Qty" className="right">
                  {item.quantity}
                </td>
                <td data-label="Unit price" className="right">
                  {exactMoney(item.unitPrice, currency)}
                </td>
                <td data-label="Amount" className="right strong">
                  {money(item.net, currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More query={query} />
    </>
  );
}

export function Subject({ item }: { item: Pick<BillItem, 'sim' | 'pool' | 'label'> }) {
  if (item.sim) {
    return (
      <Link to="/sims/$id" params={{ id: item.sim }} className="link mono">
        {iccidGroups(item.label)}
      </Link>
    );
  }
  if (item.pool) {
    return (
      <Link to="/pools/$id" params={{ id: item.pool }} className="link">
        {item.label}
      </Link>
    );
  }
  return <span className="dim">the account</span>;
}

export function More({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) return null;
  return (
    <div className="bill-more">
      <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
