import type { PlanVersion } from '../catalog/index.ts';
import type { ChargedSim } from '../inventory/index.ts';
import type { Id } from '../kit/ids.ts';
import { Recent } from '../kit/recent.ts';
import type { Period } from '../periods/index.ts';
import type { Session, SessionUpdate } from '../usage/index.ts';

/**
 * What a writer remembers of the lines it charged last, so that it need not read them again. It is never trusted:
 * sessions and periods are saved under the version that is remembered, and a SIM must still be what it was: it is looked
 * at unless nothing at all was changed in its organization since it was looked at last. Whoever moved one of them
 * meanwhile costs the batch a fresh load, never a cent.
 */
export type Memory = {
  /** By NAS and session key. */
  sessions: Recent<string, Session>;
  /** By the names of lineName: one SIM may be known by several. */
  lines: Recent<string, KnownSim>;
  /** The open active period of a line. */
  periods: Recent<Id, Period>;
  /** Plan versions never change. */
  versions: Recent<Id, PlanVersion>;
  /** Contra accounts of the ledger by organization and currency: they are opened once and stay. */
  contras: Recent<string, Id>;
  /** How often SIMs and fleets of an organization had been changed when a batch looked last. */
  changes: Recent<Id, bigint>;
  shared: Recent<unknown, unknown>;
};

/** A SIM as it was read, and the count of its organization's changes when it was last seen to be still so; null: not yet. */
export type KnownSim = ChargedSim & { seenAt: bigint | null };

/** What a batch saw of SIMs: these were as remembered when so many changes had been made. */
export type Seen = { organizationId: Id; changes: bigint; sims: KnownSim[] };

/** At most `lines` lines are remembered, at about 2 kB each. */
export function emptyMemory(lines: number): Memory {
  return {
    sessions: new Recent(lines),
    lines: new Recent(lines),
    periods: new Recent(lines),
    versions: new Recent(10_000),
    contras: new Recent(10_000),
    changes: new Recent(10_000),
    shared: new Recent(20_000),
  };
}

export function sessionName(session: { nasId: Id; sessionKey: string }): string {
  return `${session.nasId}/${session.sessionKey}`;
}

// What many lines have in common is kept once, not once for every line that was read: words, instants, anchors.
const ofSessions = ['nasId', 'telecomId', 'state', 'plmn', 'rat', 'apn'] as const;
const ofLines = ['telecomId', 'companyId', 'fleetId', 'lifecycle', 'registeredAt'] as const;
const ofPeriods = ['kind', 'state', 'planVersionId', 'payerId', 'startsAt', 'endsAt', 'anchor'] as const;

function share<T extends object>(shared: Recent<unknown, unknown>, row: T, fields: readonly (keyof T)[]): T {
  for (const field of fields) {
    const value = row[field];
    if (value === null) continue;
    const key = keyOf(value);
    const known = shared.get(key);
    if (known === undefined) shared.set(key, value);
    else row[field] = known as T[typeof field];
  }
  return row;
}

/** A SIM that was read, to be remembered. */
export function sharedSim(memory: Memory, sim: ChargedSim): KnownSim {
  return { ...share(memory.shared, sim, ofLines), seenAt: null };
}

/** A period that was read, to be remembered. */
export function sharedPeriod(memory: Memory, period: Period): Period {
  return share(memory.shared, period, ofPeriods);
}

function keyOf(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string') return value;
  const { local, zone } = value as Period['anchor'];
  return `${zone} ${local}`;
}

/** An update with the names by which its session and its line are looked up, made once for all look-ups. */
export type NamedUpdate = { update: SessionUpdate; session: string; line: string | null };

export function withNames(update: SessionUpdate, line: string | null): NamedUpdate {
  return { update, session: sessionName(update), line };
}

/** The name of the line that an update is of; null where it tells no IMSI. */
export function lineOf(organizationId: Id, { telecomId, imsi }: SessionUpdate): string | null {
  return imsi ? lineName(organizationId, { telecomId, imsi }) : null;
}

/** How usage names its line: an IMSI of a telecom, an ICCID of the organization, or our own id. */
export type LineName = { telecomId: Id; imsi: string } | { iccid: string } | { simId: Id };

export function lineName(organizationId: Id, name: LineName): string {
  if ('imsi' in name) return `${name.telecomId}/${name.imsi}`;
  return 'iccid' in name ? `${organizationId}/${name.iccid}` : name.simId;
}

/** What a batch left behind, to be remembered once it has committed. */
export type Learned = {
  sessions: [string, Session][];
  lines: [string, KnownSim][];
  periods: Period[];
  contras: Map<string, Id>;
  seen: Seen | null;
};

export function remember(memory: Memory, learned: Learned): void {
  const { shared } = memory;
  for (const [name, session] of learned.sessions) memory.sessions.set(name, share(shared, session, ofSessions));
  for (const [name, sim] of learned.lines) memory.lines.set(name, sim);
  for (const period of learned.periods) memory.periods.set(period.lineId, period);
  for (const [name, account] of learned.contras) memory.contras.set(name, account);
  if (!learned.seen) return;
  const { organizationId, changes, sims } = learned.seen;
  memory.changes.set(organizationId, changes);
  for (const sim of sims) sim.seenAt = changes;
}

/**
 * Forgets what these sessions and lines were thought to be. A line may be remembered under another name than the one it
 * has here, so its period is forgotten by the SIM that the batch found, `sims`, and not by its name.
 */
export function forget(
  memory: Memory,
  sessions: Iterable<string>,
  lines: Iterable<string>,
  sims: Iterable<ChargedSim>,
): void {
  for (const name of sessions) memory.sessions.delete(name);
  for (const name of lines) memory.lines.delete(name);
  for (const sim of sims) memory.periods.delete(sim.id);
}

/** The sessions and lines that a batch names, for `forget`. */
export function namesOf(
  organizationId: Id,
  batch: { updates: NamedUpdate[]; records: { line: LineName }[]; restatements: { line: LineName }[] },
): [sessions: Set<string>, lines: Set<string>] {
  const sessions = new Set<string>();
  const lines = new Set<string>();
  for (const update of batch.updates) {
    sessions.add(update.session);
    if (update.line) lines.add(update.line);
  }
  for (const { line } of [...batch.records, ...batch.restatements]) lines.add(lineName(organizationId, line));
  return [sessions, lines];
}
