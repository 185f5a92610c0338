import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Ctx, Runtime } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { Count, reply, request, Timestamp, TimeZone } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import type { LivePokes } from '../kit/live.ts';
import { refuse } from '../kit/refusal.ts';
import { openRelay, type Relay } from '../kit/relay.ts';
import { isAnyDue } from '../periods/index.ts';
import { ensureUsagePartitions, getOrganization, moveClock } from '../tenancy/index.ts';
import { runToQuiet } from './quiet.ts';
import { react } from './reactions.ts';

export type Advance = { months?: number; days?: number; hours?: number };

/** Takes the clock of a sandbox organization forward. Months and days are those of the organization's calendar. */
export async function advanceClock(ctx: Ctx, advance: Advance): Promise<Date> {
  const from = Temporal.Instant.fromEpochMilliseconds(ctx.now.getTime()).toZonedDateTimeISO(ctx.organization.timeZone);
  const to = from.add({ months: advance.months ?? 0, days: advance.days ?? 0, hours: advance.hours ?? 0 });
  const ms = to.epochMilliseconds - from.epochMilliseconds;
  if (ms <= 0) {
    throw refuse.invalid('clock.move_invalid', 'A clock moves forward, by at most ten years.', {
      field: 'body.advance',
      expected: 'months, days or hours above zero',
    });
  }
  await moveClock(ctx, BigInt(ms));
  return new Date(ctx.now.getTime() + ms);
}

/** Everything that falls due on the way, and a place for the usage to come. */
async function arrive(runtime: Runtime, organizationId: Id, relay: Relay): Promise<void> {
  const organization = await getOrganization(runtime, organizationId);
  if (!organization) return;
  await runToQuiet(runtime, organization, relay);
  await ensureUsagePartitions(runtime, organization);
}

const Move = request('AdvanceClock', {
  advance: z.strictObject({
    months: z.int().min(0).max(120).optional(),
    days: z.int().min(0).max(3660).optional(),
    hours: z.int().min(0).max(87_840).optional(),
  }),
});
const Moved = reply('ClockAdvanced', { now: Timestamp });
const Clock = reply('Clock', {
  now: Timestamp,
  sandbox: z.boolean().meta({ description: 'Only the clock of a sandbox can be moved.' }),
  aheadMs: Count.meta({ description: 'How far it is ahead of real time.' }),
  timeZone: TimeZone,
  due: z.boolean().meta({ description: 'Whether something that has fallen due is still to be done.' }),
});

export function clockRoutes(http: Http, live: LivePokes | null): void {
  const relay = openRelay({ react, live });
  const { runtime } = http.deps;
  route(http, {
    method: 'GET',
    url: '/api/v1/sandbox/clock',
    name: 'getClock',
    summary: 'What time it is in the organization',
    tags: ['Sandbox'],
    permission: 'tenancy.organization.view',
    scope: 'company',
    reply: { 200: Clock },
    handler: async (ctx) => {
      const { sandbox, clockOffsetMs: aheadMs, timeZone } = ctx.organization;
      return { now: ctx.now, sandbox, aheadMs, timeZone, due: await isAnyDue(ctx) };
    },
  });
  route(http, {
    method: 'POST',
    url: '/api/v1/sandbox/clock',
    name: 'advanceClock',
    summary: 'Take the clock of a sandbox organization forward and run what falls due',
    tags: ['Sandbox'],
    permission: 'sandbox.clock.move',
    scope: 'organization',
    body: Move,
    reply: { 200: Moved },
    handler: async (ctx, { body }) => ({ now: await advanceClock(ctx, body.advance) }),
    // In database transactions of its own, chunk by chunk: the clock stays where it is if this ends, and the worker goes on.
    after: (fresh) => arrive(runtime, fresh().organization.id, relay),
  });
}
