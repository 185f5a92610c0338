import mobileNetworks from 'mcc-mnc-list';

/** A mobile network: one PLMN (ITU-T E.212, a mobile country code and a network code) and what people call it. */
export type Network = {
  plmn: string;
  mcc: string;
  mnc: string;
  name: string;
  /** ISO 3166-1 alpha-2; null for test networks and those that belong to no country (satellites, ships, aircraft). */
  country: string | null;
};

type Row = ReturnType<typeof mobileNetworks.all>[number];

/** The country with the most networks of each mobile country code: of 310 the United States, not Guam. */
const mainCountry = new Map(
  [...Map.groupBy(mobileNetworks.all(), (row) => row.mcc)].map(([mcc, rows]) => {
    const sizes = [...Map.groupBy(rows, (row) => row.countryCode)].map(([code, of]) => ({ code, size: of.length }));
    return [mcc, sizes.reduce((largest, next) => (next.size > largest.size ? next : largest)).code];
  }),
);

/** In the order of PLMNs. */
const known: readonly Network[] = [...rowsByPlmn()].sort(([a], [b]) => (a < b ? -1 : 1)).map(toNetwork);
const byPlmn = new Map(known.map((network) => [network.plmn, network]));

/** Rows that stand for a range of codes, or for one that nobody knows, are not networks. */
function rowsByPlmn(): Map<string, Row[]> {
  const coded = mobileNetworks.all().filter((row) => /^\d{3}$/.test(row.mcc ?? '') && /^\d{2,3}$/.test(row.mnc ?? ''));
  return Map.groupBy(coded, (row) => row.mcc + row.mnc);
}

/** A PLMN listed for several territories is shown under the main country of its code, if it operates there. */
function toNetwork([plmn, rows]: [string, Row[]]): Network {
  const operating = rows.filter(({ status }) => status === 'Operational');
  const candidates = operating.length > 0 ? operating : rows;
  const row = candidates.find(({ mcc, countryCode }) => countryCode === mainCountry.get(mcc)) ?? candidates[0]!;
  return {
    plmn,
    mcc: row.mcc,
    mnc: row.mnc,
    name: row.brand || row.operator || plmn,
    country: countryIn(row.countryCode),
  };
}

/** `BL/GF/GP/MF/MQ` and `GE-AB`: territories that share a code, and a part of a country. */
function countryIn(code: string | null | undefined): string | null {
  return /^[A-Z]{2}/.exec(code ?? '')?.[0] ?? null;
}

/** The network behind a PLMN; one that the list does not know is called by its digits. */
export function networkOf(plmn: string): Network {
  return byPlmn.get(plmn) ?? { plmn, mcc: plmn.slice(0, 3), mnc: plmn.slice(3), name: plmn, country: null };
}

export function isKnownNetwork(plmn: string): boolean {
  return byPlmn.has(plmn);
}

const countryByPlmn = new Map(known.map(({ plmn, country }) => [plmn, country]));
const countryByMcc = new Map([...mainCountry].map(([mcc, code]) => [mcc, countryIn(code)]));

/**
 * The country (ISO 3166-1 alpha-2) that a network works in; a network which the list does not know is in the main
 * country of its code. Null: a test network, or one at sea, in the air or in orbit. Two look-ups, for every record.
 */
export function countryOfPlmn(plmn: string): string | null {
  return countryByPlmn.get(plmn) ?? countryByMcc.get(plmn.slice(0, 3)) ?? null;
}

/** Networks in the order of PLMNs, from `after` on; `search` finds a part of the name or the beginning of the PLMN. */
export function listNetworks(
  filter: { search?: string; country?: string },
  page: { after?: string; limit: number },
): Network[] {
  const needle = filter.search?.trim().toLowerCase();
  return known
    .filter(
      ({ plmn, name, country }) =>
        (page.after === undefined || plmn > page.after) &&
        (filter.country === undefined || country === filter.country) &&
        (!needle || plmn.startsWith(needle) || name.toLowerCase().includes(needle)),
    )
    .slice(0, page.limit);
}

const countries = new Intl.DisplayNames(['en'], { type: 'region' });

/** `DE` → `Germany`. */
export function countryName(country: string): string {
  return countries.of(country) ?? country;
}

/** A country of the list, with its country codes (E.212) and how many networks it has. */
export type Country = { code: string; name: string; mccs: string[]; networks: number };

const listed: readonly Country[] = [...Map.groupBy(known, ({ country }) => country)]
  .flatMap(([code, networks]) => {
    const mccs = [...new Set(networks.map((network) => network.mcc))];
    return code === null ? [] : [{ code, name: countryName(code), mccs, networks: networks.length }];
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const codes = new Set(listed.map(({ code }) => code));

/** Countries with a mobile network, by name; `search` finds a part of the name, the code, or a country code of networks. */
export function listCountries(search = ''): readonly Country[] {
  const needle = search.trim().toLowerCase();
  return listed.filter(
    ({ code, name, mccs }) =>
      name.toLowerCase().includes(needle) || code.toLowerCase() === needle || mccs.includes(needle),
  );
}

export function isCountry(code: string): boolean {
  return codes.has(code);
}
