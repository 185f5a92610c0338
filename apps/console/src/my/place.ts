import { useSyncExternalStore } from 'react';

/** Where one is: the parts of the address after `/my`. A handful of screens need no more of a router. */
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePlace(): string[] {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  return path.split('/').filter(Boolean).slice(1);
}

/** @param instead in place of the present screen, so that "back" does not return to it */
export function go(path: string, instead = false): void {
  const url = path === '' ? '/my' : `/my/${path}`;
  if (instead) window.history.replaceState(null, '', url);
  else window.history.pushState(null, '', url);
  window.scrollTo(0, 0);
  tell();
}
