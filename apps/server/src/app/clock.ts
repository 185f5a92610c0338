import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Ctx, systemActor } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { reply, request, Timestamp } from '../kit/http/schemas.ts';
import { refuse } from '../kit/refusal.ts';
import { isAnyDue } from '../periods/index.ts';
import { ensureUsagePartitions, moveClock } from '../tenancy/index.ts';
import { rollDueIn } from './worker.ts';

export type Advance = { months?: number; days?: number; hours?: number };

/**
 * Takes a sandbox organization forward and runs everything that falls due on the way: rollovers in their order, fees,
 * blocks lifted. Months and days are those of the organization's calendar.
 */
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
  const organization = await moveClock(ctx, BigInt(ms));
  const now = new Date(ctx.now.getTime() + ms);
  await rollToQuiet({ ...ctx, organization, now, actor: systemActor('rollover') });
  // On a connection of its own: what makes a partition must not be held until all of this commits.
  const machine = new Date(now.getTime() - Number(organization.clockOffsetMs));
  await ensureUsagePartitions({ database: ctx.database, log: ctx.log, clock: { now: () => machine } }, organization);
  return now;
}

const waitMs = 20;
const longestWaits = 1_500;

/** The worker may be rolling some of the same periods: those are waited for, so that nothing is due when we answer. */
async function rollToQuiet(ctx: Ctx): Promise<void> {
  for (let wait = 0; wait < longestWaits; wait++) {
    await rollDueIn(ctx);
    if (!(await isAnyDue(ctx))) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

const Move = request('AdvanceClock', {
  advance: z.strictObject({
    months: z.int().min(0).max(120).optional(),
    days: z.int().min(0).max(3660).optional(),
    hours: z.int().min(0).max(87_840).optional(),
  }),
});
const Moved = reply('ClockAdvanced', { now: Timestamp });

export function clockRoutes(http: Http): void {
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
  });
}
