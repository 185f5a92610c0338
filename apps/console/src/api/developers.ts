import { del, get, type Page, post, type Query } from './http.ts';

export type ApiKey = {
  id: string;
  name: string;
  permissions: string[];
  companyId: string | null;
  sid: string;
  createdAt: string;
  createdBy: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

/** The texts are shown this once. */
export type NewApiKey = { key: ApiKey; apiKey: string; secret: string };

export type Event = {
  id: string;
  name: string;
  subject: { type: string; id: string };
  sequence: string;
  position: string;
  at: string;
  data: Record<string, unknown>;
  /** Given by the overview; elsewhere format/words.ts makes one. */
  title?: string;
};

export const listApiKeys = (query: Query, signal?: AbortSignal) => get<Page<ApiKey>>('/api/v1/api-keys', query, signal);
export const createApiKey = (input: { name: string; permissions: string[]; companyId?: string }) =>
  post<NewApiKey>('/api/v1/api-keys', input);
export const revokeApiKey = (id: string) => del(`/api/v1/api-keys/${id}`);
export const listPermissions = () => get<{ items: { name: string; label: string }[] }>('/api/v1/permissions');

export const getSuperSimCredentials = () =>
  get<{ accountSid: string; authToken: string }>('/api/v1/super-sim-credentials');

export const listEvents = (query: Query, signal?: AbortSignal) => get<Page<Event>>('/api/v1/events', query, signal);

export type MissedState = 'waiting' | 'failed' | 'done' | 'dismissed';
/** What an event should have set off and did not; it has the event's id. */
export type Missed = {
  event: string;
  name: string;
  subject: { type: string; id: string };
  position: string;
  at: string;
  data: Record<string, unknown>;
  state: MissedState;
  problem: string;
  reason: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  missedAt: string;
  settledAt: string | null;
};

const missed = '/api/v1/missed-reactions';
export const listMissed = (query: Query, signal?: AbortSignal) => get<Page<Missed>>(missed, query, signal);
export const retryMissed = (id: string) => post<Missed>(`${missed}/${id}/retry`);
export const dismissMissed = (id: string, reason: string) => post<Missed>(`${missed}/${id}/dismiss`, { reason });

export const advanceClock = (advance: { months?: number; days?: number; hours?: number }) =>
  post<{ now: string }>('/api/v1/sandbox/clock', { advance });
