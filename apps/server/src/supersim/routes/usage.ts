import { z } from 'zod';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import * as usage from '../../usage/index.ts';
import { type Call, findFleet, findSim, type Routes } from '../call.ts';
import { codes, invalidParameter } from '../errors.ts';
import { listReply } from '../lists.ts';
import { canonicalNetworkSid, countryOfPlmn, findNetwork, networkSid, plmnsOf } from '../networks.ts';
import { readPage, readSlice } from '../paging.ts';
import { oneOf, optional, parse, text } from '../params.ts';
import { type Dimensions, timestamp, usageShape } from '../shapes.ts';
import { sidOf } from '../sids.ts';
import { decideWindow, granularities } from '../usage-window.ts';

const filters = ['Sim', 'Fleet', 'Network', 'IsoCountry', 'Group', 'Granularity', 'StartTime', 'EndTime'] as const;
const given = text.transform((value) => value || undefined).optional();
const Query = z.object({
  Sim: given,
  Fleet: given,
  Network: given,
  IsoCountry: given,
  Group: optional(oneOf(['sim', 'fleet', 'network', 'isoCountry'])),
  Granularity: optional(oneOf(granularities)).transform((granularity) => granularity ?? 'all'),
  StartTime: given,
  EndTime: given,
});
type Query = z.output<typeof Query>;
type Group = NonNullable<Query['Group']>;

const groupBy = { sim: 'line', fleet: 'fleet', network: 'plmn', isoCountry: 'country' } as const;

export function usageRoutes(routes: Routes): void {
  routes.get('/UsageRecords', 'usage.record.view', async (call) => {
    const asked = parse(Query, call.query, codes.usageInvalid);
    const asWritten = decideWindow(
      { start: asked.StartTime, end: asked.EndTime, granularity: asked.Granularity, bySim: asked.Group === 'sim' },
      call.ctx.now,
    );
    const { dimensions, ...only } = await readFilters(call, asked);
    const window = await onPeriods(call, asWritten, asked.Granularity === 'all' ? only.lineIds?.[0] : undefined);
    const query = {
      ...window,
      ...only,
      granularity: asked.Granularity,
      account: { companyId: call.companyId },
      groupBy: asked.Group && groupBy[asked.Group],
      countries: countryOfPlmn,
    };
    const request = readPage(call.query, (key) => readKey(key, window.from) !== null);
    const slice = await readSlice(
      request,
      ({ after, ...page }) =>
        usage.summarize(call.ctx, {
          ...query,
          page: { ...page, after: after === undefined ? undefined : readKey(after, window.from)! },
        }),
      writeKey,
    );
    const records = slice.items.map((bucket) =>
      usageShape(bucket, { ...dimensions, ...grouped(asked.Group, bucket.key) }, call),
    );
    // Left to its default, the window would move on between two pages.
    const pinned = { StartTime: timestamp(window.from), EndTime: timestamp(window.to) };
    const list = { key: 'usage_records', at: '/UsageRecords', filters, pinned };
    return listReply(call, list, request, { ...slice, items: records });
  });
}

type Window = { from: Date; to: Date };

/** Periods of one SIM that are looked through: more than eight years of months. */
const periodsBack = 100;

/**
 * Times on this wire have whole seconds, while a period begins with the record that crosses, at any instant. So a time
 * that a program read off one of the SIM's billing periods means that period's own beginning or end.
 */
async function onPeriods(call: Call, window: Window, simId: Id | undefined): Promise<Window> {
  if (!simId) return window;
  const history = await periods.periodHistory(call.ctx, simId, { limit: periodsBack });
  const meant = (written: Date, instants: (Date | null)[]) =>
    instants.find((at) => at !== null && timestamp(at) === timestamp(written)) ?? written;
  return {
    from: meant(
      window.from,
      history.map((period) => period.startsAt),
    ),
    to: meant(
      window.to,
      history.map((period) => period.endsAt),
    ),
  };
}

type Filters = { lineIds?: Id[]; fleetId?: Id; plmns?: string[]; dimensions: Dimensions };

/** What the query is limited to, and how every record says so. Refuses 83600 for what the account does not have. */
async function readFilters(call: Call, asked: Query): Promise<Filters> {
  const none: Dimensions = { sim_sid: null, fleet_sid: null, network_sid: null, iso_country: null };
  const result: Filters = { dimensions: none };
  if (asked.Sim) {
    const sim = await findSim(call.ctx, call.companyId, asked.Sim);
    if (!sim) throw unknown('Sim', asked.Sim);
    result.lineIds = [sim.id];
    result.dimensions.sim_sid = sidOf('sim', sim.id);
  }
  if (asked.Fleet) {
    const fleet = await findFleet(call.ctx, call.companyId, asked.Fleet);
    if (!fleet) throw unknown('Fleet', asked.Fleet);
    result.fleetId = fleet.id;
    result.dimensions.fleet_sid = sidOf('fleet', fleet.id);
  }
  if (asked.IsoCountry) {
    const country = asked.IsoCountry.toUpperCase();
    if (!/^[A-Z]{2}$/.test(country)) throw unknown('IsoCountry', asked.IsoCountry);
    result.plmns = plmnsOf(country);
    result.dimensions.iso_country = country;
  }
  if (asked.Network) {
    const network = findNetwork(asked.Network);
    if (!network) throw unknown('Network', asked.Network);
    result.plmns = (result.plmns ?? [network.plmn]).filter((plmn) => plmn === network.plmn);
    result.dimensions.network_sid = canonicalNetworkSid(asked.Network);
  }
  return result;
}

function unknown(name: string, value: string) {
  return invalidParameter(name, `Invalid parameter ${name}: ${value} was not found`, codes.usageInvalid);
}

/** The dimension that a group adds; null where the usage itself does not know it. */
function grouped(group: Group | undefined, key: string): Partial<Dimensions> {
  switch (group) {
    case undefined:
      return {};
    case 'sim':
      return { sim_sid: sidOf('sim', key) };
    case 'fleet':
      return { fleet_sid: key === '' ? null : sidOf('fleet', key) };
    case 'network':
      return { network_sid: key === '' ? null : networkSid(key) };
    case 'isoCountry':
      return { iso_country: key === '' ? null : key };
  }
}

type Key = Pick<usage.UsageBucket, 'startsAt' | 'key'>;

function writeKey({ startsAt, key }: Key): string {
  return `${startsAt.toISOString()} ${key}`;
}

/** @param from a token of another window is not one of this list. */
function readKey(text: string, from: Date): Key | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9A-Za-z-]{0,36})$/.exec(text);
  const startsAt = match && new Date(match[1]!);
  if (!startsAt || Number.isNaN(startsAt.getTime()) || startsAt < from) return null;
  return { startsAt, key: match[2]! };
}
