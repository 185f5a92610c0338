import { del, get, type Page, patch, post, type Query } from './http.ts';

export type Network = { plmn: string; name: string; country: string | null };
export type Country = { code: string; name: string; mccs: string[]; networks: number };

export type Zone = {
  id: string;
  name: string;
  countries: string[];
  networks: Network[];
  /** Plans on sale that charge by it. */
  plans: number;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
};

export type ZoneInput = { name: string; countries: string[]; networks: string[] };

export const listZones = (query: Query, signal?: AbortSignal) => get<Page<Zone>>('/api/v1/zones', query, signal);
export const getZone = (id: string) => get<Zone>(`/api/v1/zones/${id}`);
export const createZone = (input: ZoneInput) => post<Zone>('/api/v1/zones', input);
export const updateZone = (id: string, input: ZoneInput) => patch<Zone>(`/api/v1/zones/${id}`, input);
export const archiveZone = (id: string) => del(`/api/v1/zones/${id}`);
export const listCountries = () => get<{ items: Country[] }>('/api/v1/countries');
export const listNetworks = (query: Query, signal?: AbortSignal) =>
  get<Page<Network>>('/api/v1/networks', query, signal);
