import { Button, Progress } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { listOperations, type Operation } from '../api/operations.ts';
import { useMay } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { kindOptions, kindWords, nounOf, progressOf, State, stateOptions, tally } from './words.tsx';
import './operations.css';

const columns: readonly Column<Operation>[] = [
  {
    id: 'name',
    label: 'Operation',
    width: 280,
    priority: 0,
    phone: 'title',
    cell: (row) => (
      <span className="two">
        <span className="strong">{row.name || kindWords(row.kind)}</span>
        <span className="sub">{kindWords(row.kind)}</span>
      </span>
    ),
    csv: (row) => row.name,
  },
  {
    id: 'state',
    label: 'State',
    width: 136,
    priority: 0,
    phone: 'side',
    cell: (row) => <State state={row.state} />,
    csv: (row) => row.state,
  },
  {
    id: 'progress',
    label: 'Progress',
    width: 120,
    priority: 3,
    phone: 'none',
    cell: (row) => {
      const percent = Math.floor(progressOf(row) * 100);
      return (
        <span className="progress-cell">
          <Progress value={percent} size="xs" aria-label={`${percent} %`} />
          {percent} %
        </span>
      );
    },
    csv: (row) => String(Math.floor(progressOf(row) * 100)),
  },
  {
    id: 'rows',
    label: 'Rows',
    width: 92,
    align: 'right',
    priority: 2,
    cell: (row) => tally(row.progress.rows),
    csv: (row) => row.progress.rows,
  },
  {
    id: 'done',
    label: 'Done',
    width: 92,
    align: 'right',
    priority: 1,
    cell: (row) => tally(row.progress.done),
    csv: (row) => row.progress.done,
  },
  {
    id: 'failed',
    label: 'Failed',
    width: 92,
    align: 'right',
    priority: 1,
    cell: (row) => (row.progress.failed === '0' ? <None>0</None> : tally(row.progress.failed)),
    csv: (row) => row.progress.failed,
  },
  {
    id: 'by',
    label: 'Begun by',
    width: 152,
    priority: 4,
    phone: 'none',
    cell: (row) => row.createdBy,
    csv: (row) => row.createdBy,
  },
  timeColumn('created', 'Begun', (row) => row.createdAt, { align: 'right', priority: 2 }),
];

const filters: readonly Filter[] = [
  { name: 'state', label: 'State', kind: 'many', options: stateOptions },
  { name: 'kind', label: 'Kind', kind: 'one', options: kindOptions },
];

export function OperationsPage() {
  const may = useMay();
  const begin = may('inventory.sim.add') && (
    <Button component={Link} to="/import" leftSection={<IconFileImport size={16} />}>
      Import SIMs
    </Button>
  );
  return (
    <List
      noun="operations"
      title="Operations"
      columns={columns}
      list={listOperations}
      id={(row) => row.id}
      name={(row) => `the operation ${row.name}, ${nounOf(row.progress.rows, 'row')}`}
      href={(row) => `/operations/${row.id}`}
      searchHint="Name of the file or of a person"
      filters={filters}
      empty={
        <Empty title="No operations yet" action={begin}>
          Long work shows up here with its progress and a result for every row: an import of a hundred thousand SIMs can
          be looked at before it starts, stopped, gone on with and repeated for the rows that failed.
        </Empty>
      }
    >
      {begin}
    </List>
  );
}
