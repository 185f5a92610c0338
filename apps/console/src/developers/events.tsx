import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type Event, listEvents } from '../api/developers.ts';
import { number } from '../format/words.ts';
import { EventLine, simsOf, useWithLive } from '../ui/events.tsx';
import { Filters } from '../ui/list/filters.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Filter } from '../ui/list/types.ts';
import { PageHead } from '../ui/page.tsx';
import { useSimNames } from '../ui/sim-names.ts';
import { Empty, Pending } from '../ui/state.tsx';
import { Live } from '../ui/time.tsx';
import '../ui/list/list.css';
import './developers.css';

const names = [
  'sim.created',
  'sim.registered',
  'sim.lifecycle_changed',
  'sim.updated',
  'sim.blocked',
  'sim.unblocked',
  'plan.assigned',
  'period.opened',
  'period.closed',
  'fee.charged',
  'session.started',
  'session.ended',
  'usage.unrated',
  'sim.link_changed',
  'sim.carrier_synced',
  'sim.carrier_failed',
  'sim.carrier_drifted',
];
const filters: readonly Filter[] = [
  { name: 'name', label: 'Name', kind: 'many', options: names.map((name) => ({ value: name, label: name })) },
  { name: 'subject', label: 'Subject id', kind: 'text' },
];

/** Everything that happens, as it happens, exactly as a webhook will carry it. */
export function EventsPage() {
  const [{ name, subject }] = useAddress();
  const query = useInfiniteQuery({
    queryKey: ['events', 'list', name, subject],
    queryFn: ({ pageParam, signal }) => listEvents({ name, subject, limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const read = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const fits = useCallback(
    (event: Event) => (!name || name.split(',').includes(event.name)) && (!subject || event.subject.id === subject),
    [name, subject],
  );
  const events = useWithLive(read, fits);
  const names = useSimNames(simsOf(events));
  return (
    <div className="list">
      <PageHead
        title="Events"
        count={query.data && `${number(events.length)}${query.hasNextPage ? '+' : ''}`}
        note={<Live updatedAt={query.dataUpdatedAt} />}
      />
      <div className="list-bar">
        <Filters filters={filters} />
      </div>
      {query.data === undefined ? (
        <Pending query={query} lines={10} />
      ) : events.length === 0 ? (
        <Empty title={name || subject ? 'Nothing matches' : 'No events yet'}>
          Every change of a SIM, session, period or plan is an event: numbered without gaps for its subject, and sent to
          whoever follows.
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="feed-page" tabIndex={0}>
          <ul>
            {events.map((event) => (
              <EventLine key={event.id} event={event} sim={names.get(event.subject.id)} />
            ))}
          </ul>
          {query.hasNextPage && (
            <div className="feed-more">
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show earlier events
              </Button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
