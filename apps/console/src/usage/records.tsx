import { listUsage, type UsageRecordRow, usageRecordsAddress } from '../api/usage.ts';
import { exactMoney } from '../format/money.ts';
import { plainQuantity, quantity, serviceWords } from '../format/usage.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import './usage.css';

// The ids are those of the file that the server writes.
const columns: readonly Column<UsageRecordRow>[] = [
  {
    id: 'iccid',
    label: 'SIM',
    width: 208,
    priority: 0,
    phone: 'title',
    cell: (row) => <span className="mono">{row.sim.iccid}</span>,
    csv: (row) => row.sim.iccid,
  },
  timeColumn('occurred', 'Happened', (row) => row.occurredAt, { priority: 1, phone: 'bare' }),
  {
    id: 'service',
    label: 'Service',
    width: 96,
    priority: 2,
    phone: 'bare',
    cell: (row) => serviceWords[row.service],
    csv: (row) => row.service,
  },
  {
    id: 'used',
    label: 'Used',
    width: 116,
    align: 'right',
    priority: 1,
    phone: 'side',
    cell: (row) => quantity(row.service, row),
    csv: (row) => plainQuantity(row.service, row),
  },
  {
    id: 'network',
    label: 'Network',
    width: 160,
    priority: 3,
    cell: (row) => (
      <>
        {row.networkName ?? row.plmn ?? <None>unknown</None>}{' '}
        {row.unknownNetwork && (
          <Badge tone="amber" title="The plan has zones, and the network did not tell which: the default rate served.">
            Default rate
          </Badge>
        )}
      </>
    ),
    csv: (row) => row.networkName ?? row.plmn ?? '',
  },
  {
    id: 'source',
    label: 'From',
    width: 132,
    priority: 4,
    phone: 'none',
    cell: (row) => row.source,
    csv: (row) => row.source,
  },
  {
    id: 'late',
    label: 'Late',
    width: 76,
    priority: 5,
    phone: 'none',
    cell: (row) => (row.late ? <Badge tone="amber">Late</Badge> : ''),
    csv: (row) => String(row.late),
  },
  {
    id: 'charge',
    label: 'Charge',
    width: 132,
    align: 'right',
    priority: 1,
    cell: (row) => (
      <span className="nowrap">
        {exactMoney(row.charge, row.currency)} <ExplainButton id={row.id} what="this charge" />
      </span>
    ),
    csv: (row) => row.charge,
  },
];

const filters: readonly Filter[] = [
  oneOf('service', 'Service', serviceWords),
  { name: 'source', label: 'Handed in from', kind: 'text' },
  {
    name: 'unknownNetwork',
    label: 'Network',
    kind: 'one',
    options: [{ value: 'true', label: 'Not known, default rate' }],
  },
];

const rowId = (row: UsageRecordRow) => row.id;
const rowName = (row: UsageRecordRow) => `the SIM ${row.sim.iccid} of this usage`;
const rowHref = (row: UsageRecordRow) => `/sims/${row.sim.id}?show=records`;

/** What was used and what it cost, record by record, of the last seven days. */
export function UsagePage() {
  return (
    <List
      noun="usage"
      title="Usage"
      note={<p className="usage-note dim">Of the last seven days, newest first. The API lists any 31 days.</p>}
      columns={columns}
      list={listUsage}
      id={rowId}
      name={rowName}
      href={rowHref}
      filters={filters}
      file={usageRecordsAddress}
      empty={
        <Empty title="No usage in the last seven days">
          Data shows up as the network tells of it; messages and calls come over the API, as carriers’ records.
        </Empty>
      }
    />
  );
}
