import type { PlanVersion } from '../catalog/index.ts';
import type { ChargedSim } from '../inventory/index.ts';
import type { Id } from '../kit/ids.ts';
import { Recent } from '../kit/recent.ts';
import type { Period } from '../periods/index.ts';
import type { Session, SessionUpdate } from '../usage/index.ts';

/**
 * What a writer remembers of the lines it charged last, so that it need not read them again. It is never trusted:
 * sessions and periods are saved under the version that is remembered, and a SIM must still be what it was. Whoever
 * moved one of them meanwhile costs the batch a fresh load, never a cent.
 */
export type Memory = {
  /** By NAS and session key. */
  sessions: Recent<string, Session>;
  /** By the names of lineName: one SIM may be known by several. */
  lines: Recent<string, ChargedSim>;
  /** The open active period of a line. */
  periods: Recent<Id, Period>;
  /** Plan versions never change. */
  versions: Recent<Id, PlanVersion>;
  /** Contra accounts of the ledger by organization and currency: they are opened once and stay. */
  contras: Recent<string, Id>;
  shared: Recent<string, string>;
};

/** At most `lines` lines are remembered, at about 2 kB each. */
export function emptyMemory(lines: number): Memory {
  return {
    sessions: new Recent(lines),
    lines: new Recent(lines),
    periods: new Recent(lines),
    versions: new Recent(10_000),
    contras: new Recent(10_000),
    shared: new Recent(20_000),
  };
}

export function sessionName(session: { nasId: Id; sessionKey: string }): string {
  return `${session.nasId}/${session.sessionKey}`;
}

/** Words that many lines have in common: each is kept once, not once for every line that was read. */
const ofSessions = ['nasId', 'telecomId', 'state', 'plmn', 'rat', 'apn'] as const;
const ofLines = ['telecomId', 'companyId', 'fleetId', 'lifecycle'] as const;
const ofPeriods = ['kind', 'state', 'planVersionId', 'payerId'] as const;

function share<T extends object>(shared: Recent<string, string>, row: T, fields: readonly (keyof T)[]): T {
  for (const field of fields) {
    const word = row[field];
    if (typeof word !== 'string') continue;
    const known = shared.get(word);
    if (known === undefined) shared.set(word, word);
    else row[field] = known as T[typeof field];
  }
  return row;
}

/** An update with the names by which its session and its line are looked up, made once for all look-ups. */
export type NamedUpdate = { update: SessionUpdate; session: string; line: string | null };

export function withNames(organizationId: Id, update: SessionUpdate): NamedUpdate {
  const { telecomId, imsi } = update;
  return { update, session: sessionName(update), line: imsi ? lineName(organizationId, { telecomId, imsi }) : null };
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
  lines: [string, ChargedSim][];
  periods: Period[];
  contras: Map<string, Id>;
};

export function remember(memory: Memory, learned: Learned): void {
  const { shared } = memory;
  for (const [name, session] of learned.sessions) memory.sessions.set(name, share(shared, session, ofSessions));
  for (const [name, sim] of learned.lines) memory.lines.set(name, share(shared, sim, ofLines));
  for (const period of learned.periods) memory.periods.set(period.lineId, share(shared, period, ofPeriods));
  for (const [name, account] of learned.contras) memory.contras.set(name, account);
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
  batch: { updates: NamedUpdate[]; records: { line: LineName }[] },
): [sessions: Set<string>, lines: Set<string>] {
  const sessions = new Set<string>();
  const lines = new Set<string>();
  for (const update of batch.updates) {
    sessions.add(update.session);
    if (update.line) lines.add(update.line);
  }
  for (const { line } of batch.records) lines.add(lineName(organizationId, line));
  return [sessions, lines];
}
