import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listPoolMonths, type Pool, type PoolMonth } from '../api/pools.ts';
import { bytes } from '../format/bytes.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { monthName } from '../format/time.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { BurnDown } from './burn-down.tsx';
import { Used } from './used.tsx';

/** The months of the pool, newest first: what it held, used and cost. */
export function Months({ pool }: { pool: Pool }) {
  const query = useQuery({ queryKey: ['pool', pool.id, 'months'], queryFn: () => listPoolMonths(pool.id) });
  const [shown, setShown] = useState<PoolMonth | null>(null);
  return (
    <Panel title="Months">
      {query.data ? (
        query.data.items.length === 0 ? (
          <p className="dim">No month of this pool has begun.</p>
        ) : (
          <table className="plain-table stacked">
            <thead>
              <tr>
                <th scope="col">Month</th>
                <th scope="col">Used</th>
                <th scope="col" className="right">
                  Over
                </th>
                <th scope="col" className="right">
                  Fees
                </th>
                <th scope="col" className="right">
                  Overage
                </th>
                <th scope="col" className="right">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.items.map((month) => (
                <Row key={month.id} pool={pool} month={month} onShow={() => setShown(month)} />
              ))}
            </tbody>
          </table>
        )
      ) : (
        <Pending query={query} lines={3} />
      )}
      {shown && (
        <Modal
          opened
          onClose={() => setShown(null)}
          size="xl"
          title={`${pool.name}, ${monthName(shown.startsAt, pool.timeZone)}`}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <BurnDown pool={pool} month={shown.id} />
        </Modal>
      )}
    </Panel>
  );
}

function Row({ pool, month, onShow }: { pool: Pool; month: PoolMonth; onShow: () => void }) {
  const { currency } = month;
  const amount = (value: string) => <span title={exactMoney(value, currency)}>{money(value, currency)}</span>;
  return (
    <tr>
      <td>
        <Button variant="transparent" size="compact-sm" px={0} onClick={onShow}>
          {monthName(month.startsAt, pool.timeZone)}
        </Button>
        {month.state === 'open' && <span className="dim"> so far</span>}
      </td>
      <td data-label="Used">
        <Used month={month} />
      </td>
      <td data-label="Over" className="right nowrap">
        {month.overageBytes === '0' ? <span className="dim">none</span> : bytes(month.overageBytes)}
      </td>
      <td data-label="Fees" className="right nowrap">
        {amount(addAmounts([month.fees, month.activationFees]))}
      </td>
      <td data-label="Overage" className="right nowrap">
        {amount(month.charge)}
      </td>
      <td data-label="Total" className="right nowrap strong">
        {amount(month.total)} <ExplainButton id={month.id} what="this month" />
      </td>
    </tr>
  );
}
