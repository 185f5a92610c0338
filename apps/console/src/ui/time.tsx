import { Link } from '@tanstack/react-router';
import { useRef, useSyncExternalStore } from 'react';
import { useLiveState } from '../app/live.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { ago, clockTime, dateTime, duration, fullTime, shortDay } from '../format/time.ts';

/** One heartbeat for everything on the page that tells how old it is. */
const listeners = new Set<() => void>();
let second = 0;
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(fn: () => void): () => void {
  listeners.add(fn);
  timer ??= setInterval(() => {
    second += 1;
    for (const listener of listeners) listener();
  }, 1000);
  return () => {
    listeners.delete(fn);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

export function useSecond(): number {
  return useSyncExternalStore(subscribe, () => second);
}

/** `12 s ago`, kept true while it is looked at. */
export function Ago({ at, never = 'never' }: { at: string | null; never?: string }) {
  // Drawn again when its words change, not with every second; asked twice within one second, it says the same twice.
  const said = useRef({ at, second: -1, words: never });
  const words = useSyncExternalStore(subscribe, () => {
    if (said.current.at !== at || said.current.second !== second) {
      said.current = { at, second, words: at === null ? never : ago(at) };
    }
    return said.current.words;
  });
  if (at === null) return <span className="dim">{words}</span>;
  return (
    <time dateTime={at} title={fullTime(at)} className="nowrap">
      {words}
    </time>
  );
}

export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)} className="nowrap">
      {dateTime(at)}
    </time>
  );
}

const liveWords = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  off: 'Not live',
} as const;

/** Whether the page moves by itself, and how old what it shows is. */
export function Live({ updatedAt }: { updatedAt: number }) {
  useSecond();
  const state = useLiveState();
  const age = Math.max(0, Date.now() - updatedAt);
  return (
    <span className={`live live-${state}`} title="How fresh this page is. It follows by itself while it is live.">
      {/* Another key, another element: it pulses once with every answer that came. */}
      <span key={updatedAt} className="live-dot" aria-hidden />
      <span>{liveWords[state]}</span>
      <span className="dim">{updatedAt === 0 ? '' : age < 1500 ? 'now' : `${duration(age)} ago`}</span>
    </span>
  );
}

/** The clock of a sandbox in the menu: what "now" means on every page. */
export function Clock() {
  useSecond();
  const now = organizationNow();
  const { timeZone, clockAheadMs } = measures();
  return (
    <Link to="/developers/clock" className="side-clock" title={`The clock of this sandbox, in ${timeZone}`}>
      <span>
        <strong>
          {shortDay(now)}, {clockTime(now)}
        </strong>
      </span>
      <span className="cut">
        {clockAheadMs > 60_000 ? `${duration(clockAheadMs + 30_000)} ahead · ${timeZone}` : timeZone}
      </span>
    </Link>
  );
}
