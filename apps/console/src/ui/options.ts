import { queryOptions, useQuery } from '@tanstack/react-query';
import { listTelecoms } from '../api/carriers.ts';
import { listFleets, listProfiles } from '../api/fleets.ts';
import { listEndUsers } from '../api/people.ts';
import { listPlans } from '../api/plans.ts';
import { listPools } from '../api/pools.ts';
import { listCompanies } from '../api/tenancy.ts';
import { listZones } from '../api/zones.ts';
import type { Option } from './list/types.ts';

/** What a person chooses from in forms and filters: the newest 200 of each. */
const most = { limit: 200 };

export const loadTelecoms = async (): Promise<Option[]> =>
  (await listTelecoms(most)).items.map(({ id, name }) => ({ value: id, label: name }));
export const loadCompanies = async (): Promise<Option[]> =>
  (await listCompanies(most)).items.map(({ id, name }) => ({ value: id, label: name }));
export const loadEndUsers = async (): Promise<Option[]> =>
  (await listEndUsers(most)).items.map(({ id, name, email }) => ({ value: id, label: name ?? email }));
export const loadFleets = async (): Promise<Option[]> =>
  (await listFleets(most)).items.map(({ id, uniqueName, superSimSid }) => ({
    value: id,
    label: uniqueName ?? superSimSid,
  }));
export const loadPlans = async (): Promise<Option[]> =>
  (await listPlans(most)).items.filter((plan) => !plan.archivedAt).map(({ id, name }) => ({ value: id, label: name }));
export const loadZones = async (): Promise<Option[]> =>
  (await listZones(most)).items.map(({ id, name }) => ({ value: id, label: name }));
export const loadPools = async (): Promise<Option[]> =>
  (await listPools(most)).items.map(({ id, name }) => ({ value: id, label: name }));
export const loadProfiles = async (): Promise<Option[]> =>
  (await listProfiles(most)).items.map(({ id, uniqueName, networks }) => ({
    value: id,
    label: uniqueName ?? (networks.length === 0 ? 'All networks' : networks.join(', ')),
  }));

const loaders = {
  telecom: loadTelecoms,
  company: loadCompanies,
  endUser: loadEndUsers,
  fleet: loadFleets,
  plan: loadPlans,
  pool: loadPools,
  profile: loadProfiles,
  zone: loadZones,
};

export function useOptions(of: keyof typeof loaders, enabled = true): Option[] {
  const query = queryOptions({ queryKey: ['options', of], queryFn: loaders[of], enabled });
  return useQuery(query).data ?? [];
}
