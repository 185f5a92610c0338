import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, Count, Currency, idOf, NetBytes, reply, Timestamp, TimeZone } from '../../kit/http/schemas.ts';
import { attentionKinds, overview } from '../overview.ts';
import { ShownStatus, tally } from '../schemas.ts';
import { timelineKinds } from '../titles.ts';

const Bucket = z.object({ startsAt: Timestamp, bytes: NetBytes });

const OverviewReply = reply('Overview', {
  now: Timestamp.meta({ description: 'The organization’s present; in a sandbox its clock may be ahead.' }),
  timeZone: TimeZone,
  currency: Currency,
  sims: z.object({
    total: tally,
    byStatus: z.array(z.object({ status: ShownStatus, sims: tally })),
  }),
  online: tally,
  today: z.object({ bytesUp: NetBytes, bytesDown: NetBytes }),
  last30Days: z.array(Bucket),
  last24Hours: z.array(Bucket),
  byCountry: z.array(z.object({ country: z.string().nullable(), name: z.string(), bytes: NetBytes })),
  period: z
    .object({ from: Timestamp, to: Timestamp, fees: Amount, usage: Amount, adjusted: Amount, total: Amount })
    .meta({ description: 'This calendar month in the organization’s time zone.' }),
  attention: z.array(z.object({ kind: z.enum(attentionKinds), title: z.string(), count: tally, link: z.string() })),
  recentEvents: z.array(
    z.object({
      id: idOf('event'),
      name: z.string(),
      kind: z.enum(timelineKinds),
      title: z.string(),
      subject: z.object({ type: z.string(), id: z.string() }),
      sequence: Count,
      position: Count,
      at: Timestamp,
      data: z.record(z.string(), z.unknown()),
    }),
  ),
});

export function overviewRoutes(http: Http): void {
  route(http, {
    method: 'GET',
    url: '/api/v1/overview',
    name: 'getOverview',
    summary: 'The state of things: SIMs, usage, money of this month, and what wants attention',
    tags: ['Overview'],
    permission: 'inventory.sim.view',
    scope: 'company',
    reply: { 200: OverviewReply },
    handler: (ctx) => overview(ctx),
  });
}
