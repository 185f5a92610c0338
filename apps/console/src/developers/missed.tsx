import { Drawer } from '@mantine/core';
import { useState } from 'react';
import { dismissMissed, listMissed, type Missed, type MissedState, retryMissed } from '../api/developers.ts';
import { useMay } from '../app/session.ts';
import { eventTitle, number, type Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Subject } from '../ui/events.tsx';
import { Json } from '../ui/json.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Settle } from '../ui/settle.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';

const states: Record<MissedState, { word: string; tone: Tone }> = {
  waiting: { word: 'Tried again', tone: 'amber' },
  failed: { word: 'Needs somebody', tone: 'red' },
  done: { word: 'Made up for', tone: 'green' },
  dismissed: { word: 'Put aside', tone: 'grey' },
};

const columns: readonly Column<Missed>[] = [
  {
    id: 'event',
    label: 'After this happened',
    width: 240,
    priority: 0,
    phone: 'title',
    cell: (row) => (
      <span className="two">
        <span className="strong">{eventTitle(row)}</span>
        <span className="sub mono">{row.name}</span>
      </span>
    ),
    csv: ({ name }) => name,
  },
  {
    id: 'state',
    label: 'State',
    width: 144,
    priority: 0,
    phone: 'side',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].word}</Badge>,
    csv: ({ state }) => states[state].word,
  },
  {
    id: 'problem',
    label: 'What went wrong',
    width: 360,
    priority: 1,
    phone: 'bare',
    cell: ({ problem }) => (
      <span className="cut" title={problem}>
        {problem}
      </span>
    ),
    csv: ({ problem }) => problem,
  },
  {
    id: 'attempts',
    label: 'Tries',
    width: 64,
    align: 'right',
    priority: 4,
    phone: 'none',
    cell: ({ attempts }) => number(attempts),
    csv: ({ attempts }) => String(attempts),
  },
  {
    id: 'next',
    label: 'Next try',
    width: 144,
    priority: 3,
    phone: 'none',
    cell: ({ nextAttemptAt }) => (nextAttemptAt ? <Time at={nextAttemptAt} /> : <None />),
    csv: ({ nextAttemptAt }) => nextAttemptAt ?? '',
  },
  timeColumn('missed', 'Missed', ({ missedAt }) => missedAt, { align: 'right', priority: 2 }),
];

const filters: readonly Filter[] = [
  {
    name: 'state',
    label: 'State',
    kind: 'many',
    options: Object.entries(states).map(([value, { word }]) => ({ value, label: word })),
  },
];
const rowId = ({ event }: Missed) => event;

/** What events should have set off and did not: nothing of it is lost, and somebody can have it tried again. */
export function MissedPage() {
  const [open, setOpen] = useState<Missed | null>(null);
  return (
    <>
      <List
        noun="missed-reactions"
        title="Missed reactions"
        columns={columns}
        list={listMissed}
        id={rowId}
        name={eventTitle}
        onOpen={setOpen}
        searchHint="Search by event or problem"
        filters={filters}
        empty={
          <Empty title="Everything that happened has had its effect">
            What an event sets off elsewhere and fails five times is kept here: tried again by itself for three days,
            and by you whenever you like.
          </Empty>
        }
      />
      {open && <Detail missed={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Detail({ missed, onClose }: { missed: Missed; onClose: () => void }) {
  return (
    <Drawer opened onClose={onClose} title={eventTitle(missed)} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="form">
        <p>{missed.problem}</p>
        <Facts>
          <Fact name="State">
            <Badge tone={states[missed.state].tone}>{states[missed.state].word}</Badge> {missed.reason}
          </Fact>
          <Fact name="About">
            <Subject event={missed} sim={undefined} />
          </Fact>
          <Fact name="Happened">
            <Time at={missed.at} />
          </Fact>
          <Fact name="Tries">{number(missed.attempts)}</Fact>
          {missed.nextAttemptAt && (
            <Fact name="Next try">
              <Time at={missed.nextAttemptAt} />
            </Fact>
          )}
          {missed.settledAt && (
            <Fact name="Settled">
              <Time at={missed.settledAt} />
            </Fact>
          )}
          <Fact name="Event">
            <Copy text={missed.event} label="event id" />
          </Fact>
        </Facts>
        {!missed.settledAt && <SettleMissed missed={missed} onClose={onClose} />}
        <Json value={missed.data} />
      </div>
    </Drawer>
  );
}

function SettleMissed({ missed, onClose }: { missed: Missed; onClose: () => void }) {
  const may = useMay()('developers.event.settle');
  const changes = ['missed-reactions'];
  const retry = useAction(() => retryMissed(missed.event), {
    ...{ changes, done: 'It is tried again within seconds.', quiet: true, onDone: onClose },
  });
  const dismiss = useAction((reason: string) => dismissMissed(missed.event, reason), {
    ...{ changes, done: 'It is put aside.', quiet: true, onDone: onClose },
  });
  return may && <Settle word="Try it again" again={retry} aside={dismiss} />;
}
