import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import type { Zone } from '../model.ts';
import { networkOf } from '../networks.ts';
import { archiveZone, createZone, getZone, listZones, plansByZone, updateZone } from '../service/zones.ts';
import { tally } from './schemas.ts';

const countryCode = z.string().regex(/^[A-Z]{2}$/, { error: 'a country code of two letters, like DE' });
const places = {
  countries: z
    .array(countryCode)
    .max(250)
    .meta({ description: 'ISO 3166-1 alpha-2.', example: ['DE', 'FR'] }),
  networks: z
    .array(z.string().regex(/^\d{5,6}$/, { error: 'a PLMN of 5 or 6 digits, like 26202' }))
    .max(500)
    .meta({ description: 'PLMNs; a network comes before its country.', example: ['26202'] }),
};
const ZoneReply = reply('Zone', {
  id: idOf('zone'),
  name: z.string(),
  countries: places.countries,
  networks: z.array(z.object({ plmn: z.string(), name: z.string(), country: z.string().nullable() })),
  plans: tally.meta({ description: 'Plans on sale whose latest version charges by it.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});
const CreateZone = request('CreateZone', {
  name: text(100),
  countries: places.countries.optional(),
  networks: places.networks.optional(),
});
const UpdateZone = request('UpdateZone', {
  name: text(100).optional(),
  countries: places.countries.optional(),
  networks: places.networks.optional(),
});

export function zoneRoutes(http: Http): void {
  const tags = ['Zones'];
  const url = '/api/v1/zones';
  const cursor = idCursor('zones');
  route(http, {
    method: 'GET',
    url,
    name: 'listZones',
    summary: 'List zones, newest first',
    tags,
    permission: 'catalog.zone.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      country: countryCode.optional().meta({ description: 'Zones that name this country.' }),
      archived: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
    }),
    reply: { 200: pageOf(ZoneReply, 'ZonePage') },
    handler: async (ctx, { query: { limit, cursor: from, ...filter } }) => {
      const found = await listZones(ctx, { ...filter, before: cursor.read(from) ?? undefined, limit: limit + 1 });
      return pageFrom(await show(ctx, found), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createZone',
    summary: 'Create a zone: countries and networks that plans price alike',
    tags,
    permission: 'catalog.zone.edit',
    scope: 'organization',
    body: CreateZone,
    reply: { 201: ZoneReply },
    handler: async (ctx, { body: { name, countries = [], networks = [] } }) =>
      showOne(ctx, await createZone(ctx, { name, countries, plmns: networks })),
  });
  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getZone',
    summary: 'A zone',
    tags,
    permission: 'catalog.zone.view',
    scope: 'company',
    params: idParams('zone'),
    reply: { 200: ZoneReply },
    handler: async (ctx, { params }) => showOne(ctx, await getZone(ctx, params.id)),
  });
  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateZone',
    summary: 'Change a zone; versions of plans keep it as it was when they were saved',
    tags,
    permission: 'catalog.zone.edit',
    scope: 'organization',
    params: idParams('zone'),
    body: UpdateZone,
    reply: { 200: ZoneReply },
    handler: async (ctx, { params, body: { networks, ...rest } }) =>
      showOne(ctx, await updateZone(ctx, params.id, { ...rest, plmns: networks })),
  });
  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archiveZone',
    summary: 'Archive a zone: no new version of a plan may name it',
    tags,
    permission: 'catalog.zone.edit',
    scope: 'organization',
    params: idParams('zone'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await archiveZone(ctx, params.id);
    },
  });
}

async function showOne(ctx: Ctx, zone: Zone) {
  return (await show(ctx, [zone]))[0]!;
}

async function show(ctx: Ctx, zones: Zone[]) {
  const plans = await plansByZone(
    ctx,
    zones.map((zone) => zone.id),
  );
  return zones.map(({ plmns, ...zone }) => ({
    ...zone,
    networks: plmns.map((plmn) => networkOf(plmn)),
    plans: plans.get(zone.id) ?? 0,
  }));
}
