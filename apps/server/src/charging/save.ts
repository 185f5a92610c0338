import { formatAmount } from '@simwright/measure';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { inOneFlight, lastly } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import * as ledger from '../ledger/index.ts';
import * as periods from '../periods/index.ts';
import { insertReviews } from '../pools/index.ts';
import * as usage from '../usage/index.ts';
import type { KnownSim, Memory, Seen } from './memory.ts';
import type { Candidate, Charged, FairUse, Low, PoolCrossing } from './model/decide.ts';
import { asKept } from './updates.ts';

/** Something else moved between our reading and our writing: the whole batch is decided again from a fresh load. */
export class StaleBatch extends Error {
  override name = 'StaleBatch';
  readonly code = '40001';
}

export type Writer = {
  memory: Memory;
  shard: number;
  /** The SIMs that this attempt at a batch works with, for whoever must forget them. */
  found: Map<string, KnownSim>;
};

/** What a save leaves to be remembered: the contra accounts it posted to, and what it saw of the SIMs. */
export type Saved = { contras: Map<string, Id>; seen: Seen | null };

/** Saves what was decided, in a fixed number of statements; throws `StaleBatch` where somebody was faster. */
export async function save(
  ctx: Ctx,
  decided: Charged,
  candidates: Candidate[],
  lines: Map<Id, KnownSim>,
  writer: Writer,
): Promise<Saved> {
  const { activations, records, touched, touchedPools, crossings, unrated, sums } = decided;
  // Made in this database transaction perhaps, and to be remembered only when it has committed.
  const contras = await openContras(ctx, sums, writer.memory);
  if (activations.length > 0) {
    // Lines before periods before ledger accounts: the one lock order, which staff and rollover keep as well.
    const moved = await inventory.moveLifecycle(
      ctx,
      activations.map((a) => ({ lineId: a.lineId, from: 'ready', to: 'active', at: a.at })),
    );
    if (moved.size !== activations.length) throw new StaleBatch('a line left ready meanwhile');
    // The move has raised their versions; charging goes on with the SIMs as they are now.
    for (const { lineId } of activations) {
      const sim = lines.get(lineId)!;
      lines.set(lineId, { ...sim, lifecycle: 'active', version: sim.version + 1n, seenAt: null });
    }
    await periods.savePeriodChanges(ctx, periods.mergeChanges(activations.map((a) => a.changes)));
  }
  let seen: Seen | null = null;
  if (records.length > 0) {
    const batchId = newId(ctx);
    const charged = [...new Set(records.map((record) => lines.get(record.lineId)!))];
    const known = writer.memory.changes.get(ctx.organization.id);
    const doubtful = charged.filter((sim) => sim.seenAt === null || sim.seenAt !== known);
    const [inserted, counted, looked] = await inOneFlight([
      usage.insertRecords(ctx, batchId, records).catch(staleIfThere),
      periods.addUsage(ctx, touched),
      // From the statement before to the commit these periods are ours. Whoever looked at their limits before us looked
      // too early to see this usage, so a limit that was changed for it must be seen here.
      inventory.countUnchanged(ctx, doubtful),
      usage.addToHourly(ctx, records, writer.shard),
      periods.addPoolUsage(ctx, touchedPools),
    ]);
    lastly(ctx, 'ledger', async (ctx) => {
      await postUsage(ctx, batchId, sums, contras);
      await closeWallets(ctx, decided);
    });
    if (inserted !== records.length) throw new StaleBatch('a usage record was there already');
    if (counted !== touched.length) throw new StaleBatch('a period was moved meanwhile');
    const nothingElse = looked.changes === known || doubtful.length === charged.length;
    refuseChanged(doubtful, looked);
    const last = nothingElse ? looked : await inventory.countUnchanged(ctx, charged);
    if (!nothingElse) refuseChanged(charged, last);
    seen = { organizationId: ctx.organization.id, changes: last.changes, sims: nothingElse ? doubtful : charged };
  }
  await keepUnrated(ctx, unrated.filter((u) => u.candidate.inboxId === null).map(inboxRow));
  const retried = candidates.filter((c) => c.inboxId !== null);
  if (retried.length > 0) {
    const reasons = new Map(unrated.map((u) => [u.candidate.inboxId, u.reason]));
    await usage.settleInbox(
      ctx,
      retried.map((c) => {
        const reason = reasons.get(c.inboxId);
        const kept =
          reason === 'impossible_counter' || reason === 'fault' ? ('quarantined' as const) : ('unrated' as const);
        return {
          id: c.inboxId!,
          state: reason ? kept : 'charged',
          reason: reason ?? 'no_period',
          lineId: c.lineId,
          by: ctx.actor.name,
        };
      }),
    );
  }
  await inventory.block(ctx, [
    ...crossings.map((c) => ({
      lineId: c.lineId,
      reason: 'data_limit' as const,
      at: ctx.now,
      detail: { limitBytes: c.limitBytes.toString(), limitFrom: c.limitFrom, usedBytes: c.usedBytes.toString() },
    })),
    ...decided.exhaustions.map((e) => ({
      lineId: e.lineId,
      reason: 'balance' as const,
      at: ctx.now,
      detail: { allowanceBytes: e.allowanceBytes.toString(), usedBytes: e.usedBytes.toString() },
    })),
  ]);
  // Not by reaction: a limit is not to wait for whatever else was told before.
  await insertReviews(
    ctx,
    decided.poolCrossings.map((crossing) => crossing.poolId),
  );
  await emit(ctx, [
    ...decided.poolCrossings.map(poolLimitReached),
    ...decided.fairUses.map(fairUseReached),
    ...decided.lows.map(lowReached),
  ]);
  return { contras, seen };
}

/**
 * What usage has taken from wallets is booked, whatever they held. Lines that drew here on one that stands at its floor now are
 * blocked at once; the wallet's other lines are by reaction, to the one batch that took it there.
 */
async function closeWallets(ctx: Ctx, { wallets, sums }: Charged): Promise<void> {
  if (wallets.size === 0) return;
  const drawn = await ledger.getWallets(ctx, [...wallets.keys()]);
  const took = (id: Id) => sums.get(id)?.amountMicros ?? 0n;
  await ledger.tellLowReached(
    ctx,
    drawn.filter((wallet) => ledger.fellLow(wallet, took(wallet.id))),
  );
  const empty = drawn.filter(ledger.isAtFloor);
  if (empty.length === 0) return;
  await inventory.block(
    ctx,
    empty.flatMap((wallet) =>
      [...wallets.get(wallet.id)!].map((lineId) => ({
        lineId,
        reason: 'balance' as const,
        at: ctx.now,
        detail: {
          remaining: formatAmount(wallet.remainingMicros, wallet.currency),
          floor: formatAmount(wallet.floorMicros, wallet.currency),
          currency: wallet.currency,
        },
      })),
    ),
  );
  const reached = empty.filter((w) => w.remainingMicros + took(w.id) > w.floorMicros);
  await ledger.tellFloorReached(
    ctx,
    reached.map((wallet) => wallet.id),
  );
}

function poolLimitReached({ poolId, poolPeriodId, limitBytes, usedBytes }: PoolCrossing): NewEvent {
  return {
    name: 'pool.limit_reached',
    subject: { type: 'pool', id: poolId },
    data: {
      pool: publicId('pool', poolId),
      period: publicId('pool_period', poolPeriodId),
      limitBytes: limitBytes.toString(),
      usedBytes: usedBytes.toString(),
    },
  };
}

function fairUseReached({ lineId, periodId, fairUseBytes, throttleKbps, usedBytes }: FairUse): NewEvent {
  return {
    name: 'sim.fair_use_reached',
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      period: publicId('period', periodId),
      fairUseBytes: fairUseBytes.toString(),
      usedBytes: usedBytes.toString(),
      throttleKbps,
    },
  };
}

function lowReached({ lineId, periodId, lowBytes, leftBytes }: Low): NewEvent {
  return {
    name: 'sim.low_reached',
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      period: publicId('period', periodId),
      lowBytes: lowBytes.toString(),
      leftBytes: leftBytes.toString(),
    },
  };
}

function refuseChanged(sims: KnownSim[], unchanged: { sims: number; fleets: number }): void {
  if (unchanged.sims === sims.length && unchanged.fleets === inventory.fleetsOf(sims).size) return;
  throw new StaleBatch('a SIM or a data limit was changed meanwhile');
}

/** A usage record that is there already was charged by somebody else since we looked. */
function staleIfThere(error: unknown): never {
  throw (error as { code?: string }).code === '23505' ? new StaleBatch('a usage record was there already') : error;
}

/** What a batch was charged, one transfer per currency with an entry for each payer: unbilled receivable grows, usage revenue is earned. */
async function postUsage(ctx: Ctx, batchId: Id, sums: Charged['sums'], contras: Map<string, Id>): Promise<void> {
  const perCurrency = Map.groupBy(
    [...sums].filter(([, sum]) => sum.amountMicros !== 0n),
    ([, sum]) => sum.currency,
  );
  await inOneFlight(
    [...perCurrency].map(([currency, owed]) =>
      ledger.postFresh(
        ctx,
        { kind: 'usage', key: `usage:${batchId}:${currency}`, contra: contras.get(contraName(ctx, currency))! },
        owed.map(([payer, { amountMicros }]) => ({ payer, amount: amountMicros })),
      ),
    ),
  );
}

function contraName(ctx: Ctx, currency: string): string {
  return `${ctx.organization.id}/${currency}`;
}

/** Usage revenue of each currency of a batch. */
async function openContras(ctx: Ctx, sums: Charged['sums'], memory: Memory): Promise<Map<string, Id>> {
  const contras = new Map<string, Id>();
  for (const currency of new Set([...sums.values()].map((sum) => sum.currency))) {
    const account = { kind: 'usage_revenue' as const, ownerId: ctx.organization.id, currency };
    const name = contraName(ctx, currency);
    const known = memory.contras.get(name);
    const id = known ?? (await ledger.openAccounts(ctx, [account])).get(ledger.accountKey(account));
    assert(id, 'usage revenue has a ledger account');
    contras.set(name, id);
  }
  return contras;
}

function inboxRow({ candidate, reason }: Charged['unrated'][number]): usage.NewInboxRow {
  const { sourceId, sourceKey, lineId, imsi, sessionId, bytesUp, bytesDown, service, units, plmn } = candidate;
  const { occurredAt, receivedAt, raw } = candidate;
  return {
    sourceId,
    sourceKey,
    state: 'unrated',
    reason,
    lineId,
    imsi,
    sessionId,
    bytesUp,
    bytesDown,
    service,
    units,
    plmn,
    occurredAt,
    receivedAt,
    raw: sessionId ? asKept(raw as usage.SessionUpdate) : raw,
  };
}

/** What the network repeats is kept once, and told once. Returns what was not there already. */
export async function keepUnrated(ctx: Ctx, wanted: usage.NewInboxRow[]): Promise<usage.NewInboxRow[]> {
  if (wanted.length === 0) return [];
  const kept = await usage.insertInbox(ctx, wanted);
  await emit(ctx, kept.map(usage.usageUnrated));
  return kept;
}
