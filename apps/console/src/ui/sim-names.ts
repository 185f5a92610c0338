import { useQuery } from '@tanstack/react-query';
import { listSims } from '../api/sims.ts';
import { useMay } from '../app/session.ts';

/** What SIMs are called, asked once for each: an event names its SIM by id alone. */
const known = new Map<string, string>();
const maxAsked = 50;
const maxKnown = 5_000;

export function useSimNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const may = useMay();
  const missing = [...new Set(ids)].filter((id) => !known.has(id)).slice(0, maxAsked);
  useQuery({
    queryKey: ['sim-names', missing.join()],
    enabled: missing.length > 0 && may('inventory.sim.view'),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => {
      const { items } = await listSims({ ids: missing.join(), limit: maxAsked });
      if (known.size > maxKnown) known.clear();
      for (const { id, iccid, uniqueName } of items) known.set(id, uniqueName ?? iccid);
      // One that may not be seen is not asked for again.
      for (const id of missing) if (!known.has(id)) known.set(id, '');
      return items.length;
    },
  });
  return known;
}
