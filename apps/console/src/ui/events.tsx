import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Event } from '../api/developers.ts';
import { useLiveEvents } from '../app/live.ts';
import { eventDetail, eventTitle, eventTone, sentence } from '../format/words.ts';
import { Json } from './json.tsx';
import { useSimNames } from './sim-names.ts';
import { Ago } from './time.tsx';
import './events.css';

/** What was read and what was heard since, newest first, each once. */
export function useWithLive(events: readonly Event[], fits: (event: Event) => boolean = () => true): Event[] {
  const live = useLiveEvents();
  return useMemo(() => {
    const known = new Set(events.map(({ id }) => id));
    const fresh = live.filter((event) => !known.has(event.id) && fits(event));
    return [...fresh, ...events].sort((a, b) => Number(BigInt(b.position) - BigInt(a.position)));
  }, [events, live, fits]);
}

export function EventFeed({ events, most }: { events: readonly Event[]; most: number }) {
  const all = useWithLive(events);
  const shown = all.slice(0, most);
  const names = useSimNames(simsOf(shown));
  if (all.length === 0) {
    return (
      <p className="dim feed-none">
        Nothing has happened yet. What SIMs, sessions and people do shows up here at once.
      </p>
    );
  }
  return (
    <ul className="feed">
      {shown.map((event) => (
        <EventLine key={event.id} event={event} sim={names.get(event.subject.id)} />
      ))}
    </ul>
  );
}

/** The ids of the SIMs that these events are about. */
export function simsOf(events: readonly Event[]): string[] {
  return events.flatMap(({ subject }) => (subject.type === 'sim' ? [subject.id] : []));
}

/** @param sim what the SIM is called, where the event is about one and it is known */
export function EventLine({ event, sim }: { event: Event; sim: string | undefined }) {
  const [open, setOpen] = useState(false);
  const detail = event.title ? '' : eventDetail(event);
  return (
    <li className="feed-item">
      <div className="feed-line">
        <span className={`feed-mark stack-${eventTone(event.name)}`} aria-hidden />
        <button type="button" className="feed-title" aria-expanded={open} onClick={() => setOpen(!open)}>
          {event.title ?? eventTitle(event)}
          {detail && <span className="feed-detail">{detail}</span>}
        </button>
        <Subject event={event} sim={sim} />
        <span className="feed-when">
          <Ago at={event.at} />
        </span>
      </div>
      {open && (
        <div className="feed-raw">
          <Json value={event} />
        </div>
      )}
    </li>
  );
}

const pages: Record<string, string> = {
  ...{ sim: '/sims', telecom: '/telecoms', plan: '/plans', event_sink: '/developers/event-sinks' },
  ...{ wallet: '/wallets', pool: '/pools', pre_bill: '/pre-bills', invoice: '/invoices' },
};

/** What the event is about, as a link where there is a page for it. */
export function Subject({ event, sim }: { event: Pick<Event, 'subject' | 'data'>; sim: string | undefined }) {
  const { subject, data } = event;
  const named = sim || (typeof data.name === 'string' ? data.name : '');
  const text = named || `${subject.type === 'sim' ? 'SIM' : sentence(subject.type)} …${subject.id.slice(-6)}`;
  const page = pages[subject.type];
  if (!page) return <span className="feed-subject dim cut">{text}</span>;
  return (
    <Link
      to={`${page}/${subject.id}` as '/'}
      className={`feed-subject plain cut ${sim && /^\d+$/.test(sim) ? 'mono' : ''}`}
    >
      {text}
    </Link>
  );
}
