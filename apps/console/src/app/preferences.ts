import { useCallback, useSyncExternalStore } from 'react';

/** What a person set for themselves, kept in this browser: columns, density, what was dismissed. */
const listeners = new Set<() => void>();
const parsed = new Map<string, { text: string | null; value: unknown }>();

function read<T>(name: string, otherwise: T): T {
  let text: string | null = null;
  try {
    text = localStorage.getItem(`simwright.${name}`);
  } catch {
    // Storage is off: preferences last as long as the page.
    return (parsed.get(name)?.value as T) ?? otherwise;
  }
  const known = parsed.get(name);
  if (known && known.text === text) return known.value as T;
  let value: unknown = otherwise;
  try {
    if (text !== null) value = JSON.parse(text);
  } catch {
    // Somebody else's text: what we would show without it.
  }
  parsed.set(name, { text, value });
  return value as T;
}

function write(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  parsed.set(name, { text, value });
  try {
    localStorage.setItem(`simwright.${name}`, text);
  } catch {
    // As above.
  }
  for (const fn of listeners) fn();
}

function subscribe(fn: () => void): () => void {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

/** @param otherwise must be the same object at every call */
export function usePreference<T>(name: string, otherwise: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => read(name, otherwise));
  const set = useCallback((next: T) => write(name, next), [name]);
  return [value, set];
}
