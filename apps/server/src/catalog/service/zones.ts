import { audit, type Change, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Zone } from '../model.ts';
import { isCountry } from '../networks.ts';
import * as store from '../sql/zones.ts';

export type ZoneFilter = store.ZoneFilter;
export type NewZone = Pick<Zone, 'name' | 'countries' | 'plmns'>;

/** Refuses `zone.name_taken`, `zone.empty` and `zone.country_unknown`. */
export async function createZone(ctx: Ctx, input: NewZone): Promise<Zone> {
  const zone: Zone = { ...input, id: newId(ctx), createdAt: ctx.now, updatedAt: ctx.now, archivedAt: null };
  const checked = { ...zone, ...placesOf(zone) };
  return atomically(ctx, async (ctx) => {
    await store.insertZone(ctx, checked).catch(refuseTakenName);
    await tell(ctx, 'zone.created', checked, changesBetween<Partial<NewZone>>({}, input));
    return checked;
  });
}

/** Plan versions keep the zone as it was when they were saved. */
export async function updateZone(
  ctx: Ctx,
  id: Id,
  patch: { [K in keyof NewZone]?: NewZone[K] | undefined },
): Promise<Zone> {
  return atomically(ctx, async (ctx) => {
    const old = await lockLiving(ctx, id);
    const { name = old.name, countries = old.countries, plmns = old.plmns } = patch;
    const changed = { name, ...placesOf({ countries, plmns }) };
    const changes = changesBetween<Zone>(old, changed);
    if (changes.length === 0) return old;
    const zone = { ...old, ...changed, updatedAt: ctx.now };
    await store.updateZone(ctx, zone).catch(refuseTakenName);
    await tell(ctx, 'zone.updated', zone, changes);
    return zone;
  });
}

/** No new version may name it; those that do go on charging by it. Twice changes nothing. */
export async function archiveZone(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const old = found(await store.findZone(ctx, id, true));
    if (old.archivedAt) return;
    const zone = { ...old, archivedAt: ctx.now, updatedAt: ctx.now };
    await store.updateZone(ctx, zone);
    await tell(ctx, 'zone.archived', zone, []);
  });
}

export async function getZone(ctx: Ctx, id: Id): Promise<Zone> {
  return found(await reading(ctx, (ctx) => store.findZone(ctx, id)));
}

/** Newest first. */
export async function listZones(
  ctx: Ctx,
  { before, limit, ...filter }: ZoneFilter & { before?: Id; limit: number },
): Promise<Zone[]> {
  return reading(ctx, (ctx) => store.listZones(ctx, filter, { before, limit }));
}

/** Zones by id, archived ones too. */
export async function zonesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, Zone>> {
  if (ids.length === 0) return new Map();
  const zones = await reading(ctx, (ctx) => store.listZonesById(ctx, [...new Set(ids)]));
  return new Map(zones.map((zone) => [zone.id, zone]));
}

/** How many plans on sale charge by each zone. */
export async function plansByZone(ctx: Ctx, ids: Id[]): Promise<Map<Id, number>> {
  if (ids.length === 0) return new Map();
  const counts = await reading(ctx, (ctx) => store.countPlansByZone(ctx, ids));
  return new Map(counts.map(({ zoneId, plans }) => [zoneId, plans]));
}

/** Countries and networks once each, in order. */
function placesOf({ countries, plmns }: Pick<Zone, 'countries' | 'plmns'>): Pick<Zone, 'countries' | 'plmns'> {
  const unknown = countries.findIndex((country) => !isCountry(country));
  if (unknown >= 0) {
    throw refuse.invalid('zone.country_unknown', `${countries[unknown]} has no mobile network that we know.`, {
      ...{ field: `body.countries[${unknown}]`, expected: 'a country of GET /api/v1/countries' },
    });
  }
  if (countries.length + plmns.length === 0) {
    throw refuse.invalid('zone.empty', 'A zone has a country or a network.', {
      ...{ field: 'body.countries', expected: 'at least one country, or one network' },
    });
  }
  return { countries: [...new Set(countries)].sort(), plmns: [...new Set(plmns)].sort() };
}

async function lockLiving(ctx: Ctx, id: Id): Promise<Zone> {
  const zone = found(await store.findZone(ctx, id, true));
  if (zone.archivedAt) throw refuse.conflict('zone.archived', `The zone ${zone.name} is archived.`);
  return zone;
}

function found(zone: Zone | null): Zone {
  if (!zone) throw refuse.notFound('zone');
  return zone;
}

async function tell(
  ctx: Ctx,
  event: 'zone.created' | 'zone.updated' | 'zone.archived',
  zone: Zone,
  changes: Change[],
): Promise<void> {
  const id = publicId('zone', zone.id);
  await audit(ctx, [{ action: event, objectType: 'zone', objectId: id, changes }]);
  await emit(ctx, [
    {
      name: event,
      subject: { type: 'zone', id: zone.id },
      data: { zone: id, name: zone.name, countries: zone.countries, networks: zone.plmns },
    },
  ]);
}

function refuseTakenName(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'zones_name') {
    throw refuse.conflict('zone.name_taken', 'Another zone has this name.', { field: 'body.name' });
  }
  throw error;
}
