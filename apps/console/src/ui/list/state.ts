import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Search } from '../../app/router.tsx';

/** The state of a page in its address: read it, and change some of it. An empty value leaves the address. */
export function useAddress(): [Search, (change: Record<string, string | null>, push?: boolean) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Record<string, string | null>, push = false) => {
      void navigate({
        to: '.',
        replace: !push,
        resetScroll: false,
        search: ((before: Search) => {
          const next: Search = { ...before };
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') delete next[name];
            else next[name] = value;
          }
          return next;
        }) as never,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Where a list was left, so that going back is going back. */
const places = new Map<string, { offset: number; active: number }>();
const maxPlaces = 50;

export function rememberPlace(address: string, place: { offset: number; active: number }): void {
  places.delete(address);
  places.set(address, place);
  const oldest = places.keys().next().value;
  if (places.size > maxPlaces && oldest !== undefined) places.delete(oldest);
}

export function placeOf(address: string): { offset: number; active: number } {
  return places.get(address) ?? { offset: 0, active: -1 };
}
