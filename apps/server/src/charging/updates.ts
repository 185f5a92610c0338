import { hash } from 'node:crypto';
import { anybodyListens } from '../connections/index.ts';
import type * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { fromHex, type Id, newId } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';
import type { Move } from './connections.ts';
import { type Memory, type NamedUpdate, sessionName } from './memory.ts';
import type { Candidate } from './model/decide.ts';

/** The updates of a batch turned into new bytes: sessions as they are after it, and what is to be charged. */
export type Advanced = {
  sessions: (usage.SessionChange & { name: string })[];
  candidates: Candidate[];
  impossible: usage.NewInboxRow[];
  started: usage.Session[];
  ended: usage.Session[];
  /** The IMEI that was seen with a line, where it is another one. */
  imeis: Map<Id, string>;
  /** What each update did, in their order; empty while nobody hears of connections. */
  moves: Move[];
};

/** The sessions these updates belong to, remembered or read. */
export async function findSessions(
  ctx: Ctx,
  updates: NamedUpdate[],
  memory: Memory,
): Promise<Map<string, usage.Session>> {
  const found = new Map<string, usage.Session>();
  const missing = new Map<string, usage.SessionUpdate>();
  for (const { update, session: name } of updates) {
    if (found.has(name)) continue;
    const known = memory.sessions.get(name);
    if (known) found.set(name, known);
    else missing.set(name, update);
  }
  if (missing.size > 0) {
    for (const session of await usage.findSessions(ctx, [...missing.values()]))
      found.set(sessionName(session), session);
  }
  return found;
}

/** Walks the updates in the order in which they came. Pure, but for the ids of new sessions. */
export function advance(
  ctx: Ctx,
  updates: NamedUpdate[],
  known: ReadonlyMap<string, usage.Session>,
  lines: ReadonlyMap<string, inventory.ChargedSim>,
): Advanced {
  const changes = new Map<string, usage.SessionChange & { name: string }>();
  const result: Advanced = {
    sessions: [],
    candidates: [],
    impossible: [],
    started: [],
    ended: [],
    imeis: new Map(),
    moves: [],
  };
  const listening = anybodyListens(ctx);
  for (const { update, session: name, line: called } of updates) {
    const { at, problem } = usage.occurrence(update.eventTime, update.receivedAt);
    const change = changes.get(name);
    const current = change?.after ?? known.get(name) ?? null;
    // A SIM's own id is a name of its line as well.
    const line = lines.get(called ?? current?.lineId ?? '');
    const eventTime = believedTime(update, problem, current);
    const believed = eventTime === update.eventTime ? update : { ...update, eventTime };
    const moved = usage.advanceSession(current, believed, () => newId(ctx));
    if (moved.kind === 'impossible') {
      result.impossible.push(quarantined(update, line?.id ?? null, 'impossible_counter'));
      continue;
    }
    const { session } = moved;
    session.lineId = line?.id ?? session.lineId;
    if (change) change.after = session;
    else changes.set(name, { name, before: known.get(name) ?? null, after: session });
    if (moved.started) result.started.push(session);
    if (moved.ended) result.ended.push(session);
    if (listening && line) result.moves.push({ line, update, before: current, moved });
    if (line && update.imei && update.imei !== line.imei) result.imeis.set(line.id, update.imei);
    if (moved.up + moved.down === 0n) continue;
    result.candidates.push({
      inboxId: null,
      lineId: session.lineId,
      imsi: update.imsi,
      problem,
      sourceId: update.nasId,
      sourceKey: digest(`${session.id}/${session.epoch}/${session.upTotal}/${session.downTotal}`),
      sessionId: session.id,
      bytesUp: moved.up,
      bytesDown: moved.down,
      service: 'data',
      units: 0n,
      plmn: session.plmn ?? '',
      occurredAt: at,
      receivedAt: update.receivedAt,
      raw: update,
      claim: null,
    });
  }
  result.sessions = [...changes.values()];
  return result;
}

/** A time nobody can believe must not become a session's own, nor make a repeat look like news. */
function believedTime(update: usage.SessionUpdate, problem: string | null, session: usage.Session | null): Date {
  if (problem === null || (problem === 'time_in_past' && session)) return update.eventTime;
  return session?.lastEventAt ?? update.receivedAt;
}

// The largest number of bytes that our API writes.
const largestKept = 10n ** 18n - 1n;

/** An update set aside: kept with its counters as they came. */
export function quarantined(
  update: usage.SessionUpdate,
  lineId: Id | null,
  reason: usage.UnratedReason,
): usage.NewInboxRow {
  return {
    sourceId: update.nasId,
    sourceKey: digest(`${update.nasId}/${update.sessionKey}/${update.up}/${update.down}`),
    state: 'quarantined',
    reason,
    lineId,
    imsi: update.imsi,
    sessionId: null,
    // The counter as it came stands in `raw`; the columns hold what fits.
    bytesUp: update.up > largestKept ? largestKept : update.up,
    bytesDown: update.down > largestKept ? largestKept : update.down,
    service: 'data',
    units: 0n,
    plmn: update.plmn ?? '',
    occurredAt: update.receivedAt,
    receivedAt: update.receivedAt,
    raw: asKept(update),
  };
}

/** The update as it is kept for people to look at: what an edge has put beside it for its own use stays out. */
export function asKept(update: usage.SessionUpdate): unknown {
  const {
    organizationId: _,
    source: __,
    msisdn: ___,
    ...kept
  } = update as usage.SessionUpdate & Record<string, unknown>;
  return kept;
}

/** 128 bits that name a state of counters, or a record: the same text always gives the same key. */
export function digest(text: string): Id {
  return fromHex(hash('sha256', text, 'hex').slice(0, 32));
}
