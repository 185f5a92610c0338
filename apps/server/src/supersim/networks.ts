import { createHash } from 'node:crypto';
import * as catalog from '../catalog/index.ts';

/** A mobile network as this API lists it: one PLMN of the catalog, with its SID. */
export type Network = catalog.Network & { sid: string };

/** `HW` and a digest of the PLMN: the same on every instance and for ever, also for a PLMN the list does not know. */
export function networkSid(plmn: string): string {
  return `HW${createHash('sha256').update(`plmn:${plmn}`).digest('hex').slice(0, 32)}`;
}

const known: readonly Network[] = catalog
  .listNetworks({}, { limit: Number.MAX_SAFE_INTEGER })
  .map((network) => ({ ...network, sid: networkSid(network.plmn) }));
const bySid = new Map(known.map((network) => [network.sid, network]));

/** A network's SID as we write it; null when the text is none. */
export function canonicalNetworkSid(text: string): string | null {
  return /^HW[0-9a-fA-F]{32}$/.test(text) ? `HW${text.slice(2).toLowerCase()}` : null;
}

export function findNetwork(sid: string): Network | null {
  return bySid.get(canonicalNetworkSid(sid) ?? '') ?? null;
}

export function networkOfPlmn(plmn: string): Network {
  return bySid.get(networkSid(plmn)) ?? { ...catalog.networkOf(plmn), sid: networkSid(plmn) };
}

export type NetworkFilter = { isoCountry?: string; mcc?: string; mnc?: string };

/** The networks that match, by PLMN. */
export function listNetworks(
  filter: NetworkFilter,
  page: { after?: string; limit: number; newestFirst: boolean },
): Network[] {
  const country = filter.isoCountry?.toUpperCase();
  const found = known.filter(
    (network) =>
      (country === undefined || network.country === country) &&
      (filter.mcc === undefined || network.mcc === filter.mcc) &&
      (filter.mnc === undefined || network.mnc === filter.mnc),
  );
  return slicePlmns(found, (network) => network.plmn, page);
}

/** One page of items by PLMN. Networks have no age: what is newest first elsewhere is the lowest PLMN first here. */
export function slicePlmns<T>(
  items: T[],
  plmnOf: (item: T) => string,
  page: { after?: string; limit: number; newestFirst: boolean },
): T[] {
  const order = page.newestFirst ? 1 : -1;
  const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -order : order);
  return items
    .filter((item) => page.after === undefined || compare(plmnOf(item), page.after) > 0)
    .sort((a, b) => compare(plmnOf(a), plmnOf(b)))
    .slice(0, page.limit);
}

export function isPlmn(text: string): boolean {
  return /^\d{5,6}$/.test(text);
}

/** Every PLMN of a country; none for a code that is no country's. */
export function plmnsOf(isoCountry: string): string[] {
  return known.flatMap((network) => (network.country === isoCountry ? [network.plmn] : []));
}

/** PLMN beside country, for a statement that groups by country. */
export const countryOfPlmn: { plmns: string[]; countries: string[] } = {
  plmns: known.flatMap(({ plmn, country }) => (country === null ? [] : [plmn])),
  countries: known.flatMap(({ country }) => country ?? []),
};
