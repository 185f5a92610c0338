import { randomBytes } from 'node:crypto';
import type { Database, Tx } from './db.ts';
import type { Id } from './ids.ts';
import type { Log } from './log.ts';

/** What every unit of work needs to know of the organization it works for. */
export type Organization = {
  id: Id;
  name: string;
  currency: string;
  timeZone: string;
  unitBase: 1000 | 1024;
  sandbox: boolean;
  /** Added to the machine's clock; always 0 outside a sandbox. */
  clockOffsetMs: bigint;
  /** Usage that arrives after its period has ended: into that period until it is invoiced, or always into the current one. */
  lateUsage: 'own_period' | 'current_period';
  /** 0: nobody hears of connections; else another number after every change of who hears what. */
  connectionListeners: bigint;
};

export type Scope =
  | { kind: 'organization' }
  /**
   * Only the rows of one company; with `endUserId`, only those of one of its end users. An end user is a narrower company and no
   * kind of its own, so that a statement that has never heard of end users shows too little rather than everything; and no route
   * is open to them that does not say so.
   */
  | { kind: 'company'; companyId: Id; endUserId?: Id };

/** The account whose rows a caller is bound to: its end user, else its company. Null: the whole organization. */
export function boundTo({ scope }: Pick<Actor, 'scope'>): Id | null {
  return scope.kind === 'company' ? (scope.endUserId ?? scope.companyId) : null;
}

/** The end user who calls, if one does. */
export function callingEndUser({ scope }: Pick<Actor, 'scope'>): Id | null {
  return (scope.kind === 'company' && scope.endUserId) || null;
}

/** Who acts. `name` is what the audit log and blocks show. */
export type Actor = {
  kind: 'staff' | 'api_key' | 'account' | 'end_user' | 'system';
  id: string;
  name: string;
  permissions: ReadonlySet<string>;
  scope: Scope;
  /** Staff who look at an end user's pages as that end user. */
  lookedBy?: string;
  address?: string;
};

/**
 * The context of one unit of work, first argument of every use case. Time and randomness come from here and from
 * nowhere else; `now` is one instant for the whole unit, on the organization's own clock.
 */
export type Ctx = {
  organization: Organization;
  actor: Actor;
  now: Date;
  random: (bytes: number) => Buffer;
  database: Database;
  /** The open database transaction, when inside `atomically`. */
  tx?: Tx;
  /** What must be written last in that database transaction; see `lastly`. */
  beforeCommit?: LastWrites;
  log: Log;
  requestId?: string;
  /** The event this work reacts to, and how long its chain of causes is already. */
  cause?: { eventId: Id; depth: number };
};

/** The last writes of a database transaction, in the one order in which everybody makes them. */
export type LastWrites = { stage: LastStage; write: (ctx: Ctx) => Promise<void> }[];

/** From rows of one line to rows that many lines share: what is waited for most is locked last, and for the shortest time. */
export const lastStages = ['listings', 'events', 'ledger', 'connections', 'changes'] as const;
export type LastStage = (typeof lastStages)[number];

export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** The organization's present: the machine's clock plus the offset of a sandbox. */
export function organizationNow(organization: Organization, clock: Clock): Date {
  return new Date(clock.now().getTime() + Number(organization.clockOffsetMs));
}

/** The machine's present, for what is good for a while and no matter of a sandbox's: links and sessions. */
export function machineNow({ now, organization }: Pick<Ctx, 'now' | 'organization'>): Date {
  return new Date(now.getTime() - Number(organization.clockOffsetMs));
}

/** A time read off a packet or a file, on the organization's clock. */
export function onOrganizationClock(organization: Organization, at: Date): Date {
  return new Date(at.getTime() + Number(organization.clockOffsetMs));
}

export const allPermissions: ReadonlySet<string> = new Set(['*']);

/** The product itself at work, named by the part that acts: `rollover`, `charging`, `reconciler`. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: name, name, permissions: allPermissions, scope: { kind: 'organization' } };
}

export type Runtime = { database: Database; clock: Clock; log: Log; random?: (bytes: number) => Buffer };

export function contextFor(runtime: Runtime, organization: Organization, actor: Actor): Ctx {
  return {
    organization,
    actor,
    now: organizationNow(organization, runtime.clock),
    random: runtime.random ?? randomBytes,
    database: runtime.database,
    log: runtime.log,
  };
}
