import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page, Query } from '../api/http.ts';
import type { Sim } from '../api/sims.ts';

/** What the tabs of a SIM's history have in common: pages of something of this SIM, as a table. */

export function usePages<T>(sim: Sim, name: string, list: (id: string, query: Query) => Promise<Page<T>>) {
  const query = useInfiniteQuery({
    queryKey: ['sim', sim.id, name],
    queryFn: ({ pageParam }) => list(sim.id, { limit: 50, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  return { query, rows: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

export function More({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      variant="default"
      size="xs"
      mt="sm"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      Show more
    </Button>
  );
}

type Cell<T> = { label: string; right?: boolean; cell: (row: T) => ReactNode };

export function Table<T>({
  label,
  rows,
  columns,
  id,
}: {
  label: string;
  rows: T[];
  columns: Cell<T>[];
  id: (row: T, index: number) => string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <div className="table-wrap" tabIndex={0}>
      <table className="plain-table stacked" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={column.right ? 'right' : ''}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={id(row, index)}>
              {columns.map((column) => (
                <td key={column.label} data-label={column.label} className={column.right ? 'right nowrap' : ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
