import { del, get, type Page, patch, post, type Query } from './http.ts';

export type Telecom = {
  id: string;
  name: string;
  connector: 'none' | 'radius' | 'simulated';
  limitMode: 'reject' | 'walled';
  /** Its connector carries text: `messages` is not asked then. */
  carriesText: boolean;
  messages: 'none' | 'loopback';
  /** CIDR ranges of its devices that this machine reaches; none: no data to devices. */
  deviceRanges: string[];
  operationsPerSecond: number;
  state: 'ok' | 'error';
  stateReason: string | null;
  createdAt: string;
  archivedAt: string | null;
};

export type Nas = {
  id: string;
  telecomId: string;
  name: string;
  sourceRange: string;
  coaHost: string;
  coaPort: number;
  requireMessageAuthenticator: boolean;
  noGigawords: boolean;
  createdAt: string;
};

export type TelecomInput = {
  name?: string;
  connector?: Telecom['connector'];
  limitMode?: Telecom['limitMode'];
  messages?: Telecom['messages'];
  deviceRanges?: string[];
  operationsPerSecond?: number;
};

/** The secret is only ever written. */
export type NasInput = Partial<Omit<Nas, 'id' | 'telecomId' | 'createdAt'>> & { secret?: string };

export const listTelecoms = (query: Query, signal?: AbortSignal) =>
  get<Page<Telecom>>('/api/v1/telecoms', query, signal);
export const getTelecom = (id: string) => get<Telecom>(`/api/v1/telecoms/${id}`);
export const createTelecom = (input: TelecomInput) => post<Telecom>('/api/v1/telecoms', input);
export const updateTelecom = (id: string, input: TelecomInput) => patch<Telecom>(`/api/v1/telecoms/${id}`, input);
export const archiveTelecom = (id: string) => del(`/api/v1/telecoms/${id}`);
export const listNases = (telecomId: string) => get<{ items: Nas[] }>(`/api/v1/telecoms/${telecomId}/nases`);
export const createNas = (telecomId: string, input: NasInput) =>
  post<Nas>(`/api/v1/telecoms/${telecomId}/nases`, input);
export const updateNas = (id: string, input: NasInput) => patch<Nas>(`/api/v1/nases/${id}`, input);
export const removeNas = (id: string) => del(`/api/v1/nases/${id}`);
