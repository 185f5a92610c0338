import { get, type Page, patch, post, type Query } from './http.ts';

export type Fleet = {
  id: string;
  uniqueName: string | null;
  company: { id: string; name: string } | null;
  networkAccessProfile: { id: string; name: string | null };
  plan: { id: string; name: string };
  dataEnabled: boolean;
  /** Decimal megabytes. */
  dataLimitMb: string;
  sims: number;
  superSimSid: string;
  createdAt: string;
  updatedAt: string;
};

export type NetworkAccessProfile = { id: string; uniqueName: string | null; networks: string[] };

export type FleetInput = {
  uniqueName?: string;
  company?: string | null;
  networkAccessProfile?: string;
  plan?: string;
  dataEnabled?: boolean;
  dataLimitMb?: string;
};

export const listFleets = (query: Query, signal?: AbortSignal) => get<Page<Fleet>>('/api/v1/fleets', query, signal);
export const getFleet = (id: string) => get<Fleet>(`/api/v1/fleets/${id}`);
export const createFleet = (input: FleetInput) => post<Fleet>('/api/v1/fleets', input);
export const updateFleet = (id: string, input: FleetInput) => patch<Fleet>(`/api/v1/fleets/${id}`, input);
export const listProfiles = (query: Query = {}, signal?: AbortSignal) =>
  get<Page<NetworkAccessProfile>>('/api/v1/network-access-profiles', query, signal);
