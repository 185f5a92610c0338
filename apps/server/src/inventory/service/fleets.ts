import * as catalog from '../../catalog/index.ts';
import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { fleetEvent } from '../events.ts';
import type { Fleet, NetworkAccessProfile } from '../model.ts';
import * as store from '../sql/fleets.ts';

export type NewFleet = {
  companyId: Id | null;
  uniqueName?: string | null;
  networkAccessProfileId: Id;
  /** The plan behind the fleet; absent: the organization's default Super SIM plan. */
  planId?: Id;
  dataEnabled?: boolean;
  dataLimitMb?: bigint;
  ipCommandsUrl?: string | null;
  ipCommandsMethod?: 'GET' | 'POST';
  smsCommandsEnabled?: boolean;
  smsCommandsUrl?: string | null;
  smsCommandsMethod?: 'GET' | 'POST';
};

export async function createFleet(ctx: Ctx, input: NewFleet): Promise<Fleet> {
  return atomically(ctx, async (ctx) => {
    await getProfile(ctx, input.networkAccessProfileId);
    const planId = input.planId ?? (await catalog.getDefaultSuperSimPlan(ctx)).id;
    if (input.planId) await catalog.getPlan(ctx, input.planId);
    const fleet: Fleet = {
      id: newId(ctx),
      companyId: input.companyId,
      uniqueName: input.uniqueName ?? null,
      networkAccessProfileId: input.networkAccessProfileId,
      planId,
      dataEnabled: input.dataEnabled ?? true,
      dataLimitMb: input.dataLimitMb ?? 1000n,
      ipCommandsUrl: input.ipCommandsUrl ?? null,
      ipCommandsMethod: input.ipCommandsMethod ?? 'POST',
      smsCommandsEnabled: input.smsCommandsEnabled ?? true,
      smsCommandsUrl: input.smsCommandsUrl ?? null,
      smsCommandsMethod: input.smsCommandsMethod ?? 'POST',
      createdAt: ctx.now,
      updatedAt: ctx.now,
    };
    await store.insertFleet(ctx, fleet).catch(refuseTakenName);
    await audit(ctx, [{ action: 'fleet.created', objectType: 'fleet', objectId: publicId('fleet', fleet.id) }]);
    await emit(ctx, [fleetEvent('fleet.created', fleet.id, { uniqueName: fleet.uniqueName })]);
    return fleet;
  });
}

export type FleetPatch = Partial<
  Pick<
    Fleet,
    | 'uniqueName'
    | 'networkAccessProfileId'
    | 'planId'
    | 'dataLimitMb'
    | 'ipCommandsUrl'
    | 'ipCommandsMethod'
    | 'smsCommandsUrl'
    | 'smsCommandsMethod'
  >
>;

/** A changed data limit reaches the fleet's lines by the reaction to `fleet.limit_changed`. */
export async function updateFleet(ctx: Ctx, id: Id, patch: FleetPatch): Promise<Fleet> {
  return atomically(ctx, async (ctx) => {
    await getFleet(ctx, id);
    const fleet = await store.lockFleet(ctx, id);
    if (!fleet) throw refuse.notFound('fleet');
    const changes = changesBetween<Fleet>(fleet, patch);
    if (changes.length === 0) return fleet;
    if (patch.networkAccessProfileId) await getProfile(ctx, patch.networkAccessProfileId);
    if (patch.planId) await catalog.getPlan(ctx, patch.planId);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next: Fleet = { ...fleet, ...given, updatedAt: ctx.now };
    await store.updateFleet(ctx, next).catch(refuseTakenName);
    await audit(ctx, [{ action: 'fleet.updated', objectType: 'fleet', objectId: publicId('fleet', id), changes }]);
    await emit(ctx, [
      fleetEvent('fleet.updated', id, { fields: changes.map((change) => change.field) }),
      ...(next.dataLimitMb !== fleet.dataLimitMb
        ? [fleetEvent('fleet.limit_changed', id, { dataLimitMb: next.dataLimitMb.toString() })]
        : []),
    ]);
    return next;
  });
}

export async function getFleet(ctx: Ctx, id: Id): Promise<Fleet> {
  return reading(ctx, async (ctx) => {
    const [fleet] = await store.listFleets(ctx, { ids: [id] }, { limit: 1 });
    if (!fleet) throw refuse.notFound('fleet');
    return fleet;
  });
}

export async function listFleets(
  ctx: Ctx,
  filter: store.FleetFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<Fleet[]> {
  return reading(ctx, (ctx) => store.listFleets(ctx, filter, page));
}

export async function createProfile(
  ctx: Ctx,
  input: { companyId: Id | null; uniqueName?: string | null; networks?: string[] },
): Promise<NetworkAccessProfile> {
  return atomically(ctx, async (ctx) => {
    const profile: NetworkAccessProfile = {
      id: newId(ctx),
      companyId: input.companyId,
      uniqueName: input.uniqueName ?? null,
      networks: [...new Set(input.networks ?? [])].sort(),
      createdAt: ctx.now,
      updatedAt: ctx.now,
    };
    await store.insertProfile(ctx, profile).catch(refuseTakenName);
    await audit(ctx, [
      {
        action: 'network_access_profile.created',
        objectType: 'network_access_profile',
        objectId: publicId('network_access_profile', profile.id),
      },
    ]);
    return profile;
  });
}

/** `networks` may be a function of those there are: it is asked while the profile is held, so that no change is lost. */
export async function updateProfile(
  ctx: Ctx,
  id: Id,
  patch: { uniqueName?: string | null; networks?: string[] | ((current: string[]) => string[]) },
): Promise<NetworkAccessProfile> {
  return atomically(ctx, async (ctx) => {
    await getProfile(ctx, id);
    const profile = await store.lockProfile(ctx, id);
    if (!profile) throw refuse.notFound('network_access_profile');
    const networks = typeof patch.networks === 'function' ? patch.networks(profile.networks) : patch.networks;
    const next: NetworkAccessProfile = {
      ...profile,
      uniqueName: patch.uniqueName !== undefined ? patch.uniqueName : profile.uniqueName,
      networks: networks ? [...new Set(networks)].sort() : profile.networks,
      updatedAt: ctx.now,
    };
    await store.updateProfile(ctx, next).catch(refuseTakenName);
    await audit(ctx, [
      {
        action: 'network_access_profile.updated',
        objectType: 'network_access_profile',
        objectId: publicId('network_access_profile', id),
        changes: changesBetween<NetworkAccessProfile>(profile, {
          uniqueName: next.uniqueName,
          networks: next.networks,
        }),
      },
    ]);
    return next;
  });
}

export async function getProfile(ctx: Ctx, id: Id): Promise<NetworkAccessProfile> {
  return reading(ctx, async (ctx) => {
    const [profile] = await store.listProfiles(ctx, { ids: [id] }, { limit: 1 });
    if (!profile) throw refuse.notFound('network_access_profile');
    return profile;
  });
}

export async function listProfiles(
  ctx: Ctx,
  filter: { ids?: Id[]; uniqueName?: string; companyId?: Id | null; search?: string },
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<NetworkAccessProfile[]> {
  return reading(ctx, (ctx) => store.listProfiles(ctx, filter, page));
}

function refuseTakenName(error: unknown): never {
  const constraint = (error as { constraint?: string }).constraint;
  if (constraint === 'fleets_name' || constraint === 'network_access_profiles_name') {
    throw refuse.conflict('unique_name.taken', 'This unique name is taken in the account.', { field: 'uniqueName' });
  }
  throw error;
}
