import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { getMe, type Me } from '../api/tenancy.ts';
import { setMeasures } from '../format/organization.ts';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await getMe();
    const { organization } = me;
    const ahead = new Date(organization.now).getTime() - Date.now();
    // Less than a minute is the network and this machine's clock, not a sandbox that was moved.
    const clockAheadMs = organization.sandbox && ahead > 60_000 ? Math.round(ahead / 1000) * 1000 : 0;
    setMeasures({ ...organization, clockAheadMs });
    return me;
  },
  staleTime: 60_000,
});

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** What the person may do; `*` is everything. A page shows nothing that it would have to refuse. */
export function may(me: Me, permission: string | null): boolean {
  return permission === null || me.permissions.includes('*') || me.permissions.includes(permission);
}

export function useMay(): (permission: string) => boolean {
  const me = useMe();
  return (permission) => may(me, permission);
}
