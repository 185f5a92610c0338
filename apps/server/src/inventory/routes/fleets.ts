import { z } from 'zod';
import * as catalog from '../../catalog/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Count, idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { toHex } from '../../kit/ids.ts';
import * as tenancy from '../../tenancy/index.ts';
import type { Fleet } from '../model.ts';
import { createFleet, getFleet, listFleets, listProfiles, updateFleet } from '../service/fleets.ts';
import { countGrouped } from '../sql/counts.ts';
import { accountOf } from './sims.ts';
import { naming } from './view.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

const Named = (kind: 'company' | 'plan' | 'network_access_profile') => z.object({ id: idOf(kind), name: z.string() });
const callback = z
  .string()
  .max(2000)
  .regex(/^https?:\/\//, { error: 'an http or https address' })
  .nullable();
const method = z.enum(['GET', 'POST']);

const FleetReply = reply('Fleet', {
  id: idOf('fleet'),
  superSimSid: z.string().meta({ description: 'The fleet in the Super SIM API (HF…).' }),
  uniqueName: z.string().nullable(),
  company: Named('company').nullable(),
  networkAccessProfile: Named('network_access_profile'),
  plan: Named('plan'),
  dataEnabled: z.boolean(),
  dataLimitMb: Count.meta({ description: 'Decimal megabytes, always.' }),
  ipCommandsUrl: z.string().nullable(),
  ipCommandsMethod: method,
  smsCommandsEnabled: z.boolean(),
  smsCommandsUrl: z.string().nullable(),
  smsCommandsMethod: method,
  sims: tally,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
const dataLimitMb = Count.refine((mb) => mb >= 1n && mb <= 2_000_000n, {
  error: 'whole megabytes from "1" to "2000000"',
}).optional();
const changes = {
  uniqueName: text(64).nullable().optional(),
  plan: idOf('plan').optional(),
  dataLimitMb,
  ipCommandsUrl: callback.optional(),
  ipCommandsMethod: method.optional(),
  smsCommandsUrl: callback.optional(),
  smsCommandsMethod: method.optional(),
};
const CreateFleet = request('CreateFleet', {
  ...changes,
  networkAccessProfile: idOf('network_access_profile'),
  company: idOf('company').nullable().optional(),
  dataEnabled: z.boolean().optional(),
  smsCommandsEnabled: z.boolean().optional(),
});
const UpdateFleet = request('UpdateFleet', {
  ...changes,
  networkAccessProfile: idOf('network_access_profile').optional(),
});
const fields = { uniqueName: 'body.uniqueName', planId: 'body.plan' };

export function fleetRoutes(http: Http): void {
  const tags = ['Fleets'];
  const url = '/api/v1/fleets';
  const cursor = idCursor('fleets');
  route(http, {
    method: 'GET',
    url,
    name: 'listFleets',
    summary: 'List fleets, newest first',
    tags,
    permission: 'inventory.fleet.view',
    scope: 'company',
    query: pageQuery({ search: z.string().max(100).optional(), company: idOf('company').optional() }),
    reply: { 200: pageOf(FleetReply, 'FleetPage') },
    handler: async (ctx, { query }) => {
      const after = cursor.read(query.cursor) ?? undefined;
      const filter = { search: query.search, companyId: query.company };
      const found = await listFleets(ctx, filter, { after, limit: query.limit + 1, newestFirst: true });
      return pageFrom(await showFleets(ctx, found), query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createFleet',
    summary: 'Create a fleet',
    tags,
    permission: 'inventory.fleet.add',
    scope: 'company',
    body: CreateFleet,
    reply: { 201: FleetReply },
    handler: async (ctx, { body: { plan, networkAccessProfile, company, ...rest } }) => {
      const companyId = await accountOf(ctx, company);
      const input = { ...rest, companyId, planId: plan, networkAccessProfileId: networkAccessProfile };
      return showFleet(ctx, await naming(fields, () => createFleet(ctx, input)));
    },
  });
  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getFleet',
    summary: 'A fleet',
    tags,
    permission: 'inventory.fleet.view',
    scope: 'company',
    params: idParams('fleet'),
    reply: { 200: FleetReply },
    handler: async (ctx, { params }) => showFleet(ctx, await getFleet(ctx, params.id)),
  });
  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateFleet',
    summary: 'Change a fleet; a new plan is for SIMs that come into it from now on',
    tags,
    permission: 'inventory.fleet.edit',
    scope: 'company',
    params: idParams('fleet'),
    body: UpdateFleet,
    reply: { 200: FleetReply },
    handler: async (ctx, { params, body: { plan, networkAccessProfile, ...rest } }) => {
      const patch = { ...rest, planId: plan, networkAccessProfileId: networkAccessProfile };
      return showFleet(ctx, await naming(fields, () => updateFleet(ctx, params.id, patch)));
    },
  });
}

async function showFleet(ctx: Ctx, fleet: Fleet) {
  return (await showFleets(ctx, [fleet]))[0]!;
}

/** Fleets with the names of what they point at, in a fixed number of statements. */
async function showFleets(ctx: Ctx, fleets: Fleet[]) {
  return reading(ctx, async (ctx) => {
    const plans = await catalog.plansOf(ctx, [...new Set(fleets.map((fleet) => fleet.planId))]);
    const companies = await tenancy.companyNamesOf(
      ctx,
      fleets.flatMap((fleet) => fleet.companyId ?? []),
    );
    const profileIds = [...new Set(fleets.map((fleet) => fleet.networkAccessProfileId))];
    const profiles = await listProfiles(ctx, { ids: profileIds }, { limit: profileIds.length });
    const names = new Map(profiles.map((profile) => [profile.id, profile.uniqueName]));
    const ids = fleets.map((fleet) => fleet.id);
    const sims = new Map((await countGrouped(ctx, 'fleet', ids)).map((count) => [count.id, count.sims]));
    return fleets.map((fleet) => ({
      ...fleet,
      superSimSid: `HF${toHex(fleet.id)}`,
      company: fleet.companyId ? { id: fleet.companyId, name: companies.get(fleet.companyId) ?? '' } : null,
      networkAccessProfile: {
        id: fleet.networkAccessProfileId,
        name: names.get(fleet.networkAccessProfileId) ?? `HA${toHex(fleet.networkAccessProfileId)}`,
      },
      plan: { id: fleet.planId, name: plans.get(fleet.planId)?.name ?? '' },
      sims: sims.get(fleet.id) ?? 0,
    }));
  });
}
