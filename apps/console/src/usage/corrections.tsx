import { Button, SegmentedControl } from '@mantine/core';
import {
  type Adjustment,
  adjustmentsAddress,
  type DayTotal,
  dayTotalsAddress,
  listAdjustments,
  listDayTotals,
} from '../api/corrections.ts';
import { useMay } from '../app/session.ts';
import { exactMoney } from '../format/money.ts';
import { isZero, plainQuantity, quantity, serviceWords } from '../format/usage.ts';
import { adjustmentWords } from '../format/words.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { HandIn } from './hand-in.tsx';
import { RateAgain } from './rate-again.tsx';
import './usage.css';

const dayColumns: readonly Column<DayTotal>[] = [
  {
    id: 'iccid',
    label: 'SIM',
    width: 208,
    priority: 0,
    phone: 'title',
    cell: (row) => <span className="mono">{row.sim.iccid}</span>,
    csv: (row) => row.sim.iccid,
  },
  {
    id: 'day',
    label: 'Day',
    width: 112,
    priority: 1,
    phone: 'side',
    cell: (row) => <span title={`A day in ${row.timeZone}`}>{row.day}</span>,
    csv: (row) => row.day,
  },
  {
    id: 'service',
    label: 'Service',
    width: 96,
    priority: 3,
    phone: 'bare',
    cell: (row) => serviceWords[row.service],
    csv: (row) => row.service,
  },
  {
    id: 'told',
    label: 'Told',
    width: 112,
    align: 'right',
    priority: 1,
    cell: (row) => quantity(row.service, row.told),
    csv: (row) => plainQuantity(row.service, row.told),
  },
  {
    id: 'booked',
    label: 'Booked',
    width: 112,
    align: 'right',
    priority: 2,
    cell: (row) => quantity(row.service, row.booked),
    csv: (row) => plainQuantity(row.service, row.booked),
  },
  {
    id: 'difference',
    label: 'Difference',
    width: 124,
    align: 'right',
    priority: 1,
    cell: (row) =>
      isZero(row.service, row.difference) ? (
        <span className="dim">none</span>
      ) : (
        <Badge tone="amber" title="Usage came after the carrier told its total.">
          {quantity(row.service, row.difference)}
        </Badge>
      ),
    csv: (row) => plainQuantity(row.service, row.difference),
  },
  {
    id: 'source',
    label: 'From',
    width: 120,
    priority: 4,
    cell: (row) => row.source,
    csv: (row) => row.source,
  },
  {
    id: 'timeZone',
    label: 'Time zone',
    width: 140,
    hidden: true,
    phone: 'none',
    cell: (row) => row.timeZone,
    csv: (row) => row.timeZone,
  },
  timeColumn('toldAt', 'Told at', (row) => row.toldAt, { align: 'right', priority: 5, phone: 'none' }),
];

const dayFilters: readonly Filter[] = [
  {
    name: 'differs',
    label: 'Difference',
    kind: 'one',
    options: [{ value: 'true', label: 'Not booked as told' }],
  },
  oneOf('service', 'Service', serviceWords),
  { name: 'source', label: 'From', kind: 'text' },
];

const adjustmentColumns: readonly Column<Adjustment>[] = [
  {
    id: 'iccid',
    label: 'SIM',
    width: 208,
    priority: 0,
    phone: 'title',
    cell: (row) => (row.sim ? <span className="mono">{row.sim.iccid}</span> : <None>of a pool</None>),
    csv: (row) => row.sim?.iccid ?? '',
  },
  timeColumn('at', 'Posted', (row) => row.at, { priority: 1, phone: 'bare' }),
  {
    id: 'kind',
    label: 'Kind',
    width: 140,
    priority: 2,
    phone: 'bare',
    cell: (row) => adjustmentWords[row.kind],
    csv: (row) => row.kind,
  },
  {
    id: 'reason',
    label: 'Reason',
    width: 280,
    priority: 3,
    cell: (row) => <span title={row.reason}>{row.reason}</span>,
    csv: (row) => row.reason,
  },
  {
    id: 'by',
    label: 'By',
    width: 140,
    priority: 4,
    phone: 'none',
    cell: (row) => row.by,
    csv: (row) => row.by,
  },
  {
    id: 'amount',
    label: 'Amount',
    width: 140,
    align: 'right',
    priority: 1,
    phone: 'side',
    cell: (row) => (
      <span className="nowrap">
        {exactMoney(row.amount, row.currency)} <ExplainButton id={row.id} what="this correction" />
      </span>
    ),
    csv: (row) => row.amount,
  },
];

const adjustmentFilters: readonly Filter[] = [oneOf('kind', 'Kind', adjustmentWords)];

const dayId = (row: DayTotal) => [row.sim.id, row.source, row.day, row.service].join(' ');
const dayName = (row: DayTotal) => `the SIM ${row.sim.iccid} of this day`;
const dayHref = (row: DayTotal) => `/sims/${row.sim.id}?show=records`;
const adjustmentId = (row: Adjustment) => row.id;
const adjustmentName = (row: Adjustment) => `the correction of ${row.sim?.iccid ?? 'a pool'}`;
const adjustmentHref = (row: Adjustment) =>
  row.sim ? `/sims/${row.sim.id}?show=adjustments` : `/pools/${row.poolId ?? ''}`;

/** What was corrected after it was charged: days as carriers told them, and money beside billing periods. */
export function CorrectionsPage() {
  const may = useMay();
  const [{ show, do: open }, change] = useAddress();
  const sees = { totals: may('usage.record.view'), adjustments: may('periods.period.view') };
  const adjustments = sees.adjustments && (show === 'adjustments' || !sees.totals);
  const choice = sees.totals && sees.adjustments && (
    <SegmentedControl
      className="corrections-choice"
      aria-label="Corrections of"
      value={adjustments ? 'adjustments' : 'totals'}
      onChange={(value) =>
        change({ show: value === 'totals' ? null : value, kind: null, differs: null, service: null, source: null })
      }
      data={[
        { value: 'totals', label: 'Usage: daily totals' },
        { value: 'adjustments', label: 'Money: adjustments' },
      ]}
    />
  );
  const actions = (
    <>
      {may('usage.restatement.create') && (
        <Button variant="default" onClick={() => change({ do: 'totals' }, true)}>
          Hand in daily totals
        </Button>
      )}
      {may('charging.rerating.run') && <Button onClick={() => change({ do: 'rate' }, true)}>Rate again</Button>}
    </>
  );
  const close = () => change({ do: null });
  return (
    <>
      {adjustments ? (
        <List
          key="adjustments"
          noun="adjustments"
          title="Corrections"
          note={choice}
          columns={adjustmentColumns}
          list={listAdjustments}
          id={adjustmentId}
          name={adjustmentName}
          href={adjustmentHref}
          filters={adjustmentFilters}
          file={adjustmentsAddress}
          empty={
            <Empty title="No money was corrected">
              Rating usage again, a credit by hand and a plan that ends early post here what changes, beside the billing
              period, which keeps what it was charged.
            </Empty>
          }
        >
          {actions}
        </List>
      ) : (
        <List
          key="totals"
          noun="day-totals"
          title="Corrections"
          note={choice}
          columns={dayColumns}
          list={listDayTotals}
          id={dayId}
          name={dayName}
          href={dayHref}
          filters={dayFilters}
          file={dayTotalsAddress}
          empty={
            <Empty title="No carrier has told a daily total yet">
              Hand in what a carrier says a SIM used on a day: what differs from what is booked is booked, once, at the
              last moment of that day. They reconcile and never add.
            </Empty>
          }
        >
          {actions}
        </List>
      )}
      {open === 'rate' && may('charging.rerating.run') && <RateAgain onClose={close} />}
      {open === 'totals' && may('usage.restatement.create') && <HandIn onClose={close} />}
    </>
  );
}
