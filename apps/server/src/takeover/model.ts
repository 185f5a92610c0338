import type { Id } from '../kit/ids.ts';

/** What an account has: profiles come before the fleets that use them, and fleets before their SIMs. */
export const kinds = ['profile', 'fleet', 'sim'] as const;
export type ItemKind = (typeof kinds)[number];

export type ToldProfile = {
  name: string | null;
  /** PLMNs, `26201`. */
  networks: string[];
  /** What it names as a network and is none: without a country and network code. */
  unusable: string[];
};

export type ToldFleet = {
  name: string | null;
  profileSid: string;
  dataEnabled: boolean;
  /** Decimal megabytes. */
  dataLimitMb: number;
  smsCommandsEnabled: boolean;
  smsCommandsUrl: string | null;
  smsCommandsMethod: 'GET' | 'POST';
  ipCommandsUrl: string | null;
  ipCommandsMethod: 'GET' | 'POST';
};

/** What the vendor does not tell of a SIM: from the file that comes with the takeover. */
export type Card = { imsi?: string; msisdn?: string; eid?: string; form?: string };

export type ToldSim = {
  iccid: string;
  name: string | null;
  status: 'new' | 'ready' | 'active' | 'inactive' | 'scheduled';
  fleetSid: string | null;
  card: Card | null;
};

/** The current or most recent billing period of a SIM, and what was used in it. Bytes as text: JSON keeps them exact. */
export type ToldUsage = {
  period: { kind: 'ready' | 'active'; startsAt: string; endsAt: string | null } | null;
  usedBytes: string;
};

type ItemOf<K extends ItemKind, T> = {
  kind: K;
  sid: string;
  line: bigint;
  told: T;
  usage: ToldUsage | null;
  /** Why it was not taken over when it was looked at last. */
  refused: string | null;
  /** What it is here. */
  targetId: Id | null;
};
export type ProfileItem = ItemOf<'profile', ToldProfile>;
export type FleetItem = ItemOf<'fleet', ToldFleet>;
export type SimItem = ItemOf<'sim', ToldSim>;
export type Item = ProfileItem | FleetItem | SimItem;

export type Takeover = {
  id: Id;
  companyId: Id | null;
  telecomId: Id;
  sourceUrl: string;
  sourceAccount: string;
  readingSince: Date;
  readAt: Date | null;
  operationId: Id | null;
};

/**
 * What becomes of an item: `makes` a profile or fleet, `adds` a SIM that stock does not have, `registers` one that it has,
 * `same`: it is here already and stays as it is.
 */
export const effects = ['makes', 'adds', 'registers', 'same'] as const;
export type Effect = (typeof effects)[number];

export type No = { code: string; field: string | null; reason: string };

/** What is known of an item before it is done: what it becomes, or why it does not. */
export type Judgement = { effect: Effect | null; warning: string | null; targetId: Id | null; no: No | null };

export function refused(code: string, reason: string, field: string | null = null): Judgement {
  return { effect: null, warning: null, targetId: null, no: { code, field, reason } };
}

export function accepted(effect: Effect, targetId: Id | null = null, warning: string | null = null): Judgement {
  return { effect, warning, targetId, no: null };
}

/** How a SIM stands here after it came; `to` null: blank. */
export type Standing = {
  to: 'ready' | 'active' | 'suspended' | null;
  period: { kind: 'ready' | 'active'; startsAt: Date; endsAt: Date | null; usedBytes: bigint } | null;
};

/**
 * How a SIM stands here by what was read of it. A period goes on as it was begun, so one that is over, or that does not fit the
 * status, must be read again: the vendor has begun another meanwhile. An inactive SIM keeps the active period that it has paid for;
 * coming back inside it costs nothing again.
 */
export function decideStanding({ told, usage }: Pick<SimItem, 'told' | 'usage'>, now: Date): Standing | No {
  const { status } = told;
  if (status === 'new') return { to: null, period: null };
  if (status === 'scheduled') {
    const reason = 'Its status is being changed there (scheduled). Read the account again when that is done.';
    return { code: 'sim.scheduled', field: 'status', reason };
  }
  const begun = usage?.period ?? null;
  const period = begun && {
    kind: begun.kind,
    startsAt: new Date(begun.startsAt),
    endsAt: begun.endsAt === null ? null : new Date(begun.endsAt),
    usedBytes: BigInt(usage!.usedBytes),
  };
  const runs =
    period !== null &&
    period.startsAt <= now &&
    (period.endsAt === null ? period.kind === 'ready' : period.endsAt > now);
  if (status === 'inactive') return { to: 'suspended', period: runs && period.kind === 'active' ? period : null };
  if (runs && period.kind === status) return { to: status, period };
  const reason = period
    ? `Its ${period.kind} period from ${begun!.startsAt} to ${begun!.endsAt} is not the running one of a SIM that is ${status}. Read the account again.`
    : `It is ${status} and no billing period was told. Read the account again.`;
  return { code: period ? 'period.not_running' : 'period.missing', field: 'status', reason };
}

/** What a row of the plan is called. */
export function labelOf(item: Item): string {
  return item.kind === 'sim' ? item.told.iccid : `${item.kind} ${item.told.name ?? item.sid}`;
}
