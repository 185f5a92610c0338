import { createHash } from 'node:crypto';
import mobileNetworks from 'mcc-mnc-list';

/** A mobile network as this API lists it: one PLMN (ITU-T E.212: country and network code). */
export type Network = {
  sid: string;
  plmn: string;
  mcc: string;
  mnc: string;
  name: string;
  /** ISO 3166-1 alpha-2; null for test networks and those that belong to no country (satellite, ships, aircraft). */
  country: string | null;
};

type Row = ReturnType<typeof mobileNetworks.all>[number];

/** `HW` and a digest of the PLMN: the same on every instance and for ever, also for a PLMN the list does not know. */
export function networkSid(plmn: string): string {
  return `HW${createHash('sha256').update(`plmn:${plmn}`).digest('hex').slice(0, 32)}`;
}

const byPlmn = new Map<string, Network>(
  [...groupRows()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([plmn, rows]) => [plmn, networkOf(plmn, rows)]),
);
const bySid = new Map([...byPlmn.values()].map((network) => [network.sid, network]));

/** Some rows stand for a range, or for a code nobody knows: those are not networks. */
function groupRows(): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of mobileNetworks.all()) {
    if (!/^\d{3}$/.test(row.mcc ?? '') || !/^\d{2,3}$/.test(row.mnc ?? '')) continue;
    const plmn = row.mcc + row.mnc;
    groups.set(plmn, [...(groups.get(plmn) ?? []), row]);
  }
  return groups;
}

/** A PLMN listed for several territories is shown under the first one where it operates. */
function networkOf(plmn: string, rows: Row[]): Network {
  const row = rows.find(({ status }) => status === 'Operational') ?? rows[0]!;
  return {
    sid: networkSid(plmn),
    plmn,
    mcc: row.mcc,
    mnc: row.mnc,
    name: row.brand || row.operator || plmn,
    // `BL/GF/GP/MF/MQ` and `GE-AB`: territories that share a code, and a part of a country.
    country: /^[A-Z]{2}/.exec(row.countryCode ?? '')?.[0] ?? null,
  };
}

/** A network's SID as we write it; null when the text is none. */
export function canonicalNetworkSid(text: string): string | null {
  return /^HW[0-9a-fA-F]{32}$/.test(text) ? `HW${text.slice(2).toLowerCase()}` : null;
}

export function findNetwork(sid: string): Network | null {
  return bySid.get(canonicalNetworkSid(sid) ?? '') ?? null;
}

export function networkOfPlmn(plmn: string): Network {
  return (
    byPlmn.get(plmn) ?? {
      sid: networkSid(plmn),
      plmn,
      mcc: plmn.slice(0, 3),
      mnc: plmn.slice(3),
      name: plmn,
      country: null,
    }
  );
}

export type NetworkFilter = { isoCountry?: string; mcc?: string; mnc?: string };

/** The networks that match, by PLMN. */
export function listNetworks(
  filter: NetworkFilter,
  page: { after?: string; limit: number; newestFirst: boolean },
): Network[] {
  const country = filter.isoCountry?.toUpperCase();
  const found = [...byPlmn.values()].filter(
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
  return [...byPlmn.values()].flatMap((network) => (network.country === isoCountry ? [network.plmn] : []));
}

/** PLMN beside country, for a statement that groups by country. */
export const countryOfPlmn: { plmns: string[]; countries: string[] } = {
  plmns: [...byPlmn.values()].flatMap(({ plmn, country }) => (country === null ? [] : [plmn])),
  countries: [...byPlmn.values()].flatMap(({ country }) => country ?? []),
};
