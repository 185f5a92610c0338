import { createHash } from 'node:crypto';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { fromHex, type Id, newId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as ledger from '../ledger/index.ts';
import * as periods from '../periods/index.ts';
import * as usage from '../usage/index.ts';
import { type Candidate, type Charged, decideCharges, type World } from './model/decide.ts';

/** Something else moved between our reading and our writing: the whole batch is decided again from a fresh load. */
export class StaleBatch extends Error {
  override name = 'StaleBatch';
  readonly code = '40001';
}

export type BatchResult = { records: number; unrated: number; blocked: Id[]; lineIds: Id[] };

/** Plan versions never change, so the writer may keep them; the number is bounded. */
export type VersionCache = Map<Id, catalog.PlanVersion>;
const versionsKept = 10_000;

/**
 * Stores and charges session updates of one organization in the caller's database transaction: a fixed number of
 * statements, whatever the size of the batch. When this commits, every update given is durable, charged or in the inbox.
 */
export async function chargeUpdates(
  ctx: Ctx,
  updates: usage.SessionUpdate[],
  cache: VersionCache,
): Promise<BatchResult> {
  const known = await usage.findSessions(
    ctx,
    updates.map((u) => ({ nasId: u.nasId, sessionKey: u.sessionKey })),
  );
  const lines = await findLines(ctx, updates, []);
  const byImsi = new Map([...lines.values()].map((sim) => [`${sim.telecomId}/${sim.imsi}`, sim]));
  const current = new Map(known.map((s) => [`${s.nasId}/${s.sessionKey}`, s]));
  const changed = new Map<string, usage.Session>();
  const candidates: Candidate[] = [];
  const impossible: usage.NewInboxRow[] = [];
  const started: usage.Session[] = [];
  const ended: usage.Session[] = [];
  const imeis = new Map<Id, string>();

  for (const update of updates) {
    const key = `${update.nasId}/${update.sessionKey}`;
    const line = update.imsi ? byImsi.get(`${update.telecomId}/${update.imsi}`) : undefined;
    const { at, problem } = usage.occurrence(update.eventTime, update.receivedAt);
    const advance = usage.advanceSession(
      current.get(key) ?? null,
      { ...update, eventTime: believedTime(update, problem, current.get(key)) },
      () => newId(ctx),
    );
    if (advance.kind === 'impossible') {
      impossible.push(quarantined(update, line?.id ?? null, 'impossible_counter'));
      continue;
    }
    const session = { ...advance.session, lineId: line?.id ?? advance.session.lineId };
    current.set(key, session);
    changed.set(key, session);
    if (advance.started) started.push(session);
    if (advance.ended) ended.push(session);
    if (line && update.imei && update.imei !== line.imei) imeis.set(line.id, update.imei);
    if (advance.up + advance.down === 0n) continue;
    candidates.push({
      inboxId: null,
      lineId: session.lineId,
      imsi: update.imsi,
      problem,
      sourceId: update.nasId,
      sourceKey: digest(session.id, session.epoch, session.upTotal, session.downTotal),
      sessionId: session.id,
      bytesUp: advance.up,
      bytesDown: advance.down,
      plmn: session.plmn ?? '',
      occurredAt: at,
      receivedAt: update.receivedAt,
      raw: update,
    });
  }

  const saved = await usage.saveSessions(ctx, [...changed.values()], new Set(known.map((s) => s.id)));
  if (saved !== changed.size) throw new StaleBatch('a session was moved meanwhile');
  if (imeis.size > 0) {
    await inventory.noteImei(
      ctx,
      [...imeis].map(([lineId, imei]) => ({ lineId, imei })),
    );
  }
  await emit(ctx, [...started.flatMap(usage.sessionStarted), ...ended.flatMap(usage.sessionEnded)]);
  await keepUnrated(ctx, impossible);
  const result = await chargeCandidates(ctx, candidates, lines, cache);
  return {
    ...result,
    unrated: result.unrated + impossible.length,
    lineIds: [...new Set([...changed.values()].flatMap((s) => s.lineId ?? []))],
  };
}

/** A time nobody can believe must not become a session's own, nor make a repeat look like news. */
function believedTime(update: usage.SessionUpdate, problem: string | null, session: usage.Session | undefined): Date {
  if (problem === null || (problem === 'time_in_past' && session)) return update.eventTime;
  return session?.lastEventAt ?? update.receivedAt;
}

/** Takes usage that waits in the inbox once more. What still cannot be charged goes back with its reason of today. */
export async function chargeInbox(ctx: Ctx, limit: number, cache: VersionCache): Promise<number> {
  const waiting = await usage.takeWaiting(ctx, limit);
  if (waiting.length === 0) return 0;
  const sourceTelecom = (row: usage.InboxRow) => (row.raw as { telecomId?: Id }).telecomId ?? null;
  const lines = await findLines(
    ctx,
    waiting.flatMap((row) => {
      const telecomId = sourceTelecom(row);
      return telecomId && row.imsi ? [{ telecomId, imsi: row.imsi }] : [];
    }),
    waiting.flatMap((row) => row.lineId ?? []),
  );
  const byImsi = new Map([...lines.values()].map((sim) => [`${sim.telecomId}/${sim.imsi}`, sim]));
  const candidates = waiting.map((row): Candidate => {
    const line = row.lineId ? lines.get(row.lineId) : byImsi.get(`${sourceTelecom(row)}/${row.imsi}`);
    return {
      inboxId: row.id,
      lineId: line?.id ?? row.lineId,
      imsi: row.imsi,
      // Counters that cannot be true and times that cannot be believed do not become so by trying again.
      problem: ['impossible_counter', 'fault', 'time_in_future', 'time_in_past'].includes(row.reason)
        ? row.reason
        : null,
      sourceId: row.sourceId,
      sourceKey: row.sourceKey,
      sessionId: row.sessionId,
      bytesUp: row.bytesUp,
      bytesDown: row.bytesDown,
      plmn: row.plmn,
      occurredAt: row.occurredAt,
      receivedAt: row.receivedAt,
      raw: row.raw,
    };
  });
  await chargeCandidates(ctx, candidates, lines, cache);
  return waiting.length;
}

async function chargeCandidates(
  ctx: Ctx,
  candidates: Candidate[],
  lines: Map<Id, inventory.ChargedSim>,
  cache: VersionCache,
): Promise<BatchResult> {
  const none: BatchResult = { records: 0, unrated: 0, blocked: [], lineIds: [] };
  if (candidates.length === 0) return none;
  const world = await loadWorld(ctx, candidates, lines, cache);
  const decided = decideCharges(candidates, world);
  const { deferred } = decided;
  await save(ctx, decided, deferred.length > 0 ? candidates.filter((c) => !deferred.includes(c)) : candidates, lines);
  // A line becomes active once, so this goes no deeper.
  const rest = await chargeCandidates(ctx, deferred, lines, cache);
  return {
    records: decided.records.length + rest.records,
    unrated: decided.unrated.length + rest.unrated,
    blocked: [...decided.crossings.map((c) => c.lineId), ...rest.blocked],
    lineIds: [...decided.records.map((r) => r.lineId), ...rest.lineIds],
  };
}

async function loadWorld(
  ctx: Ctx,
  candidates: Candidate[],
  lines: Map<Id, inventory.ChargedSim>,
  cache: VersionCache,
): Promise<World> {
  const moments = candidates.flatMap((c) => (c.lineId && !c.problem ? [{ lineId: c.lineId, at: c.occurredAt }] : []));
  let found = await periods.listPeriodsAt(ctx, moments);
  const due = found.filter((p) => p.state === 'open' && p.endsAt !== null && p.endsAt <= ctx.now);
  for (let round = 0; due.length > 0 && round < catchUpBound; round++) {
    // The clock has passed a boundary that rollover has not reached yet: cross it first, so that the period exists.
    const rolled = await periods.rollDue(
      ctx,
      due.length,
      due.map((p) => p.lineId),
    );
    found = await periods.listPeriodsAt(ctx, moments);
    due.splice(0, due.length, ...found.filter((p) => p.state === 'open' && p.endsAt !== null && p.endsAt <= ctx.now));
    if (rolled === 0 && due.length > 0) throw new StaleBatch('another worker rolls these periods right now');
  }
  await keepVersions(ctx, found, cache);
  const afterReady = found.filter(
    (p) => p.kind === 'ready' && p.state === 'closed' && cache.get(p.planVersionId)?.type !== 'super_sim',
  );
  if (afterReady.length > 0) {
    const more = await periods.listPeriodsAt(
      ctx,
      afterReady.map((p) => ({ lineId: p.lineId, at: p.endsAt! })),
    );
    const have = new Set(found.map((p) => p.id));
    found = [...found, ...more.filter((p) => !have.has(p.id))];
    await keepVersions(ctx, more, cache);
  }
  const ready = new Set(found.filter((p) => p.kind === 'ready' && p.state === 'open').map((p) => p.lineId));
  const billed = await periods.billedLines(
    ctx,
    [...lines.values()].filter((sim) => ready.has(sim.id)),
  );
  // A plan that was assigned after the ready period began: the active one will be on it.
  for (const { version } of billed.values()) if (version) cache.set(version.id, version);
  return { lines, billed, periods: found, versions: cache, newId: () => newId(ctx) };
}

async function keepVersions(ctx: Ctx, found: periods.Period[], cache: VersionCache): Promise<void> {
  if (cache.size > versionsKept) cache.clear();
  const missing = [...new Set(found.map((p) => p.planVersionId))].filter((id) => !cache.has(id));
  for (const [id, version] of await catalog.getVersions(ctx, missing)) cache.set(id, version);
}

/** Periods caught up for one line inside a batch: a hundred years of months. The rest waits for the rollover. */
const catchUpBound = 1200;

async function save(
  ctx: Ctx,
  decided: Charged,
  candidates: Candidate[],
  lines: Map<Id, inventory.ChargedSim>,
): Promise<void> {
  const { activations, records, touched, crossings, unrated, sums } = decided;
  if (activations.length > 0) {
    // Lines before periods before ledger accounts: the one lock order, which staff and rollover keep as well.
    const moved = await inventory.moveLifecycle(
      ctx,
      activations.map((a) => ({ lineId: a.lineId, from: 'ready', to: 'active', at: a.at })),
    );
    if (moved.size !== activations.length) throw new StaleBatch('a line left ready meanwhile');
    await periods.savePeriodChanges(ctx, periods.mergeChanges(activations.map((a) => a.changes)));
  }
  if (records.length > 0) {
    const batchId = newId(ctx);
    const inserted = await usage.insertRecords(ctx, batchId, records);
    if (inserted !== records.length) throw new StaleBatch('a usage record was there already');
    const counted = await periods.addUsage(ctx, touched);
    if (counted !== touched.length) throw new StaleBatch('a period was moved meanwhile');
    // From here to the commit these periods are ours. Whoever looked at their limits before us looked too early to see
    // this usage, so a limit that was changed for it must be seen here.
    const charged = [...new Set(records.map((record) => lines.get(record.lineId)!))];
    const same = await inventory.countWithSameLimits(ctx, charged);
    if (same !== charged.length) throw new StaleBatch('a data limit was changed meanwhile');
    await usage.addToHourly(ctx, records);
    await postUsage(ctx, batchId, sums);
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
  await inventory.block(
    ctx,
    crossings.map((c) => ({
      lineId: c.lineId,
      reason: 'data_limit',
      at: ctx.now,
      detail: { limitBytes: c.limitBytes.toString(), limitFrom: c.limitFrom, usedBytes: c.usedBytes.toString() },
    })),
  );
}

/** What a batch was charged, one transfer per payer: unbilled receivable grows, usage revenue is earned. */
async function postUsage(ctx: Ctx, batchId: Id, sums: Charged['sums']): Promise<void> {
  const owed = [...sums].filter(([, sum]) => sum.amountMicros !== 0n);
  if (owed.length === 0) return;
  const revenueOf = (currency: string) => ({ kind: 'usage_revenue' as const, ownerId: ctx.organization.id, currency });
  const accounts = await ledger.openAccounts(
    ctx,
    owed.map(([, sum]) => revenueOf(sum.currency)),
  );
  await ledger.post(
    ctx,
    owed.map(([payerId, { amountMicros, currency }]) => {
      const revenue = accounts.get(ledger.accountKey(revenueOf(currency)));
      assert(revenue, 'usage revenue has a ledger account');
      return {
        key: `usage:${batchId}:${payerId}`,
        kind: 'usage',
        at: ctx.now,
        to: payerId,
        from: revenue,
        amountMicros,
      };
    }),
  );
}

async function findLines(
  ctx: Ctx,
  wanted: { telecomId: Id; imsi: string | null }[],
  ids: Id[],
): Promise<Map<Id, inventory.ChargedSim>> {
  const distinct = new Map(
    wanted.flatMap((w) => (w.imsi ? [[`${w.telecomId}/${w.imsi}`, { telecomId: w.telecomId, imsi: w.imsi }]] : [])),
  );
  const sims = await inventory.findChargedSims(ctx, [...distinct.values()], ids);
  return new Map(sims.map((sim) => [sim.id, sim]));
}

function inboxRow({ candidate, reason }: Charged['unrated'][number]): usage.NewInboxRow {
  const { sourceId, sourceKey, lineId, imsi, sessionId, bytesUp, bytesDown, plmn, occurredAt, receivedAt, raw } =
    candidate;
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
    plmn,
    occurredAt,
    receivedAt,
    raw,
  };
}

// The largest number of bytes that our API writes.
const largestKept = 10n ** 18n - 1n;

/** Sets an update aside that trips our own program: kept with its counters, so that it neither is lost nor stops others. */
export async function quarantine(ctx: Ctx, update: usage.SessionUpdate): Promise<void> {
  await keepUnrated(ctx, [quarantined(update, null, 'fault')]);
}

/** What the network repeats is kept once, and told once. */
async function keepUnrated(ctx: Ctx, wanted: usage.NewInboxRow[]): Promise<void> {
  if (wanted.length === 0) return;
  await emit(ctx, (await usage.insertInbox(ctx, wanted)).map(usage.usageUnrated));
}

function quarantined(update: usage.SessionUpdate, lineId: Id | null, reason: usage.UnratedReason): usage.NewInboxRow {
  return {
    sourceId: update.nasId,
    sourceKey: digest(update.nasId, update.sessionKey, update.up, update.down),
    state: 'quarantined',
    reason,
    lineId,
    imsi: update.imsi,
    sessionId: null,
    // The counter as it came stands in `raw`; the columns hold what fits.
    bytesUp: update.up > largestKept ? largestKept : update.up,
    bytesDown: update.down > largestKept ? largestKept : update.down,
    plmn: update.plmn ?? '',
    occurredAt: update.receivedAt,
    receivedAt: update.receivedAt,
    raw: update,
  };
}

/** 128 bits that name a state of counters: the same counters always give the same key. */
function digest(...parts: (string | number | bigint)[]): Id {
  return fromHex(createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 32));
}
