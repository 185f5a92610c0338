import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Grouping, listRevenue, listRevenueMonths, type RevenueRow } from '../api/reports.ts';
import { exactMoney, money } from '../format/money.ts';
import { number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { MonthBars } from './bars.tsx';
import { monthWords, typeWords } from './words.ts';
import './reports.css';

const groupings: Record<Grouping, string> = { type: 'Type', plan: 'Plan', telecom: 'Telecom', company: 'Company' };

function moneyColumn(id: 'net' | 'cost' | 'margin', label: string, priority: number): Column<RevenueRow> {
  return {
    ...{ id, label, width: 140, align: 'right', priority, phone: id === 'net' ? 'side' : 'line' },
    cell: (row) =>
      row[id] === null ? (
        <None />
      ) : (
        <span title={exactMoney(row[id], row.currency)}>{money(row[id], row.currency)}</span>
      ),
    csv: (row) => row[id] ?? '',
  };
}

const nameOf = (by: Grouping, { group }: RevenueRow) =>
  by === 'type' ? typeWords[group?.id as keyof typeof typeWords] : (group?.name ?? null);

const linesColumn: Column<RevenueRow> = {
  id: 'lines',
  label: 'Lines',
  width: 90,
  align: 'right',
  priority: 3,
  phone: 'none',
  cell: ({ lines }) => (lines > 0 ? number(lines) : <None />),
  csv: ({ lines }) => String(lines),
};

function columnsOf(by: Grouping): readonly Column<RevenueRow>[] {
  return [
    {
      id: 'month',
      label: 'Month',
      width: 150,
      priority: 0,
      phone: 'bare',
      cell: ({ month }) => monthWords(month),
      csv: ({ month }) => month,
    },
    {
      id: 'group',
      label: groupings[by],
      width: 240,
      priority: 0,
      phone: 'title',
      cell: (row) => nameOf(by, row) ?? <None>of none</None>,
      csv: (row) => nameOf(by, row) ?? '',
    },
    moneyColumn('net', 'Net', 0),
    // By type they would stand with usage alone.
    ...(by === 'type' ? [] : [linesColumn]),
    ...(by === 'telecom' ? [moneyColumn('cost', 'Cost', 1), moneyColumn('margin', 'Margin', 1)] : []),
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
}

const filters: readonly Filter[] = [
  { name: 'from', label: 'From month', kind: 'text' },
  { name: 'to', label: 'To month', kind: 'text' },
];

/** What was earned by month, told apart as one likes; with a margin where telecoms have a cost. */
export function RevenuePage() {
  const [{ by: asked }, change] = useAddress();
  const by: Grouping = asked && Object.hasOwn(groupings, asked) ? (asked as Grouping) : 'type';
  const months = useQuery({ queryKey: ['revenue', 'months'], queryFn: listRevenueMonths });
  return (
    <List
      key={by}
      noun={`revenue by ${by}`}
      title="Revenue"
      columns={columnsOf(by)}
      list={listRevenue}
      always={{ by }}
      id={({ month, group, currency }) => `${month} ${group?.id} ${currency}`}
      name={(row) => `${nameOf(by, row) ?? 'none'} in ${monthWords(row.month)}`}
      filters={filters}
      file="/api/v1/revenue"
      note={
        <div className="revenue-head">
          {months.data && <MonthBars months={months.data.items} />}
          <SegmentedControl
            aria-label="Told apart by"
            data={Object.entries(groupings).map(([value, label]) => ({ value, label }))}
            value={by}
            onChange={(value) => change({ by: value === 'type' ? null : value })}
          />
        </div>
      }
      empty={
        <Empty title="Nothing earned yet">
          Fees, usage, refills and what is written onto bills are added up here by month, some minutes after they
          happen.
        </Empty>
      }
    />
  );
}
