import type { Query } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Event } from '../api/developers.ts';
import { queryClient } from './query.ts';

/**
 * The live feed: one EventSource for the tab. It carries no data for the pages, only what is new and where; the
 * queries on show are then asked again, together, so that a thousand packets a second cost one request a moment.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'off';

type Snapshot = { state: LiveState; heardAt: number; events: readonly Event[] };

const keptEvents = 200;
const gatherMs = 1_500;
/** A list that somebody scrolled far is asked again less often: it costs a request for each page. */
const longListPages = 3;
const longListMs = 15_000;
/** Sums over the whole organization are asked at most this often. */
const overviewMs = 3_000;

let snapshot: Snapshot = { state: 'off', heardAt: 0, events: [] };
const listeners = new Set<() => void>();
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
const stale = new Set<string>();

function set(change: Partial<Snapshot>): void {
  snapshot = { ...snapshot, ...change };
  for (const fn of listeners) fn();
}

/** Which queries an event makes old, by the first words of their keys. */
function keysOf(event: Event): string[] {
  const { subject, name } = event;
  const keys = ['overview'];
  if (subject.type === 'sim') keys.push('sims', `sim ${subject.id}`);
  if (subject.type === 'fleet') keys.push('fleets');
  if (subject.type === 'pool') keys.push('pools', `pool ${subject.id}`);
  if (subject.type === 'plan' || subject.type === 'zone') keys.push('plans', 'zones');
  if (subject.type === 'auto_refill') keys.push(...autoRefillKeys(event));
  if (subject.type === 'wallet') keys.push('wallets', `wallet ${subject.id}`);
  if (name.startsWith('wallet_adjustment.')) keys.push('wallet adjustments');
  if (subject.type === 'payment') keys.push('payments', 'payment quote');
  if (name.startsWith('tax.')) keys.push('tax', 'payment quote');
  if (name.startsWith('fee.')) keys.push('wallets', 'wallet *');
  if (subject.type === 'telecom' || subject.type === 'nas') keys.push('telecoms');
  if (subject.type === 'company') keys.push('companies');
  if (name.startsWith('session.')) keys.push('sessions');
  // A change that somebody waits for is followed by a request to the address they named.
  if (name.startsWith('sms_command.')) keys.push('messages', 'deliveries');
  if (name.startsWith('ip_command.')) keys.push('data', 'deliveries');
  if (subject.type === 'esim_profile') keys.push('esim-profiles', 'sims');
  if (name.startsWith('sim.carrier_')) keys.push('deliveries');
  if (name.startsWith('usage.')) keys.push('unrated', 'day-totals');
  if (name === 'adjustment.posted') keys.push('adjustments');
  if (name.startsWith('organization.') || name.startsWith('clock.'))
    keys.push('me', 'sims', 'sim *', 'pools', 'pool *');
  return keys;
}

/** The panel of the SIM or wallet that refilled itself, or did not. */
function autoRefillKeys({ data }: Event): string[] {
  if (typeof data.sim === 'string') return [`sim ${data.sim}`];
  return typeof data.wallet === 'string' ? [`wallet ${data.wallet}`] : [];
}

function mark(keys: string[]): void {
  for (const key of keys) stale.add(key);
  if (timer === null) timer = setTimeout(flush, gatherMs);
}

function isStale(query: Query): boolean {
  const [noun, id] = query.queryKey;
  if (noun === 'sim' || noun === 'pool' || noun === 'wallet')
    return stale.has(`${noun} *`) || stale.has(`${noun} ${String(id)}`);
  return stale.has(String(noun));
}

function flush(): void {
  timer = null;
  if (document.hidden) return;
  const later = new Set<string>();
  const now = Date.now();
  void queryClient.invalidateQueries(
    {
      refetchType: 'active',
      predicate: (query) => {
        // What has failed waits for a person to try again, and keeps saying why.
        if (!isStale(query) || query.state.data === undefined) return false;
        const pages = (query.state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 1;
        const wait = query.queryKey[0] === 'overview' ? overviewMs : pages > longListPages ? longListMs : 0;
        if (query.isActive() && now - query.state.dataUpdatedAt < wait) {
          later.add(String(query.queryKey[0]));
          return false;
        }
        return true;
      },
    },
    { cancelRefetch: false },
  );
  stale.clear();
  if (later.size > 0) mark([...later]);
}

function onEvent(message: MessageEvent<string>): void {
  const event = parse<Event>(message.data);
  if (!event) return;
  heard.push(event);
  mark(keysOf(event));
  if (shown === null) shown = setTimeout(show, showMs);
}

/** Events that came since the last time something was drawn: thousands a second cost a few drawings. */
let heard: Event[] = [];
let shown: ReturnType<typeof setTimeout> | null = null;
const showMs = 250;

function show(): void {
  shown = null;
  const known = new Set(snapshot.events.map(({ id }) => id));
  const fresh = heard.slice(-keptEvents).filter(({ id }) => !known.has(id));
  heard = [];
  set({ heardAt: Date.now(), events: [...fresh.reverse(), ...snapshot.events].slice(0, keptEvents) });
}

function onUsage(message: MessageEvent<string>): void {
  const poke = parse<{ lines?: string[] | null; sims?: string[] | null }>(message.data);
  if (!poke) return;
  const lines = poke.lines ?? poke.sims ?? null;
  set({ heardAt: Date.now() });
  mark([
    'overview',
    'sims',
    'sessions',
    'fleets',
    'pools',
    'pool *',
    'wallets',
    'wallet *',
    ...(lines ? lines.map((id) => `sim ${id}`) : ['sim *']),
  ]);
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

function onVisible(): void {
  if (!document.hidden && stale.size > 0) mark([]);
}

export function startLive(): () => void {
  source?.close();
  const own = new EventSource('/api/v1/events/stream');
  source = own;
  set({ state: 'connecting' });
  own.addEventListener('open', () => set({ state: 'live', heardAt: Date.now() }));
  own.addEventListener('event', onEvent);
  own.addEventListener('usage', onUsage);
  own.addEventListener('error', () => {
    // The browser tries again by itself, unless the server said no for good.
    set({ state: own.readyState === EventSource.CLOSED ? 'off' : 'reconnecting' });
  });
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    own.close();
    document.removeEventListener('visibilitychange', onVisible);
    set({ state: 'off' });
  };
}

function subscribe(fn: () => void): () => void {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => snapshot.state);
}

/** Events heard since the page was opened, newest first. */
export function useLiveEvents(): readonly Event[] {
  return useSyncExternalStore(subscribe, () => snapshot.events);
}

export function useLiveFeed(allowed: boolean): void {
  useEffect(() => (allowed ? startLive() : undefined), [allowed]);
}
