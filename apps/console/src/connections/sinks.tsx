import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { connectionTypes, type EventSink, listEventSinks } from '../api/connections.ts';
import { useMay } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { SinkForm } from './sink-form.tsx';
import { connectionWords, SinkState } from './words.tsx';

const filters: readonly Filter[] = [
  {
    name: 'state',
    label: 'State',
    kind: 'one',
    options: [
      { value: 'active', label: 'Active' },
      { value: 'paused', label: 'Paused' },
    ],
  },
];

const columns: readonly Column<EventSink>[] = [
  {
    id: 'url',
    label: 'Address',
    width: 320,
    priority: 0,
    phone: 'title',
    cell: (sink) => (
      <span className="strong cut" title={sink.url}>
        {sink.url}
      </span>
    ),
    csv: (sink) => sink.url,
  },
  {
    id: 'state',
    label: 'State',
    width: 104,
    priority: 0,
    phone: 'side',
    cell: (sink) => <SinkState sink={sink} />,
    csv: (sink) => sink.state,
  },
  {
    id: 'description',
    label: 'Description',
    width: 200,
    priority: 2,
    cell: (sink) => (sink.description ? <span className="cut">{sink.description}</span> : <None />),
    csv: (sink) => sink.description,
  },
  {
    id: 'types',
    label: 'Hears of',
    width: 160,
    priority: 3,
    cell: (sink) => (
      <span title={sink.types.map((type) => connectionWords[type]).join('\n')}>
        {sink.types.length === connectionTypes.length
          ? 'Everything'
          : sink.types.length === 1
            ? connectionWords[sink.types[0]!]
            : `${sink.types.length} of ${connectionTypes.length} types`}
      </span>
    ),
    csv: (sink) => sink.types.join(' '),
  },
  {
    id: 'company',
    label: 'SIMs of',
    width: 160,
    priority: 4,
    cell: (sink) => sink.companyName ?? <None>everybody</None>,
    csv: (sink) => sink.companyName ?? '',
  },
  {
    id: 'sent',
    label: 'Last sent',
    width: 120,
    align: 'right',
    priority: 1,
    cell: (sink) => <Ago at={sink.lastSentAt} />,
    csv: (sink) => sink.lastSentAt ?? '',
  },
  timeColumn('created', 'Created', (sink) => sink.createdAt, {
    width: 172,
    align: 'right',
    priority: 5,
    phone: 'none',
  }),
];

const sinkId = (sink: EventSink) => sink.id;
const sinkName = (sink: EventSink) => sink.description || sink.url;
const sinkHref = (sink: EventSink) => `/developers/event-sinks/${sink.id}`;

export function EventSinksPage() {
  const may = useMay();
  const [{ add }, change] = useAddress();
  const button = may('developers.event_sink.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'sink' })}>
      New event sink
    </Button>
  );
  return (
    <>
      <List
        noun="event-sinks"
        title="Event sinks"
        columns={columns}
        list={listEventSinks}
        id={sinkId}
        name={sinkName}
        href={sinkHref}
        filters={filters}
        searchHint="Address or description"
        empty={
          <Empty title="No event sinks yet" action={button}>
            A sink is an address of yours that hears at once what devices do: attaches, sessions, usage every few
            minutes, and data that was blocked. Events are those of Super SIM, signed with your auth token.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'sink' && may('developers.event_sink.add') && (
        <SinkForm sink={null} onClose={() => change({ add: null })} />
      )}
    </>
  );
}
