import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import { atomically } from '../../kit/db.ts';
import { type Call, findProfile, type Routes } from '../call.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import {
  canonicalNetworkSid,
  findNetwork,
  isPlmn,
  type Network,
  networkOfPlmn,
  networkSid,
  slicePlmns,
} from '../networks.ts';
import { listOf, parse, text, uniqueName } from '../params.ts';
import { profileNetworkShape, profileShape } from '../shapes.ts';
import { sidOf } from '../sids.ts';

/** More networks than any profile names; the whole list of the world has about three thousand. */
const maxNetworks = 4000;

const Update = z.object({ UniqueName: uniqueName.optional() });
const Create = Update.extend({ Networks: listOf(text, maxNetworks).optional() });
const Addition = z.object({ Network: text });

const at = '/NetworkAccessProfiles';

export function profileRoutes(routes: Routes): void {
  routes.post(at, 'inventory.network_profile.add', async (call) => {
    const { UniqueName, Networks = [] } = parse(Create, call.form);
    const networks = Networks.map((sid) => networkFor('Networks', sid).plmn);
    const input = { companyId: call.companyId, uniqueName: UniqueName, networks };
    return { status: 201, body: profileShape(await inventory.createProfile(call.ctx, input), call) };
  });

  routes.get(at, 'inventory.network_profile.view', async (call) =>
    answerList<inventory.NetworkAccessProfile>(call, {
      key: 'network_access_profiles',
      at,
      filters: [],
      keyOf: (profile) => profile.id,
      read: (page) => inventory.listProfiles(call.ctx, { companyId: call.companyId }, page),
      shape: (profiles) => profiles.map((profile) => profileShape(profile, call)),
    }),
  );

  routes.get(`${at}/:sid`, 'inventory.network_profile.view', async (call) => ({
    status: 200,
    body: profileShape(await getProfile(call), call),
  }));

  routes.post(`${at}/:sid`, 'inventory.network_profile.edit', async (call) => {
    const { UniqueName } = parse(Update, call.form);
    const profile = await atomically(call.ctx, async (ctx) =>
      inventory.updateProfile(ctx, (await getProfile({ ...call, ctx })).id, { uniqueName: UniqueName }),
    );
    return { status: 200, body: profileShape(profile, call) };
  });

  networkRoutes(routes);
}

function networkRoutes(routes: Routes): void {
  routes.get(`${at}/:sid/Networks`, 'inventory.network_profile.view', async (call) => {
    const profile = await getProfile(call);
    const sid = sidOf('profile', profile.id);
    return answerList<string>(call, {
      key: 'networks',
      at: `${at}/${sid}/Networks`,
      filters: [],
      isKey: isPlmn,
      keyOf: (plmn) => plmn,
      read: async (page) => slicePlmns(profile.networks, (plmn) => plmn, page),
      shape: (plmns) => plmns.map((plmn) => profileNetworkShape(networkOfPlmn(plmn), sid, call)),
    });
  });

  routes.post(`${at}/:sid/Networks`, 'inventory.network_profile.edit', async (call) => {
    const network = networkFor('Network', parse(Addition, call.form).Network);
    const profile = await changeNetworks(call, (networks) => [...networks, network.plmn]);
    return { status: 201, body: profileNetworkShape(network, sidOf('profile', profile.id), call) };
  });

  routes.get(`${at}/:sid/Networks/:network`, 'inventory.network_profile.view', async (call) => {
    const profile = await getProfile(call);
    const network = networkIn(call, profile);
    return { status: 200, body: profileNetworkShape(network, sidOf('profile', profile.id), call) };
  });

  routes.delete(`${at}/:sid/Networks/:network`, 'inventory.network_profile.edit', async (call) => {
    await changeNetworks(call, (networks, profile) => {
      const { plmn } = networkIn(call, profile);
      // A profile without networks allows all of them, so removing the last one would open it instead of closing it.
      if (networks.length === 1) {
        throw invalidParameter(
          'Sid',
          'The last Network of a profile stays: a profile without any allows every Network',
        );
      }
      return networks.filter((other) => other !== plmn);
    });
    return { status: 204 };
  });
}

async function changeNetworks(
  call: Call,
  change: (networks: string[], profile: inventory.NetworkAccessProfile) => string[],
): Promise<inventory.NetworkAccessProfile> {
  return atomically(call.ctx, async (ctx) => {
    const profile = await getProfile({ ...call, ctx });
    return inventory.updateProfile(ctx, profile.id, { networks: (current) => change(current, profile) });
  });
}

async function getProfile(call: Call): Promise<inventory.NetworkAccessProfile> {
  const profile = await findProfile(call.ctx, call.companyId, call.params.sid!);
  if (!profile) throw notFound(call.path);
  return profile;
}

function networkIn(call: Call, profile: inventory.NetworkAccessProfile): Network {
  const sid = canonicalNetworkSid(call.params.network!);
  const plmn = profile.networks.find((plmn) => networkSid(plmn) === sid);
  if (!plmn) throw notFound(call.path);
  return networkOfPlmn(plmn);
}

function networkFor(parameter: string, sid: string): Network {
  const network = findNetwork(sid);
  if (!network) throw invalidParameter(parameter, `Network ${sid} was not found`);
  return network;
}
