import { z } from 'zod';
import { planTypes } from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, Bytes, Currency, idOf, NetBytes, reply, Timestamp } from '../../kit/http/schemas.ts';
import * as usage from '../../usage/index.ts';
import { startOfDay } from '../calendar.ts';
import { tally } from '../schemas.ts';
import { readSim } from '../sims.ts';

/** SIMs of one end user that are shown. */
const mostSims = 20;

const MySims = reply('EndUserSims', {
  items: z
    .array(
      z.object({
        id: idOf('sim'),
        name: z.string().nullable(),
        iccid: z.string(),
        msisdn: z.string().nullable(),
        state: z.enum(['working', 'waiting', 'stopped', 'off']).meta({
          description:
            'waiting: its first usage starts it. stopped: a block, see stoppedBy. off: suspended, archived, not switched on, or rejected by its telecom.',
        }),
        stoppedBy: z.array(z.object({ reason: z.string(), since: Timestamp })),
        online: z.boolean().nullable(),
        lastSeenAt: Timestamp.nullable(),
        plan: z.object({ name: z.string(), type: z.enum(planTypes) }).nullable(),
        leftBytes: NetBytes.nullable().meta({ description: 'Null: the plan has no allowance.' }),
        boughtBytes: Bytes.nullable().meta({
          description: 'Of what that is left: all that was bought for this period.',
        }),
        daysLeft: tally.nullable(),
        validUntil: Timestamp.nullable(),
        validityDays: tally.nullable(),
        usedTodayBytes: NetBytes,
        refills: z
          .array(z.object({ id: z.string(), amountBytes: Bytes, price: Amount, currency: Currency }))
          .meta({ description: 'What can be bought; VAT comes on top where a quote says so.' }),
      }),
    )
    .max(mostSims),
  asOf: Timestamp,
});

/** What an end user sees of their SIMs: what is left, and nothing of how we and the telecom get along. */
export function mySimRoutes(http: Http): void {
  route(http, {
    method: 'GET',
    url: '/api/v1/my/sims',
    name: 'listMySims',
    summary: 'The end user’s own SIMs: what is left, until when, and what can be bought',
    tags: ['End users’ own'],
    permission: 'inventory.sim.view',
    scope: 'end_user',
    reply: { 200: MySims },
    handler: (ctx) => reading(ctx, async (ctx) => ({ items: await mySims(ctx), asOf: ctx.now })),
  });
}

async function mySims(ctx: Ctx): Promise<z.output<typeof MySims>['items']> {
  const sims = await inventory.listSims(ctx, {}, { limit: mostSims });
  const today = await usage.usageSince(
    ctx,
    sims.map(({ id }) => id),
    startOfDay(ctx.now, ctx.organization.timeZone),
  );
  const shown = [];
  for (const { id } of sims) {
    const sim = await readSim(ctx, id);
    const { iccid, msisdn, online, lastSeenAt, plan, daysLeft, prepaid } = sim;
    const leftBytes = prepaid ? prepaid.balanceBytes : sim.leftBytes;
    shown.push({
      ...{ id, iccid, msisdn, online, lastSeenAt, leftBytes, daysLeft, name: sim.uniqueName, plan },
      state: stateOf(sim),
      stoppedBy: sim.blocks.map(({ reason, openedAt }) => ({ reason, since: openedAt })),
      boughtBytes: leftBytes === null ? null : (sim.pool?.allowanceBytes ?? sim.period?.allowanceBytes ?? 0n),
      validUntil: prepaid?.validUntil ?? sim.period?.endsAt ?? null,
      validityDays: prepaid?.validityDays ?? null,
      usedTodayBytes: today.get(id)?.bytes ?? 0n,
      refills: prepaid?.refills ?? [],
    });
  }
  return shown;
}

type Sim = Awaited<ReturnType<typeof readSim>>;

/** A block stands before everything but being switched off. What the telecom has still to confirm is no affair of the holder's. */
function stateOf({ lifecycle, blocks, status }: Sim): 'working' | 'waiting' | 'stopped' | 'off' {
  if (lifecycle !== 'ready' && lifecycle !== 'active') return 'off';
  if (blocks.length > 0) return 'stopped';
  if (status === 'Invalid') return 'off';
  return lifecycle === 'ready' ? 'waiting' : 'working';
}
