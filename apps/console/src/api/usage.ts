import type { Service } from '../format/usage.ts';
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

/** A charged record of data, messages or a call; below zero where a carrier took back what it had told. */
export type UsageRecord = {
  id: string;
  occurredAt: string;
  receivedAt: string;
  service: Service;
  bytesUp: string;
  bytesDown: string;
  messages: string;
  seconds: string;
  plmn: string | null;
  networkName: string | null;
  /** The plan has zones, and the network did not tell which: the default rate served. */
  unknownNetwork: boolean;
  /** The network access server, or where it was handed in from. */
  source: string;
  charge: string;
  currency: string;
  late: boolean;
  periodId: string;
  poolPeriodId: string | null;
  batchId: string;
};

export type UsageRecordRow = UsageRecord & { sim: { id: string; iccid: string } };

export type UnratedState = 'waiting' | 'unrated' | 'quarantined' | 'charged' | 'dismissed';

export type Unrated = {
  id: string;
  state: UnratedState;
  reason: string;
  /** Why it could not be charged, and what to do. */
  reasonText: string;
  sim: { id: string; iccid: string } | null;
  imsi: string | null;
  service: Service;
  bytesUp: string;
  bytesDown: string;
  messages: string;
  seconds: string;
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
export const usageRecordsAddress = '/api/v1/usage-records';
export const listUsage = (query: Query, signal?: AbortSignal) =>
  get<Page<UsageRecordRow>>(usageRecordsAddress, query, signal);
export const listUnrated = (query: Query, signal?: AbortSignal) => get<Page<Unrated>>('/api/v1/unrated', query, signal);
export const countUnrated = () => get<UnratedCounts>('/api/v1/unrated/counts');
export const replayUnrated = (what: { ids: string[] } | { reason: string }) =>
  post<{ waiting: number }>('/api/v1/unrated/replay', what);
export const placeUnrated = (ids: string[]) => post<{ waiting: number }>('/api/v1/unrated/place', { ids });
export const dismissUnrated = (ids: string[]) => post('/api/v1/unrated/dismiss', { ids });
