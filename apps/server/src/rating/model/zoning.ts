import type { RatedZone, Service } from '../../catalog/index.ts';
import type { Id } from '../../kit/ids.ts';
import { chargesEachUnit, componentOf, ratesOf, type Terms } from './rating.ts';

/** By which rate usage goes: its component, and whether the network was not known, so that the default had to serve. */
export type Placing = { component: string; unknownNetwork: boolean };

/** Finds the component that usage of a service in a network belongs to; null: the plan has no rate for it. */
export type Zoning = (service: Service, plmn: string) => Placing | null;

/** Networks remembered for one plan version: more than there are in the world. */
const mostNetworks = 10_000;

/**
 * The zones of a plan version as a function. A network that a zone names itself comes before its country; where no zone
 * fits, the default rate serves. Data that the type does not charge by the megabyte always has its place.
 */
export function zoningOf(
  terms: Terms,
  zones: readonly RatedZone[],
  countryOf: (plmn: string) => string | null,
): Zoning {
  const rates = ratesOf(terms);
  const known = new Map<string, Placing | null>();
  const byZone = new Map<Id, RatedZone>(zones.map((zone) => [zone.id, zone]));
  const services = Object.fromEntries(
    (['data', 'sms', 'voice'] as const).map((service) => {
      const own = rates.filter((rate) => rate.service === service);
      const plmns = new Map<string, Id>();
      const countries = new Map<string, Id>();
      for (const { zoneId } of own) {
        const zone = zoneId === null ? undefined : byZone.get(zoneId);
        for (const plmn of zone?.plmns ?? []) plmns.set(plmn, zone!.id);
        for (const country of zone?.countries ?? []) countries.set(country, zone!.id);
      }
      const hasDefault =
        own.some((rate) => rate.zoneId === null) || (service === 'data' && !chargesEachUnit(terms.type));
      return [service, { plmns, countries, hasDefault, zoned: plmns.size + countries.size > 0 }];
    }),
  );

  function place(service: Service, plmn: string): Placing | null {
    const { plmns, countries, hasDefault, zoned } = services[service]!;
    const country = zoned && plmn !== '' ? countryOf(plmn) : null;
    const zoneId = plmns.get(plmn) ?? (country === null ? undefined : countries.get(country));
    if (zoneId !== undefined) return { component: componentOf(service, zoneId), unknownNetwork: false };
    if (!hasDefault) return null;
    return { component: service, unknownNetwork: zoned && country === null };
  }

  return (service, plmn) => {
    const key = `${service} ${plmn}`;
    let placed = known.get(key);
    if (placed === undefined) {
      placed = place(service, plmn);
      if (known.size < mostNetworks) known.set(key, placed);
    }
    return placed;
  };
}
