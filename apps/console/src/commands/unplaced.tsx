import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { listUnplaced, replayUnplaced, type Unplaced } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadTelecoms, useOptions } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { canFit, Dismiss, placedWords, unplacedChanges } from './unplaced-actions.tsx';
import { UnplacedDetail } from './unplaced-detail.tsx';
import { kindWords, unplacedReasons, unplacedStates } from './words.ts';

const columns = (telecoms: ReadonlyMap<string, string>): readonly Column<Unplaced>[] => [
  {
    id: 'reason',
    label: 'Why it fits nothing',
    width: 360,
    priority: 0,
    phone: 'title',
    cell: (row) => (
      <span className="two">
        <span className="strong">{unplacedReasons[row.reason].title}</span>
        <span className="sub" title={unplacedReasons[row.reason].text}>
          {unplacedReasons[row.reason].text}
        </span>
      </span>
    ),
    csv: (row) => row.reason,
  },
  {
    id: 'state',
    label: 'State',
    width: 116,
    priority: 1,
    phone: 'side',
    cell: (row) => <Badge tone={unplacedStates[row.state].tone}>{unplacedStates[row.state].word}</Badge>,
    csv: (row) => row.state,
  },
  {
    id: 'kind',
    label: 'Message',
    width: 152,
    priority: 3,
    phone: 'bare',
    cell: (row) => kindWords[row.kind],
    csv: (row) => row.kind,
  },
  {
    id: 'about',
    label: 'It names',
    width: 200,
    priority: 1,
    cell: (row) => (row.about ? <span className="mono">{row.about}</span> : <None>nothing readable</None>),
    csv: (row) => row.about,
  },
  {
    id: 'telecom',
    label: 'Telecom',
    width: 160,
    priority: 4,
    cell: (row) => telecoms.get(row.telecomId) ?? '',
    csv: (row) => telecoms.get(row.telecomId) ?? row.telecomId,
  },
  timeColumn('received', 'Came in', (row) => row.receivedAt, { align: 'right', priority: 2 }),
  {
    id: 'body',
    label: 'As it came',
    width: 280,
    hidden: true,
    phone: 'none',
    cell: (row) => <span className="mono">{row.body}</span>,
    csv: (row) => row.body,
  },
];

const filters: readonly Filter[] = [
  {
    name: 'state',
    label: 'State',
    kind: 'many',
    options: Object.entries(unplacedStates).map(([value, { word }]) => ({ value, label: word })),
  },
  oneOf('reason', 'Reason', unplacedReasons),
  { name: 'telecom', label: 'Telecom', kind: 'one', load: loadTelecoms },
];

const rowId = (row: Unplaced) => row.id;
const rowName = (row: Unplaced) => `${kindWords[row.kind].toLowerCase()} ${row.about}`;

/** What telecoms handed in that fits no SIM and no text. */
export function UnplacedMessages({ note }: { note: ReactNode }) {
  const may = useMay();
  const [{ reason }] = useAddress();
  const [open, setOpen] = useState<Unplaced | null>(null);
  const telecoms = new Map(useOptions('telecom').map(({ value, label }) => [value, label]));
  const canPlace = may('commands.sms.place');
  const placeAll = useAction(() => replayUnplaced({ reason: reason ?? '' }), {
    changes: unplacedChanges,
    done: placedWords,
  });
  return (
    <>
      <List
        noun="unplaced"
        title="Messages"
        note={note}
        columns={columns(telecoms)}
        list={listUnplaced}
        id={rowId}
        name={rowName}
        onOpen={setOpen}
        searchHint="Search by what it names"
        filters={filters}
        {...(canPlace && {
          selection: (rows: Unplaced[], clear: () => void) => <Selected rows={rows} onDone={clear} />,
        })}
        empty={
          <Empty title="Every message has its place">
            A text from an unknown number, a report of a text that nobody sent: what a telecom hands in and fits nothing
            waits here with its reason. Nothing is lost; once the SIM is there it can be placed.
          </Empty>
        }
      >
        {canPlace && reason && canFit(reason) && (
          <Button loading={placeAll.isPending} onClick={() => placeAll.mutate()}>
            Place all of this reason
          </Button>
        )}
      </List>
      {open && <UnplacedDetail row={open} telecom={telecoms.get(open.telecomId)} onClose={() => setOpen(null)} />}
    </>
  );
}

function Selected({ rows, onDone }: { rows: Unplaced[]; onDone: () => void }) {
  const [dismissing, setDismissing] = useState(false);
  const still = rows.filter(({ state }) => state === 'open');
  const ids = still.map(({ id }) => id);
  const place = useAction(() => replayUnplaced({ ids }), { changes: unplacedChanges, done: placedWords, onDone });
  if (ids.length === 0) return <span className="dim">Nothing of it is open</span>;
  return (
    <>
      {still.some(({ reason }) => canFit(reason)) && (
        <Button size="xs" variant="default" loading={place.isPending} onClick={() => place.mutate()}>
          Place
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => setDismissing(true)}>
        Dismiss
      </Button>
      {dismissing && <Dismiss ids={ids} onClose={() => setDismissing(false)} onDone={onDone} />}
    </>
  );
}
