import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { countPreBills, listPreBills, type PreBill } from '../api/billing.ts';
import type { Page, Query } from '../api/http.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { dayAfter, dayBegins } from '../format/months.ts';
import { measures } from '../format/organization.ts';
import { count, number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { choices, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { Empty } from '../ui/state.tsx';
import { HeldUp } from './held-up.tsx';
import { RunDialog } from './run.tsx';
import { SettleMany } from './settle-many.tsx';
import { kindWords, PreBillBadge, spanWords, stateWords } from './words.tsx';
import './billing.css';

const columns: readonly Column<PreBill>[] = [
  {
    ...{ id: 'number', label: 'Number', width: 120, priority: 0, phone: 'bare' },
    cell: (one) => <span className="mono">{one.number}</span>,
    csv: (one) => one.number,
  },
  timeColumn('created', 'Created', ({ createdAt }) => createdAt, { width: 140, priority: 3, phone: 'none' }),
  {
    ...{ id: 'company', label: 'Company', width: 220, priority: 0, phone: 'title' },
    cell: (one) => <span className="cut strong">{one.company.name}</span>,
    csv: (one) => one.company.name,
  },
  {
    ...{ id: 'period', label: 'For', width: 190, priority: 2, phone: 'bare' },
    cell: (one) => spanWords(one.periodFrom, one.periodUntil),
    csv: (one) => `${one.periodFrom ?? ''} ${one.periodUntil}`.trim(),
  },
  {
    ...{ id: 'kind', label: 'Kind', width: 110, priority: 4, phone: 'none' },
    cell: (one) => kindWords[one.kind],
    csv: (one) => kindWords[one.kind],
  },
  {
    ...{ id: 'items', label: 'Items', width: 80, align: 'right', priority: 5, phone: 'none' },
    cell: (one) => number(one.items),
    csv: (one) => String(one.items),
  },
  {
    ...{ id: 'net', label: 'Total excl. VAT', width: 130, align: 'right', priority: 0, phone: 'side' },
    cell: (one) => <span className="strong">{money(one.net, one.currency)}</span>,
    csv: (one) => one.net,
  },
  {
    ...{ id: 'currency', label: 'Currency', width: 90, priority: 7, phone: 'none' },
    cell: (one) => one.currency,
    csv: (one) => one.currency,
  },
  {
    ...{ id: 'state', label: 'Status', width: 132, priority: 0, phone: 'bare' },
    cell: (one) => <PreBillBadge state={one.state} />,
    csv: (one) => stateWords[one.state].word,
  },
];

const filters: readonly Filter[] = [
  { name: 'state', label: 'Status', kind: 'many', options: choices(stateWords) },
  { name: 'kind', label: 'Kind', kind: 'many', options: choices(kindWords) },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  { name: 'from', label: 'From', kind: 'day' },
  { name: 'until', label: 'Until', kind: 'day' },
];

/** Days as the API has them: instants, in the organization's zone. */
export function inDays({ from, until, ...query }: Query): Query {
  const { timeZone } = measures();
  return {
    ...query,
    ...(from && { from: dayBegins(String(from), timeZone) }),
    ...(until && { to: dayBegins(dayAfter(String(until)), timeZone) }),
  };
}

const list = (query: Query, signal?: AbortSignal): Promise<Page<PreBill>> => listPreBills(inDays(query), signal);

/** Bills that wait for somebody, and what became of the others. */
export function PreBillsPage() {
  const may = useMay();
  const [{ dialog, state, search, kind, company, from, until }, change] = useAddress();
  // As many as are counted: of nothing narrower is a count known.
  const allPending = state === 'pending' && !(search || kind || company || from || until);
  const counted = useQuery({ queryKey: ['pre-bills', 'counted'], queryFn: countPreBills }).data;
  return (
    <>
      <List
        noun="pre-bills"
        title="Pre-bills"
        note={
          <>
            <HeldUp />
            {counted && (
              <span className="bill-counts">
                {[
                  `${number(counted.pending)} pending`,
                  `${number(counted.approved)} approved`,
                  count(counted.companies, 'company', 'companies'),
                  count(counted.months, 'billing cycle'),
                ].join(' · ')}
              </span>
            )}
          </>
        }
        columns={columns}
        list={list}
        id={({ id }) => id}
        name={(one) => `${one.number} of ${one.company.name}`}
        href={({ id }) => `/pre-bills/${id}`}
        searchHint="Number, company"
        filters={filters}
        selection={
          may('billing.pre_bill.approve')
            ? (rows, clear) => <SettleMany whom={{ preBills: rows }} onDone={clear} />
            : undefined
        }
        selectionOfAll={
          allPending && counted
            ? {
                rows: counted.pending,
                show: (_query, clear) => <SettleMany whom={{ allPending: counted.pending }} onDone={clear} />,
              }
            : undefined
        }
        empty={
          <Empty title="No pre-bills yet">
            When a month is over, what each company owes for it is collected here, to be looked at before it becomes an
            invoice. You can also collect a month yourself.
          </Empty>
        }
      >
        {may('billing.pre_bill.create') && <Button onClick={() => change({ dialog: 'run' })}>Run bills</Button>}
      </List>
      {dialog === 'run' && <RunDialog onClose={() => change({ dialog: null })} />}
    </>
  );
}
