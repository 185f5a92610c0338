import { get, type Page, post, type Query } from './http.ts';

export type ProfileStatus = 'new' | 'reserving' | 'available' | 'downloaded' | 'installed' | 'failed';

export type EsimProfile = {
  id: string;
  /** The account that asked; null: the organization itself. */
  company: string | null;
  status: ProfileStatus;
  /** Null until it is available. */
  sim: string | null;
  iccid: string | null;
  eid: string | null;
  smdpAddress: string | null;
  matchingId: string | null;
  /** What a QR code holds after `LPA:`. */
  activationCode: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: string;
  updatedAt: string;
};

export type ProfileInput = { eid?: string; generateMatchingId: boolean; company?: string | null };

export type SettingsUpdate = {
  id: string;
  sim: string;
  iccid: string;
  package: string;
  version: string;
  status: 'scheduled' | 'in-progress' | 'successful' | 'failed';
  failure: string | null;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
};

export type SettingsPackage = { name: string; version: string };

type Ordered = {
  results: { sim: string; settingsUpdate: string | null; code: string | null; message: string | null }[];
};

export const listProfiles = (query: Query, signal?: AbortSignal) =>
  get<Page<EsimProfile>>('/api/v1/esim-profiles', query, signal);
export const getProfile = (id: string) => get<EsimProfile>(`/api/v1/esim-profiles/${id}`);
export const createProfile = (input: ProfileInput) => post<EsimProfile>('/api/v1/esim-profiles', input);
export const listSettingsUpdates = (query: Query, signal?: AbortSignal) =>
  get<Page<SettingsUpdate>>('/api/v1/settings-updates', query, signal);
export const orderSettings = (input: { sims: string[]; package: string; version: string }) =>
  post<Ordered>('/api/v1/settings-updates', input);
export const listPackages = (telecom: string) =>
  get<{ items: SettingsPackage[] }>(`/api/v1/telecoms/${telecom}/settings-packages`);
