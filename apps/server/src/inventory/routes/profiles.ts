import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { toHex } from '../../kit/ids.ts';
import * as tenancy from '../../tenancy/index.ts';
import type { NetworkAccessProfile } from '../model.ts';
import { createProfile, getProfile, listProfiles, updateProfile } from '../service/fleets.ts';
import { accountOf } from './sims.ts';
import { naming } from './view.ts';

const fields = { uniqueName: 'body.uniqueName' };

const ProfileReply = reply('NetworkAccessProfile', {
  id: idOf('network_access_profile'),
  superSimSid: z.string().meta({ description: 'The profile in the Super SIM API (HA…).' }),
  uniqueName: z.string().nullable(),
  company: z.object({ id: idOf('company'), name: z.string() }).nullable(),
  networks: z.array(z.string()).meta({ description: 'PLMNs; none means every network.', example: ['26202'] }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
const Networks = z.array(z.string().regex(/^\d{5,6}$/, { error: 'a PLMN of 5 or 6 digits, like 26202' })).max(1000);
const CreateProfile = request('CreateNetworkAccessProfile', {
  uniqueName: text(64).nullable().optional(),
  networks: Networks.optional(),
  company: idOf('company').nullable().optional(),
});
const UpdateProfile = request('UpdateNetworkAccessProfile', {
  uniqueName: text(64).nullable().optional(),
  networks: Networks.optional(),
});

export function profileRoutes(http: Http): void {
  const tags = ['Network access profiles'];
  const url = '/api/v1/network-access-profiles';
  const cursor = idCursor('network_access_profiles');
  route(http, {
    method: 'GET',
    url,
    name: 'listNetworkAccessProfiles',
    summary: 'List network access profiles, newest first',
    tags,
    permission: 'inventory.network_profile.view',
    scope: 'company',
    query: pageQuery({ search: z.string().max(100).optional(), company: idOf('company').optional() }),
    reply: { 200: pageOf(ProfileReply, 'NetworkAccessProfilePage') },
    handler: async (ctx, { query }) => {
      const after = cursor.read(query.cursor) ?? undefined;
      const filter = { search: query.search, companyId: query.company };
      const found = await listProfiles(ctx, filter, { after, limit: query.limit + 1, newestFirst: true });
      return pageFrom(await showProfiles(ctx, found), query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createNetworkAccessProfile',
    summary: 'Create a network access profile',
    tags,
    permission: 'inventory.network_profile.add',
    scope: 'company',
    body: CreateProfile,
    reply: { 201: ProfileReply },
    handler: async (ctx, { body: { company, ...rest } }) => {
      const companyId = await accountOf(ctx, company);
      return showProfile(ctx, await naming(fields, () => createProfile(ctx, { ...rest, companyId })));
    },
  });
  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getNetworkAccessProfile',
    summary: 'A network access profile',
    tags,
    permission: 'inventory.network_profile.view',
    scope: 'company',
    params: idParams('network_access_profile'),
    reply: { 200: ProfileReply },
    handler: async (ctx, { params }) => showProfile(ctx, await getProfile(ctx, params.id)),
  });
  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateNetworkAccessProfile',
    summary: 'Change which networks are allowed',
    tags,
    permission: 'inventory.network_profile.edit',
    scope: 'company',
    params: idParams('network_access_profile'),
    body: UpdateProfile,
    reply: { 200: ProfileReply },
    handler: async (ctx, { params, body }) =>
      showProfile(ctx, await naming(fields, () => updateProfile(ctx, params.id, body))),
  });
}

async function showProfile(ctx: Ctx, profile: NetworkAccessProfile) {
  return (await showProfiles(ctx, [profile]))[0]!;
}

async function showProfiles(ctx: Ctx, profiles: NetworkAccessProfile[]) {
  const companies = await tenancy.companyNamesOf(
    ctx,
    profiles.flatMap((profile) => profile.companyId ?? []),
  );
  return profiles.map((profile) => ({
    ...profile,
    superSimSid: `HA${toHex(profile.id)}`,
    company: profile.companyId ? { id: profile.companyId, name: companies.get(profile.companyId) ?? '' } : null,
  }));
}
