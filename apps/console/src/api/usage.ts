import { get, type Page, post, type Query } from './http.ts';

export type Session = {
  id: string;
  state: 'open' | 'closed' | 'stale';
  startedAt: string;
  lastEventAt: string;
  endedAt: string | null;
  plmn: string | null;
  networkName: string | null;
  country: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  imei: string | null;
  bytesUp: string;
  bytesDown: string;
  terminateCause: number | null;
  terminateText: string | null;
  epoch: number;
};

/** `sim` is null for an IMSI that nobody knows. */
export type SessionRow = Session & { imsi: string | null; sim: { id: string; iccid: string } | null };

export type UnratedState = 'waiting' | 'unrated' | 'quarantined' | 'charged' | 'dismissed';

export type Unrated = {
  id: string;
  state: UnratedState;
  reason: string;
  /** Why it could not be charged, and what to do. */
  reasonText: string;
  sim: { id: string; iccid: string } | null;
  imsi: string | null;
  bytesUp: string;
  bytesDown: string;
  plmn: string | null;
  occurredAt: string;
  receivedAt: string;
  source: { id: string; name: string };
  attempts: number;
  resolvedAt: string | null;
  resolvedBy: string | null;
  raw: unknown;
};

export type UnratedCounts = {
  total: number;
  counts: { reason: string; state: UnratedState; reasonText: string; rows: number }[];
};

export const listSessions = (query: Query, signal?: AbortSignal) =>
  get<Page<SessionRow>>('/api/v1/sessions', query, signal);
export const listUnrated = (query: Query, signal?: AbortSignal) => get<Page<Unrated>>('/api/v1/unrated', query, signal);
export const countUnrated = () => get<UnratedCounts>('/api/v1/unrated/counts');
export const replayUnrated = (what: { ids: string[] } | { reason: string }) =>
  post<{ waiting: number }>('/api/v1/unrated/replay', what);
export const placeUnrated = (ids: string[]) => post<{ waiting: number }>('/api/v1/unrated/place', { ids });
export const dismissUnrated = (ids: string[]) => post('/api/v1/unrated/dismiss', { ids });
