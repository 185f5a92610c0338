import { useEffect, useSyncExternalStore } from 'react';
import { listSims } from '../api/sims.ts';
import { useMay } from '../app/session.ts';

/**
 * What SIMs are called: an event names its SIM by id alone. Names are asked for together, once a second at most and so
 * many at a time, however many events come in; the newest first, because older ones are about to leave the screen.
 */
const maxAsked = 50;
const maxKnown = 5_000;
const everyMs = 1_000;

let known: ReadonlyMap<string, string> = new Map();
let wanted: string[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;
let askedAt = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

export function useSimNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const may = useMay();
  const allowed = may('inventory.sim.view');
  const names = useSyncExternalStore(subscribe, () => known);
  useEffect(() => {
    if (allowed) want(ids);
  }, [ids, allowed]);
  return names;
}

function want(ids: readonly string[]): void {
  wanted = [...new Set(ids)].filter((id) => !known.has(id)).slice(0, maxAsked);
  if (wanted.length === 0 || timer !== null) return;
  timer = setTimeout(ask, Math.max(0, askedAt + everyMs - performance.now()));
}

async function ask(): Promise<void> {
  const ids = wanted;
  askedAt = performance.now();
  try {
    const { items } = await listSims({ ids: ids.join(), limit: maxAsked });
    const next = new Map(known.size > maxKnown ? [] : known);
    // One that may not be seen is not asked for again.
    for (const id of ids) next.set(id, '');
    for (const { id, iccid, uniqueName } of items) next.set(id, uniqueName ?? iccid);
    known = next;
    for (const tell of listeners) tell();
  } catch {
    // The next event asks again; until then the id stands there.
  } finally {
    timer = null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
