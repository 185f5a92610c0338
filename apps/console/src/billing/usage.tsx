import { useInfiniteQuery } from '@tanstack/react-query';
import { listPreBillUsage } from '../api/billing.ts';
import { bytes } from '../format/bytes.ts';
import { exactMoney, money } from '../format/money.ts';
import { day } from '../format/time.ts';
import { Pending } from '../ui/state.tsx';
import { More, Subject } from './items.tsx';

const pageSize = 50;

/** What each SIM used, had included, used beyond it, and pays. */
export function UsageTable({ id, version, currency }: { id: string; version: number; currency: string }) {
  const query = useInfiniteQuery({
    queryKey: ['pre-bills', 'usage', id, version],
    queryFn: ({ pageParam, signal }) => listPreBillUsage(id, { limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  if (!query.data) return <Pending query={query} lines={6} />;
  const rows = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="table-wrap">
        <table className="plain-table stacked" aria-label="Usage">
          <thead>
            <tr>
              <th scope="col">SIM or pool</th>
              <th scope="col">Plan</th>
              <th scope="col">Period</th>
              <th scope="col" className="right">
                Usage
              </th>
              <th scope="col" className="right">
                Included
              </th>
              <th scope="col" className="right">
                Overage
              </th>
              <th scope="col" className="right">
                For usage
              </th>
              <th scope="col" className="right">
                On this bill
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.sim ?? row.pool ?? row.label}>
                <td data-label="SIM or pool">
                  <Subject item={row} />
                </td>
                <td data-label="Plan">{row.plan}</td>
                <td data-label="Period">{row.from && row.until ? `${day(row.from)} – ${day(row.until)}` : '–'}</td>
                <td data-label="Usage" className="right">
                  {row.from ? bytes(row.usedBytes) : '–'}
                </td>
                <td data-label="Included" className="right">
                  {row.includedBytes === null ? '–' : bytes(row.includedBytes)}
                </td>
                <td data-label="Overage" className="right">
                  {row.overageBytes === '0' ? '–' : bytes(row.overageBytes)}
                </td>
                <td data-label="For usage" className="right">
                  {exactMoney(row.charge, currency)}
                </td>
                <td data-label="On this bill" className="right strong">
                  {money(row.billed, currency)}
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
