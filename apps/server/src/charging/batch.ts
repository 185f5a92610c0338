import * as catalog from '../catalog/index.ts';
import * as connections from '../connections/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { inOneFlight } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as periods from '../periods/index.ts';
import * as usage from '../usage/index.ts';
import type { Arrival } from './arrivals.ts';
import { connectionsOf, tellFailed } from './connections.ts';
import {
  emptyMemory,
  type KnownSim,
  type Learned,
  type LineName,
  lineName,
  type Memory,
  type NamedUpdate,
  type Seen,
  sharedPeriod,
  sharedSim,
} from './memory.ts';
import { type Candidate, type Charged, decideCharges, type World } from './model/decide.ts';
import { candidateOf, type ReceivedRecord, type RecordOutcome, sortClaims } from './records.ts';
import { bookRestatements, type Restatement, type RestatementOutcome, setAside } from './restatements.ts';
import { keepUnrated, StaleBatch, save, type Writer } from './save.ts';
import { advance, findSessions, quarantined } from './updates.ts';

/** What one database transaction of a shard's writer takes in. */
export type Batch = { updates: NamedUpdate[]; records: ReceivedRecord[]; restatements: Restatement[] };

export type BatchResult = {
  records: number;
  unrated: number;
  blocked: Id[];
  lineIds: Id[];
  /** One for each record, in the order given. */
  outcomes: RecordOutcome[];
  /** One for each total of a day, in the order given. */
  restated: RestatementOutcome[];
};

/**
 * Stores and charges what arrived for one organization in the caller's database transaction: a fixed number of
 * statements, whatever the size of the batch. When this commits, everything given is durable, charged or in the inbox;
 * what was learned may then be remembered.
 */
export async function chargeBatch(
  ctx: Ctx,
  { updates, records, restatements }: Batch,
  writer: Writer,
): Promise<BatchResult & { learned: Learned }> {
  const { memory } = writer;
  const claims = await sortClaims(ctx, records);
  const known = await findSessions(ctx, updates, memory);
  const named = new Map<string, LineName>();
  for (const { update, session, line } of updates) {
    if (line) {
      if (!named.has(line)) named.set(line, { telecomId: update.telecomId, imsi: update.imsi! });
      continue;
    }
    // An update without an IMSI belongs to the line that its session was opened with.
    const lineId = known.get(session)?.lineId;
    if (lineId) named.set(lineId, { simId: lineId });
  }
  for (const { line } of [...claims.fresh, ...restatements]) named.set(lineName(ctx.organization.id, line), line);
  const byName = await findLines(ctx, named, memory);
  writer.found = byName;
  const lines = new Map<Id, KnownSim>();
  for (const sim of byName.values()) lines.set(sim.id, sim);

  const advanced = advance(ctx, updates, known, byName);
  const candidates = [...advanced.candidates, ...claims.fresh.map((record) => candidateOf(ctx, record, byName))];
  // One flight: the connection sends these statements one behind the other, and nobody waits in between.
  const [sessions, , first] = await inOneFlight([
    usage.saveSessions(ctx, advanced.sessions),
    noteImeis(ctx, advanced.imeis),
    chargeCandidates(ctx, candidates, lines, writer),
  ]);
  if (sessions !== advanced.sessions.length) throw new StaleBatch('a session was moved meanwhile');
  await emit(ctx, [...advanced.started.flatMap(usage.sessionStarted), ...advanced.ended.flatMap(usage.sessionEnded)]);
  await tellFailed(ctx, await keepUnrated(ctx, advanced.impossible));
  connections.tell(ctx, connectionsOf(advanced.moves));
  const outcomes = await claims.settle(ctx, first.outcomes);
  // Totals of days come last: what else came with them is a part of what is booked.
  let charged = first;
  const nowhere = { ...writer, memory: emptyMemory(0) };
  const restated = await bookRestatements(ctx, restatements, byName, async (ctx, candidates) => {
    const more = await chargeCandidates(ctx, candidates, lines, nowhere);
    charged = both(charged, more);
    return more.outcomes;
  });
  return {
    records: charged.records,
    unrated: charged.unrated + advanced.impossible.length,
    blocked: charged.blocked,
    lineIds: [...new Set([...advanced.sessions.flatMap((s) => s.after.lineId ?? []), ...charged.lineIds])],
    outcomes,
    restated,
    learned: {
      sessions: advanced.sessions.map((change) => [change.name, afterSave(change)]),
      // One that became active is another SIM now; it is read when it is needed next. The IMSI of an archived one may be
      // given to another.
      lines: [...byName].filter(
        ([, sim]) => sim.seenAt === null && lines.get(sim.id) === sim && sim.lifecycle !== 'archived',
      ),
      periods: charged.periods,
      contras: charged.contras,
      seen: charged.seen,
    },
  };
}

async function noteImeis(ctx: Ctx, imeis: Map<Id, string>): Promise<void> {
  if (imeis.size === 0) return;
  await inventory.noteImei(
    ctx,
    [...imeis].map(([lineId, imei]) => ({ lineId, imei })),
  );
}

/** The SIMs that usage names, remembered or read. */
async function findLines(ctx: Ctx, named: Map<string, LineName>, memory: Memory): Promise<Map<string, KnownSim>> {
  const found = new Map<string, KnownSim>();
  const missing: LineName[] = [];
  for (const [name, line] of named) {
    const known = memory.lines.get(name);
    if (known) found.set(name, known);
    else missing.push(line);
  }
  if (missing.length === 0) return found;
  const read = await inventory.findChargedSims(ctx, {
    imsis: missing.filter((name) => 'imsi' in name),
    iccids: missing.flatMap((name) => ('iccid' in name ? name.iccid : [])),
    ids: missing.flatMap((name) => ('simId' in name ? name.simId : [])),
  });
  const asked = new Set(missing.map((name) => lineName(ctx.organization.id, name)));
  for (const sim of read) {
    const known = sharedSim(memory, sim);
    const names: LineName[] = [{ iccid: sim.iccid }, { simId: sim.id }];
    if (sim.imsi) names.push({ telecomId: sim.telecomId, imsi: sim.imsi });
    for (const name of names.map((n) => lineName(ctx.organization.id, n))) if (asked.has(name)) found.set(name, known);
  }
  return found;
}

/** Takes usage that waits in the inbox once more. What still cannot be charged goes back with its reason of today. */
export async function chargeInbox(ctx: Ctx, limit: number, writer: Writer): Promise<number> {
  const waiting = await usage.takeWaiting(ctx, limit);
  if (waiting.length === 0) return 0;
  const named = new Map<string, LineName>();
  const nameOf = (row: usage.InboxRow): LineName | null => {
    if (row.lineId) return { simId: row.lineId };
    const { telecomId, line } = row.raw as { telecomId?: Id; line?: LineName };
    if (line) return line;
    return telecomId && row.imsi ? { telecomId, imsi: row.imsi } : null;
  };
  for (const row of waiting) {
    const name = nameOf(row);
    if (name) named.set(lineName(ctx.organization.id, name), name);
  }
  // What waited this long is not remembered: its lines may belong to another writer.
  const nowhere = { ...writer, memory: emptyMemory(0) };
  const byName = await findLines(ctx, named, nowhere.memory);
  const lines = new Map([...byName.values()].map((sim) => [sim.id, sim]));
  const candidates = waiting.map((row): Candidate => {
    const name = nameOf(row);
    const line = name ? byName.get(lineName(ctx.organization.id, name)) : undefined;
    return {
      inboxId: row.id,
      lineId: line?.id ?? row.lineId,
      imsi: row.imsi,
      // Counters that cannot be true and times that cannot be believed do not become so by trying again.
      problem: (row.placed ? neverTrue : neverTruer).includes(row.reason) ? row.reason : null,
      placed: row.placed,
      sourceId: row.sourceId,
      sourceKey: row.sourceKey,
      sessionId: row.sessionId,
      bytesUp: row.bytesUp,
      bytesDown: row.bytesDown,
      service: row.service,
      units: row.units,
      plmn: row.plmn,
      occurredAt: row.occurredAt,
      receivedAt: row.receivedAt,
      raw: row.raw,
      claim: null,
    };
  });
  await chargeCandidates(ctx, candidates, lines, nowhere);
  return waiting.length;
}

/** What does not become true by trying again; whoever places usage says that its time does not matter. */
const neverTrue: usage.UnratedReason[] = ['impossible_counter', 'fault'];
const neverTruer: usage.UnratedReason[] = [...neverTrue, 'time_in_future', 'time_in_past'];

type ChargedNow = Omit<BatchResult, 'outcomes' | 'restated'> & {
  /** What became of what was handed in, and not told by a session. */
  outcomes: Map<Candidate, usage.ClaimOutcome>;
  /** Open periods as they are after the batch. */
  periods: periods.Period[];
  contras: Map<string, Id>;
  seen: Seen | null;
};

async function chargeCandidates(
  ctx: Ctx,
  candidates: Candidate[],
  lines: Map<Id, KnownSim>,
  writer: Writer,
): Promise<ChargedNow> {
  if (candidates.length === 0) return nothingCharged();
  const decided = decideCharges(candidates, await loadWorld(ctx, candidates, lines, writer.memory));
  const { deferred } = decided;
  const { contras, seen } = await save(
    ctx,
    decided,
    deferred.length > 0 ? candidates.filter((c) => !deferred.includes(c)) : candidates,
    lines,
    writer,
  );
  // A line becomes active once, so this goes no deeper.
  const rest = deferred.length === 0 ? nothingCharged() : await chargeCandidates(ctx, deferred, lines, writer);
  const charged: ChargedNow = {
    records: decided.records.length,
    unrated: decided.unrated.length,
    blocked: decided.crossings.map((c) => c.lineId),
    lineIds: decided.records.map((r) => r.lineId),
    outcomes: outcomesOf(decided),
    periods: decided.touched.filter(isRunning).map(raised),
    contras,
    seen,
  };
  return deferred.length === 0 ? charged : { ...both(charged, rest), periods: [], seen: rest.seen };
}

function nothingCharged(): ChargedNow {
  return {
    records: 0,
    unrated: 0,
    blocked: [],
    lineIds: [],
    outcomes: new Map(),
    periods: [],
    contras: new Map(),
    seen: null,
  };
}

/** What two steps of one batch did; the later one has the periods of its lines as they are now. */
function both(earlier: ChargedNow, later: ChargedNow): ChargedNow {
  const again = new Set(later.lineIds);
  return {
    records: earlier.records + later.records,
    unrated: earlier.unrated + later.unrated,
    blocked: [...earlier.blocked, ...later.blocked],
    lineIds: [...earlier.lineIds, ...later.lineIds],
    outcomes: new Map([...earlier.outcomes, ...later.outcomes]),
    periods: [...earlier.periods.filter((period) => !again.has(period.lineId)), ...later.periods],
    contras: new Map([...earlier.contras, ...later.contras]),
    seen: later.seen ?? earlier.seen,
  };
}

/** The session as it stands now: the update has raised its version. It is ours alone, so nothing is copied. */
function afterSave({ before, after }: usage.SessionChange): usage.Session {
  if (before) after.version += 1n;
  return after;
}

function raised(period: periods.Period): periods.Period {
  period.version += 1n;
  return period;
}

function isRunning(period: periods.Period): boolean {
  return period.kind === 'active' && period.state === 'open';
}

function outcomesOf({ charged, records, unrated }: Charged): Map<Candidate, usage.ClaimOutcome> {
  const outcomes = new Map<Candidate, usage.ClaimOutcome>();
  for (const [i, candidate] of charged.entries()) {
    if (!wasHandedIn(candidate)) continue;
    const { lineId, periodId, chargeMicros } = records[i]!;
    outcomes.set(candidate, { outcome: 'charged', lineId, periodId, chargeMicros });
  }
  for (const { candidate, reason } of unrated)
    if (wasHandedIn(candidate)) outcomes.set(candidate, { outcome: 'unrated', reason });
  return outcomes;
}

function wasHandedIn({ sessionId, inboxId }: Candidate): boolean {
  return sessionId === null && inboxId === null;
}

async function loadWorld(ctx: Ctx, candidates: Candidate[], lines: Map<Id, KnownSim>, memory: Memory): Promise<World> {
  const known = new Map<Id, periods.Period>();
  const elsewhere = new Set<Id>();
  for (const { lineId, problem, occurredAt: at } of candidates) {
    if (!lineId || problem || elsewhere.has(lineId)) continue;
    const period = known.get(lineId) ?? memory.periods.get(lineId);
    // One candidate outside the remembered period, and the whole line is read.
    if (period && period.startsAt <= at && at < period.endsAt! && ctx.now < period.endsAt!) known.set(lineId, period);
    else {
      elsewhere.add(lineId);
      known.delete(lineId);
    }
  }
  const moments = candidates.flatMap((c) =>
    c.lineId && !c.problem && elsewhere.has(c.lineId) ? [{ lineId: c.lineId, at: c.occurredAt }] : [],
  );
  const read =
    moments.length === 0 ? [] : (await listPeriods(ctx, moments, lines, memory)).map((p) => sharedPeriod(memory, p));
  const found = [...known.values(), ...read];
  const versions = await findVersions(ctx, found, memory);
  const afterReady = read.filter(
    (p) => p.kind === 'ready' && p.state === 'closed' && versions.get(p.planVersionId)?.type !== 'super_sim',
  );
  if (afterReady.length > 0) {
    const more = await periods.listFirstActiveAfter(
      ctx,
      afterReady.map((p) => ({ lineId: p.lineId, at: p.endsAt! })),
    );
    const have = new Set(found.map((p) => p.id));
    const fresh = more.filter((p) => !have.has(p.id));
    found.push(...fresh);
    for (const [id, version] of await findVersions(ctx, fresh, memory)) versions.set(id, version);
  }
  const ready = new Set(read.filter((p) => p.kind === 'ready' && p.state === 'open').map((p) => p.lineId));
  const billed = await periods.billedLines(
    ctx,
    [...ready].flatMap((lineId) => lines.get(lineId) ?? []),
  );
  // A plan that was assigned after the ready period began: the active one will be on it.
  for (const { version } of billed.values()) if (version) versions.set(version.id, version);
  const pools = await poolsOf(ctx, candidates, found, billed);
  const { lateUsage } = ctx.organization;
  return {
    ...{ lines, billed, periods: found, pools, versions, lateUsage },
    ...{ countryOf: catalog.countryOfPlmn, newId: () => newId(ctx) },
  };
}

/**
 * The months of the pools that these lines share data with, after those that the clock has passed were rolled over, locked
 * before anything of these lines is: members of one pool wait here for each other, and nowhere else.
 */
async function poolsOf(
  ctx: Ctx,
  candidates: Candidate[],
  found: periods.Period[],
  billed: ReadonlyMap<Id, periods.BilledLine>,
): Promise<periods.PoolPeriod[]> {
  const ofLine = new Map<Id, Set<Id>>();
  const member = (lineId: Id, poolId: Id | null) => {
    if (poolId) ofLine.set(lineId, (ofLine.get(lineId) ?? new Set()).add(poolId));
  };
  for (const period of found) member(period.lineId, period.poolId);
  for (const line of billed.values()) member(line.id, line.poolId);
  if (ofLine.size === 0) return [];
  const moments = candidates.flatMap(({ lineId, problem, occurredAt: at }) =>
    lineId && !problem ? [...(ofLine.get(lineId) ?? [])].map((poolId) => ({ poolId, at })) : [],
  );
  if (moments.length === 0) return [];
  let months = await periods.lockPoolPeriodsAt(ctx, moments);
  const isDue = (month: periods.PoolPeriod) => month.state === 'open' && month.endsAt <= ctx.now;
  for (let round = 0; months.some(isDue) && round < catchUpBound; round++) {
    await periods.rollPools(ctx, [...new Set(months.filter(isDue).map((month) => month.poolId))]);
    months = await periods.lockPoolPeriodsAt(ctx, moments);
  }
  return months;
}

/**
 * The periods of these moments, after those that the clock has passed were rolled over. A ready period that ended by time
 * made its line active, and an end of its plan that waited suspended it: `lines` has them as they are now.
 */
async function listPeriods(
  ctx: Ctx,
  moments: { lineId: Id; at: Date }[],
  lines: Map<Id, KnownSim>,
  memory: Memory,
): Promise<periods.Period[]> {
  const isDue = (p: periods.Period) => p.state === 'open' && p.endsAt !== null && p.endsAt <= ctx.now;
  let found = await periods.listPeriodsAt(ctx, moments);
  for (let round = 0; found.some(isDue) && round < catchUpBound; round++) {
    // Rollover has not reached this boundary yet: cross it first, so that the period exists.
    const due = found.filter(isDue);
    const rolled = await periods.rollDue(
      ctx,
      due.length,
      due.map((p) => p.lineId),
    );
    found = await periods.listPeriodsAt(ctx, moments);
    const moved = due.map((p) => p.lineId);
    for (const sim of await inventory.findChargedSims(ctx, { ids: moved })) lines.set(sim.id, sharedSim(memory, sim));
    if (rolled === 0 && found.some(isDue)) throw new StaleBatch('another worker rolls these periods right now');
  }
  return found;
}

/** Periods caught up for one line inside a batch: a hundred years of months. The rest waits for the rollover. */
const catchUpBound = 1200;

async function findVersions(ctx: Ctx, found: periods.Period[], memory: Memory): Promise<Map<Id, catalog.PlanVersion>> {
  const versions = new Map<Id, catalog.PlanVersion>();
  const missing = new Set<Id>();
  for (const { planVersionId } of found) {
    const known = versions.get(planVersionId) ?? memory.versions.get(planVersionId);
    if (known) versions.set(planVersionId, known);
    else missing.add(planVersionId);
  }
  for (const [id, version] of await catalog.getVersions(ctx, [...missing])) {
    versions.set(id, version);
    memory.versions.set(id, version);
  }
  return versions;
}

/** Sets an arrival aside that trips our own program: kept as it came, so that it neither is lost nor stops others. */
export async function quarantine(ctx: Ctx, arrival: Arrival): Promise<void> {
  if ('update' in arrival) {
    return tellFailed(ctx, await keepUnrated(ctx, [quarantined(arrival.update, null, 'fault')]));
  }
  if ('restatement' in arrival) {
    await keepUnrated(ctx, [setAside(arrival.restatement)]);
    return;
  }
  const { record } = arrival;
  const { inboxId: _, problem: __, claim, ...candidate } = candidateOf(ctx, record, new Map());
  await keepUnrated(ctx, [{ ...candidate, state: 'quarantined', reason: 'fault' }]);
  if (claim) await usage.insertClaims(ctx, [{ ...claim, outcome: 'unrated', reason: 'fault' }]);
}
