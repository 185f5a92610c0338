import type { Event } from './developers.ts';
import { get } from './http.ts';
import type { ShownStatus } from './sims.ts';

export type Overview = {
  now: string;
  timeZone: string;
  currency: string;
  sims: { total: number; byStatus: { status: ShownStatus; sims: number }[] };
  online: number;
  today: { bytesUp: string; bytesDown: string };
  last30Days: { startsAt: string; bytes: string }[];
  last24Hours: { startsAt: string; bytes: string }[];
  byCountry: { country: string | null; name: string; bytes: string }[];
  period: { from: string; to: string; fees: string; usage: string; adjusted: string; total: string };
  attention: { kind: string; title: string; count: number; link: string }[];
  recentEvents: Event[];
};

export const getOverview = () => get<Overview>('/api/v1/overview');
