import { del, get, type Page, patch, post, type Query } from './http.ts';

export const connectionTypes = [
  'attachment.accepted',
  'attachment.rejected',
  'attachment.failed',
  'data-session.started',
  'data-session.updated',
  'data-session.ended',
  'data-session.failed',
] as const;
export type ConnectionType = (typeof connectionTypes)[number];

export type EventSink = {
  id: string;
  company: string | null;
  companyName: string | null;
  url: string;
  description: string;
  types: ConnectionType[];
  state: 'active' | 'paused';
  pausedBecause: 'staff' | 'gone' | null;
  lastDelivery: {
    id: string;
    state: 'waiting' | 'delivered' | 'failed';
    attempts: number;
    lastStatus: number | null;
  } | null;
  lastSentAt: string | null;
  createdAt: string;
};

export type EventSinkInput = { url: string; types: ConnectionType[]; description: string; company?: string };

export type ConnectionEvent = {
  id: string;
  type: ConnectionType;
  at: string;
  reason: string | null;
  blocked: boolean;
  plmn: string | null;
  rat: string | null;
  apn: string | null;
  session: {
    id: string;
    bytesUp: string;
    bytesDown: string;
    stretch: { bytesUp: string; bytesDown: string } | null;
  } | null;
};

export const listEventSinks = (query: Query, signal?: AbortSignal) =>
  get<Page<EventSink>>('/api/v1/event-sinks', query, signal);
export const getEventSink = (id: string) => get<EventSink>(`/api/v1/event-sinks/${id}`);
export const createEventSink = (input: EventSinkInput) => post<EventSink>('/api/v1/event-sinks', input);
export const updateEventSink = (id: string, input: Partial<EventSinkInput> & { paused?: boolean }) =>
  patch<EventSink>(`/api/v1/event-sinks/${id}`, input);
export const deleteEventSink = (id: string) => del(`/api/v1/event-sinks/${id}`);
export const testEventSink = (id: string) => post<{ delivery: string }>(`/api/v1/event-sinks/${id}/test`);
export const listConnectionEvents = (query: Query) => get<Page<ConnectionEvent>>('/api/v1/connection-events', query);
