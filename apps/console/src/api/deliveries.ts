import { get, type Page, post, type Query } from './http.ts';

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export type Delivery = {
  id: string;
  kind: 'callback' | 'events';
  company: string | null;
  /** Id of what it tells of. */
  about: string | null;
  method: 'GET' | 'POST';
  url: string;
  state: DeliveryState;
  attempts: number;
  nextAttemptAt: string | null;
  createdAt: string;
  settledAt: string | null;
  /** Null: there was no answer. */
  lastStatus: number | null;
  lastAnswer: string | null;
};

export type Try = { at: string; tookMs: number; status: number | null; answer: string };

export type DeliveryDetail = Delivery & { contentType: string | null; body: string | null; tries: Try[] };

const deliveries = '/api/v1/deliveries';
export const listDeliveries = (query: Query, signal?: AbortSignal) => get<Page<Delivery>>(deliveries, query, signal);
export const getDelivery = (id: string) => get<DeliveryDetail>(`${deliveries}/${id}`);
export const replayDelivery = (id: string) => post<DeliveryDetail>(`${deliveries}/${id}/replay`);
