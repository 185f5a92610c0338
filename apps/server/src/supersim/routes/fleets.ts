import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { type Call, findFleet, findProfile, type Routes } from '../call.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import { boolean, httpMethod, integer, optional, parse, text, uniqueName, url } from '../params.ts';
import { fleetShape } from '../shapes.ts';

/** Decimal megabytes, up to 2 TB. */
const dataLimit = integer(1n, 2_000_000n);

const Update = z.object({
  UniqueName: uniqueName.optional(),
  NetworkAccessProfile: optional(text),
  DataLimit: optional(dataLimit),
  IpCommandsUrl: url.optional(),
  IpCommandsMethod: optional(httpMethod),
  SmsCommandsUrl: url.optional(),
  SmsCommandsMethod: optional(httpMethod),
});

// What is switched on or off for good: an update does not know these.
const Create = Update.extend({
  NetworkAccessProfile: text.min(1, 'a SID or unique name'),
  DataEnabled: optional(boolean),
  SmsCommandsEnabled: optional(boolean),
});

const listFilters = ['NetworkAccessProfile'] as const;
const ListFilter = z.object({ NetworkAccessProfile: text.optional() });

export function fleetRoutes(routes: Routes): void {
  routes.post('/Fleets', 'inventory.fleet.add', async (call) => {
    const asked = parse(Create, call.form);
    const fleet = await atomically(call.ctx, async (ctx) =>
      inventory.createFleet(ctx, {
        companyId: call.companyId,
        networkAccessProfileId: await profileIdOf({ ...call, ctx }, asked.NetworkAccessProfile),
        ...settingsOf(asked),
        dataEnabled: asked.DataEnabled,
        smsCommandsEnabled: asked.SmsCommandsEnabled,
      }),
    );
    return { status: 201, body: fleetShape(fleet, call) };
  });

  routes.get('/Fleets', 'inventory.fleet.view', async (call) => {
    const { NetworkAccessProfile } = parse(ListFilter, call.query);
    const profile = NetworkAccessProfile
      ? await findProfile(call.ctx, call.companyId, NetworkAccessProfile)
      : undefined;
    const filter = { companyId: call.companyId, networkAccessProfileId: profile?.id };
    return answerList<inventory.Fleet>(call, {
      key: 'fleets',
      at: '/Fleets',
      filters: listFilters,
      keyOf: (fleet) => fleet.id,
      // A profile that the account does not have is in none of its fleets.
      read: async (page) => (profile === null ? [] : inventory.listFleets(call.ctx, filter, page)),
      shape: (fleets) => fleets.map((fleet) => fleetShape(fleet, call)),
    });
  });

  routes.get('/Fleets/:sid', 'inventory.fleet.view', async (call) => ({
    status: 200,
    body: fleetShape(await getFleet(call), call),
  }));

  routes.post('/Fleets/:sid', 'inventory.fleet.edit', async (call) => {
    const asked = parse(Update, call.form);
    const fleet = await atomically(call.ctx, async (ctx) => {
      const inside = { ...call, ctx };
      const { id } = await getFleet(inside);
      const profile = asked.NetworkAccessProfile;
      return inventory.updateFleet(ctx, id, {
        ...settingsOf(asked),
        networkAccessProfileId: profile === undefined ? undefined : await profileIdOf(inside, profile),
      });
    });
    return { status: 200, body: fleetShape(fleet, call) };
  });
}

function settingsOf(asked: z.output<typeof Update>) {
  return {
    uniqueName: asked.UniqueName,
    dataLimitMb: asked.DataLimit,
    ipCommandsUrl: asked.IpCommandsUrl,
    ipCommandsMethod: asked.IpCommandsMethod,
    smsCommandsUrl: asked.SmsCommandsUrl,
    smsCommandsMethod: asked.SmsCommandsMethod,
  };
}

async function getFleet(call: Call): Promise<inventory.Fleet> {
  const fleet = await findFleet(call.ctx, call.companyId, call.params.sid!);
  if (!fleet) throw notFound(call.path);
  return fleet;
}

async function profileIdOf(call: Call, name: string): Promise<Id> {
  const profile = await findProfile(call.ctx, call.companyId, name);
  if (!profile) throw invalidParameter('NetworkAccessProfile', `NetworkAccessProfile ${name} was not found`);
  return profile.id;
}
