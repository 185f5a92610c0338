import { listSessions, type SessionRow } from '../api/usage.ts';
import { addBytes, bytesInColumn } from '../format/bytes.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';

const states = {
  open: { tone: 'green', word: 'Open' },
  closed: { tone: 'grey', word: 'Ended' },
  stale: { tone: 'amber', word: 'Silent' },
} as const;

const columns: readonly Column<SessionRow>[] = [
  {
    id: 'sim',
    label: 'SIM',
    width: 208,
    priority: 0,
    phone: 'title',
    cell: (row) =>
      row.sim ? (
        <span className="mono">{row.sim.iccid}</span>
      ) : (
        <span className="two">
          <span className="dim">Unknown SIM</span>
          <span className="sub mono">{row.imsi}</span>
        </span>
      ),
    csv: (row) => row.sim?.iccid ?? '',
  },
  {
    id: 'state',
    label: 'State',
    width: 92,
    priority: 1,
    phone: 'side',
    cell: (row) => <Badge tone={states[row.state].tone}>{states[row.state].word}</Badge>,
    csv: (row) => row.state,
  },
  {
    id: 'network',
    label: 'Network',
    width: 176,
    priority: 2,
    phone: 'bare',
    cell: (row) =>
      row.networkName || row.plmn ? (
        <span className="two">
          <span>{row.networkName ?? 'Unnamed network'}</span>
          <span className="sub">{[row.country, row.plmn].filter(Boolean).join(' · ')}</span>
        </span>
      ) : (
        <None>unknown</None>
      ),
    csv: (row) => [row.networkName, row.plmn].filter(Boolean).join(' '),
  },
  {
    id: 'access',
    label: 'Access',
    width: 128,
    priority: 5,
    phone: 'none',
    cell: (row) => [row.rat, row.apn].filter(Boolean).join(' · ') || <None>unknown</None>,
    csv: (row) => [row.rat, row.apn].filter(Boolean).join(' '),
  },
  {
    id: 'ip',
    label: 'IP address',
    width: 120,
    priority: 6,
    phone: 'none',
    cell: (row) => (row.framedIp ? <span className="mono">{row.framedIp}</span> : <None>unknown</None>),
    csv: (row) => row.framedIp ?? '',
  },
  {
    id: 'up',
    label: 'Up',
    width: 88,
    align: 'right',
    priority: 4,
    phone: 'none',
    cell: (row) => bytesInColumn(row.bytesUp),
    csv: (row) => row.bytesUp,
  },
  {
    id: 'down',
    label: 'Down',
    width: 88,
    align: 'right',
    priority: 4,
    phone: 'none',
    cell: (row) => bytesInColumn(row.bytesDown),
    csv: (row) => row.bytesDown,
  },
  {
    id: 'total',
    label: 'Data',
    width: 88,
    align: 'right',
    priority: 1,
    phone: 'bare',
    cell: (row) => bytesInColumn(addBytes(row.bytesUp, row.bytesDown)),
    csv: (row) => addBytes(row.bytesUp, row.bytesDown),
  },
  timeColumn('started', 'Started', (row) => row.startedAt, { align: 'right', priority: 3, phone: 'bare' }),
  {
    id: 'heard',
    label: 'Last heard',
    width: 100,
    align: 'right',
    priority: 2,
    phone: 'none',
    cell: (row) => <Ago at={row.lastEventAt} />,
    csv: (row) => row.lastEventAt,
  },
  {
    id: 'ended',
    label: 'Why it ended',
    width: 168,
    hidden: true,
    phone: 'none',
    cell: (row) => row.terminateText ?? <None>{row.state === 'open' ? 'still open' : 'unknown'}</None>,
    csv: (row) => row.terminateText ?? '',
  },
  {
    id: 'imei',
    label: 'IMEI',
    width: 144,
    hidden: true,
    phone: 'none',
    cell: (row) => (row.imei ? <span className="mono">{row.imei}</span> : <None>unknown</None>),
    csv: (row) => row.imei ?? '',
  },
];

const filters: readonly Filter[] = [
  {
    name: 'state',
    label: 'State',
    kind: 'one',
    options: [
      { value: 'open', label: 'Open' },
      { value: 'closed', label: 'Ended' },
      { value: 'stale', label: 'Silent' },
    ],
  },
];

const sessionId = (row: SessionRow) => row.id;
const sessionName = (row: SessionRow) => `the SIM ${row.sim?.iccid ?? row.imsi ?? ''} of this session`;
// A session of an unknown IMSI has no SIM to open: where it is explained is under unrated usage.
const sessionHref = (row: SessionRow) => (row.sim ? `/sims/${row.sim.id}` : `/unrated?search=${row.imsi ?? ''}`);

export function SessionsPage() {
  return (
    <List
      noun="sessions"
      title="Sessions"
      columns={columns}
      list={listSessions}
      id={sessionId}
      name={sessionName}
      href={sessionHref}
      filters={filters}
      empty={
        <Empty title="No sessions yet">
          A session shows up the moment a device attaches and its network sends an Accounting-Start to our RADIUS port.
          Point a network at it under Telecoms.
        </Empty>
      }
    />
  );
}
