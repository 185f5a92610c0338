import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Cards } from './cards.ts';
import type { Takeover, ToldUsage } from './model.ts';
import type { Source } from './source/client.ts';
import { SourceFault } from './source/fault.ts';
import { readFleet, readNetwork, readPeriod, readProfile, readSim, readUsed } from './source/shapes.ts';
import { listUnread, saveUsage, seeItems } from './sql.ts';

export type Reading = {
  source: Source;
  /** A context of this moment: reading a large account takes an hour. */
  fresh: () => Ctx;
  takeover: Takeover;
  cards: Cards;
  /** Requests under way at a time. */
  lanes: number;
  /** How far it is. */
  say: (progress: ReadingProgress) => void;
  signal: AbortSignal;
};

export type ReadingProgress = { profiles: number; fleets: number; sims: number; usageOf: number };

/** SIMs whose usage is kept together: what is read again after a kill. */
const usageAtOnce = 50;
/** Networks of a profile; every network of the world is two thousand. */
const mostNetworks = 10_000;

/** Which account credentials are of: what its first profile, fleet or SIM says. */
export async function accountOf(source: Source): Promise<string> {
  const first = { PageSize: '1' };
  for await (const [body] of source.pages('/NetworkAccessProfiles', 'network_access_profiles', first)) {
    if (body) return readProfile(body).accountSid;
    break;
  }
  for await (const [body] of source.pages('/Sims', 'sims', first)) {
    if (body) return readSim(body).accountSid;
    break;
  }
  throw new SourceFault(
    `The account at ${source.url} has no network access profile and no SIM: there is nothing to take over.`,
  );
}

/**
 * Reads an account and keeps it, page by page. Killed at any moment, it goes on: lists are read again, they are short; the usage of a
 * SIM, two requests each, is not. SIMs that are new have none, and those that are here already need none.
 */
export async function readAccount(work: Reading): Promise<void> {
  const progress: ReadingProgress = { profiles: 0, fleets: 0, sims: 0, usageOf: 0 };
  const { source, takeover, fresh, cards } = work;
  for await (const page of source.pages('/NetworkAccessProfiles', 'network_access_profiles')) {
    const profiles = await inLanes(work, page, async (body) => {
      const { sid, told } = readProfile(body);
      return { sid, told: { ...told, ...(await networksOf(work, sid)) } };
    });
    await atomically(fresh(), (ctx) => seeItems(ctx, takeover, 'profile', profiles));
    progress.profiles += page.length;
    work.say(progress);
  }
  for await (const page of source.pages('/Fleets', 'fleets')) {
    const fleets = page.map(readFleet);
    await atomically(fresh(), (ctx) => seeItems(ctx, takeover, 'fleet', fleets));
    progress.fleets += page.length;
    work.say(progress);
  }
  for await (const page of source.pages('/Sims', 'sims')) {
    const sims = page.map(readSim).map(({ sid, told }) => ({ sid, told: { ...told, card: cards.of(told.iccid) } }));
    await atomically(fresh(), (ctx) => seeItems(ctx, takeover, 'sim', sims));
    progress.sims += page.length;
    work.say(progress);
  }
  await readUsages(work, progress);
}

async function networksOf({ source }: Reading, sid: string): Promise<{ networks: string[]; unusable: string[] }> {
  const networks = new Set<string>();
  const unusable: string[] = [];
  for await (const page of source.pages(`/NetworkAccessProfiles/${sid}/Networks`, 'networks')) {
    for (const network of page.map(readNetwork)) {
      for (const plmn of network.plmns) networks.add(plmn);
      if (network.plmns.length === 0) unusable.push(network.name);
    }
    if (networks.size > mostNetworks)
      throw new SourceFault(`The profile ${sid} has more than ${mostNetworks} networks.`);
  }
  return { networks: [...networks].sort(), unusable };
}

async function readUsages(work: Reading, progress: ReadingProgress): Promise<void> {
  const { fresh, takeover } = work;
  for (let after = ''; ; ) {
    const unread = await reading(fresh(), (ctx) => listUnread(ctx, takeover, { after, limit: usageAtOnce }));
    const read = await inLanes(work, unread, async ({ sid }) => ({ sid, usage: await usageOf(work, sid) }));
    if (read.length > 0) await atomically(fresh(), (ctx) => saveUsage(ctx, takeover.id, read));
    progress.usageOf += read.length;
    work.say(progress);
    if (unread.length < usageAtOnce) return;
    after = unread.at(-1)!.sid;
  }
}

/**
 * The documented way to know what was used: the billing period, then the usage between its start and its end. What was used in one
 * that is over counts for nothing.
 */
async function usageOf({ source, fresh }: Reading, sid: string): Promise<ToldUsage> {
  let period: ToldUsage['period'] = null;
  for await (const [body] of source.pages(`/Sims/${sid}/BillingPeriods`, 'billing_periods', { PageSize: '1' })) {
    if (body) period = readPeriod(body);
    break;
  }
  if (!period || !isRunning(period, fresh().now)) return { period, usedBytes: '0' };
  const window = { Sim: sid, StartTime: period.startsAt, ...(period.endsAt && { EndTime: period.endsAt }) };
  let used = 0n;
  for await (const page of source.pages('/UsageRecords', 'usage_records', window)) used += readUsed(page);
  return { period, usedBytes: used.toString() };
}

function isRunning({ endsAt }: NonNullable<ToldUsage['period']>, now: Date): boolean {
  return endsAt === null || new Date(endsAt) > now;
}

/** Each of the items, so many at a time, in their order. The first failure ends it, once what is under way has ended. */
async function inLanes<T, R>({ lanes, signal }: Reading, items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      signal.throwIfAborted();
      const at = next++;
      try {
        results[at] = await work(items[at]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, lane));
  const broken = settled.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  return results;
}
