import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteEventSink, type EventSink, getEventSink, testEventSink, updateEventSink } from '../api/connections.ts';
import { listDeliveries } from '../api/deliveries.ts';
import { useMay } from '../app/session.ts';
import { DeliveryPanel } from '../deliveries/delivery.tsx';
import { answerWords, deliveryStates } from '../deliveries/words.ts';
import { More, Table } from '../inventory/history-table.tsx';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { SinkForm } from './sink-form.tsx';
import { connectionWords, SinkState } from './words.tsx';
import '../inventory/sim.css';
import './connections.css';

export function EventSinkPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['event-sink', id], queryFn: () => getEventSink(id), refetchInterval });
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const sink = query.data;
  if (!sink) {
    return (
      <>
        <PageHead title="Event sink" />
        <Body narrow>
          <Pending query={query} />
        </Body>
      </>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/developers/event-sinks" className="plain">
          Event sinks
        </Link>
      </nav>
      <PageHead title={sink.description || hostOf(sink.url)} note={<SinkState sink={sink} />}>
        <Actions sink={sink} onOpen={setOpen} />
      </PageHead>
      <Body>
        {sink.pausedBecause === 'gone' && (
          <p className="notice notice-red">
            Its receiver answered 410 Gone, so nothing more is sent. Resume it when the address takes events again: what
            waits is sent then.
          </p>
        )}
        {sink.pausedBecause === 'staff' && (
          <p className="notice notice-amber">
            It is paused: of what happens now it never hears. What already waited is sent when it is resumed.
          </p>
        )}
        <Panel title="Details">
          <Details sink={sink} />
        </Panel>
        <Deliveries sink={sink} />
      </Body>
      {open === 'edit' && <SinkForm sink={sink} onClose={close} />}
      {open === 'delete' && <Delete sink={sink} onClose={close} />}
    </>
  );
}

const refetchInterval = 3_000;

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function Actions({ sink, onOpen }: { sink: EventSink; onOpen: (what: 'edit' | 'delete') => void }) {
  const may = useMay();
  const canEdit = may('developers.event_sink.edit');
  const test = useAction(() => testEventSink(sink.id), {
    changes: ['deliveries'],
    done: 'A test event is on its way. What became of it shows below.',
  });
  const pause = useAction((paused: boolean) => updateEventSink(sink.id, { paused }), {
    changes: ['event-sinks', 'event-sink'],
    done: (saved) => (saved.state === 'paused' ? 'The sink is paused.' : 'The sink is active again.'),
  });
  const paused = sink.state === 'paused';
  return (
    <>
      {canEdit && (
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          Send a test event
        </Button>
      )}
      {canEdit && (
        <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate(!paused)}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
      )}
      {(canEdit || may('developers.event_sink.delete')) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {canEdit && <Menu.Item onClick={() => onOpen('edit')}>Edit</Menu.Item>}
            {may('developers.event_sink.delete') && (
              <Menu.Item color="var(--red)" onClick={() => onOpen('delete')}>
                Delete
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function Details({ sink }: { sink: EventSink }) {
  return (
    <Facts>
      <Fact name="Address">
        <Copy text={sink.url} label="address" />
      </Fact>
      <Fact name="Hears of">{sink.types.map((type) => connectionWords[type]).join(' · ')}</Fact>
      <Fact name="SIMs of">{sink.companyName ?? 'everybody'}</Fact>
      <Fact name="Last sent">
        <Ago at={sink.lastSentAt} />
      </Fact>
      <Fact name="Created">
        <Time at={sink.createdAt} />
      </Fact>
    </Facts>
  );
}

function Deliveries({ sink }: { sink: EventSink }) {
  const may = useMay();
  const [open, setOpen] = useState<string | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['deliveries', 'of', sink.id],
    queryFn: ({ pageParam }) => listDeliveries({ about: sink.id, limit: 20, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval,
    enabled: may('developers.delivery.view'),
  });
  if (!may('developers.delivery.view')) return null;
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="What was sent">
      {!query.data ? (
        <Pending query={query} />
      ) : rows.length === 0 ? (
        <p className="ink2">
          Nothing yet. Events are sent within about a second; a test event shows whether they arrive.
        </p>
      ) : (
        <Table
          label="What was sent"
          rows={rows}
          id={(delivery) => delivery.id}
          columns={[
            { label: 'When', cell: (delivery) => <Time at={delivery.createdAt} /> },
            {
              label: 'State',
              cell: ({ state }) => <Badge tone={deliveryStates[state].tone}>{deliveryStates[state].word}</Badge>,
            },
            { label: 'Tries', right: true, cell: (delivery) => delivery.attempts },
            {
              label: 'Last answer',
              cell: (delivery) => answerWords(delivery.lastStatus, delivery.lastAnswer) || <None>none yet</None>,
            },
            {
              label: 'Next try',
              cell: (delivery) => (delivery.nextAttemptAt ? <Time at={delivery.nextAttemptAt} /> : <None />),
            },
            {
              label: 'Events',
              right: true,
              cell: (delivery) => (
                <button type="button" className="as-link" onClick={() => setOpen(delivery.id)}>
                  Open
                </button>
              ),
            },
          ]}
        />
      )}
      <More query={query} />
      {open && <DeliveryPanel id={open} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

function Delete({ sink, onClose }: { sink: EventSink; onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useAction(() => deleteEventSink(sink.id), {
    changes: ['event-sinks'],
    done: 'The sink is deleted.',
    onDone: () => void navigate({ to: '/developers/event-sinks' }),
    quiet: true,
  });
  return (
    <Dialog
      title="Delete this event sink"
      submit="Delete"
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate(undefined)}
      onClose={onClose}
      danger
    >
      <p>
        <span className="mono break">{sink.url}</span> hears of nothing more, and what still waits for it is forgotten.
        Requests that are being tried go on.
      </p>
    </Dialog>
  );
}
