import * as connections from '../connections/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';

/** What one update did to its session: kept beside the charges only while somebody hears of connections. */
export type Move = {
  line: Pick<inventory.ChargedSim, 'id' | 'companyId' | 'fleetId'>;
  update: usage.SessionUpdate;
  /** Null: the first that was heard of it. */
  before: usage.Session | null;
  moved: Extract<usage.Advance, { kind: 'advanced' }>;
};

/** The events of a batch's updates, in the order of the updates. Pure. */
export function connectionsOf(moves: readonly Move[]): connections.NewConnection[] {
  return moves.flatMap((move) => typesOf(move).map((type) => ofSession(type, move)));
}

/**
 * A session starts once, unless its counters start again, and ends once. An update is told when it brings bytes, also late ones, or when it is
 * the network's regular word that the session goes on; a repeat is not told again.
 */
function typesOf({ update, moved: { session, up, down, started, ended, stale } }: Move): connections.ConnectionType[] {
  const types: connections.ConnectionType[] = started ? ['data-session.started'] : [];
  if (ended) types.push('data-session.ended');
  else if (up + down > 0n || (update.kind === 'update' && session.state === 'open' && !stale)) {
    types.push('data-session.updated');
  }
  return types;
}

function ofSession(type: connections.ConnectionType, move: Move): connections.NewConnection {
  const { line, update } = move;
  const { session, up, down } = move.moved;
  const {
    id,
    startedAt,
    endedAt,
    walled,
    lastEventAt: to,
    upBytes,
    downBytes,
    imei,
    plmn,
    rat,
    apn,
    framedIp,
  } = session;
  const { area = null, cell = null } = update;
  const from = since(move);
  const told = { ...ofLine(line), reason: null, imsi: session.imsi ?? update.imsi, imei, plmn, rat, apn, area, cell };
  const of = { id, startedAt, endedAt, walled };
  if (type === 'data-session.started') {
    // It has used nothing yet, also where the start got lost and the first interim tells of it.
    const used = { up: upBytes - up, down: downBytes - down };
    return { ...told, type, at: from, ipAddress: framedIp, session: { ...of, stretch: null, ...used } };
  }
  const stretch = { from, to, up, down };
  return { ...told, type, at: to, ipAddress: framedIp, session: { ...of, stretch, up: upBytes, down: downBytes } };
}

/** Since when an update counts. Counters that start again do so when their own session time says, which is a start of its own. */
function since({ before, moved: { session, started } }: Move): Date {
  if (before === null) return session.startedAt;
  if (!started || session.sessionTime === null) return before.lastEventAt;
  return new Date(Math.max(before.lastEventAt.getTime(), session.lastEventAt.getTime() - session.sessionTime * 1000));
}

function ofLine({ id: lineId, companyId, fleetId }: Move['line']) {
  return { lineId, companyId, fleetId };
}

/** Tells of sessions that ended without a Stop: their gateway has forgotten them. In the caller's database transaction. */
export async function tellForgotten(ctx: Ctx, sessions: usage.Session[]): Promise<void> {
  if (!connections.anybodyListens(ctx)) return;
  const lines = await linesOf(ctx, sessions);
  connections.tell(
    ctx,
    sessions.flatMap((session): connections.NewConnection[] => {
      const line = lines.get(session.lineId ?? '');
      if (!line) return [];
      const { id, startedAt, endedAt, walled, lastEventAt, upBytes: up, downBytes: down } = session;
      const { imsi, imei, plmn, rat, apn, framedIp: ipAddress } = session;
      return [
        {
          ...{ type: 'data-session.ended', at: endedAt ?? lastEventAt, ...ofLine(line), reason: null },
          ...{ imsi, imei, plmn, rat, apn, ipAddress, area: null, cell: null },
          session: {
            ...{ id, startedAt, endedAt, walled, up, down },
            stretch: { from: lastEventAt, to: endedAt ?? lastEventAt, up: 0n, down: 0n },
          },
        },
      ];
    }),
  );
}

async function linesOf(ctx: Ctx, rows: { lineId: Id | null }[]): Promise<Map<Id, inventory.ChargedSim>> {
  const ids = [...new Set(rows.flatMap((row) => row.lineId ?? []))];
  return new Map((await inventory.findChargedSims(ctx, { ids })).map((sim) => [sim.id, sim]));
}

/** Accounting-On or -Off: the NAS has forgotten its sessions. Returns how many were closed. */
export async function forgetSessions(ctx: Ctx, nasId: Id, at: Date): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const closed = await usage.closeSessionsOfNas(ctx, nasId, at);
    await tellForgotten(ctx, closed);
    return closed.length;
  });
}

/** Tells of updates that were set aside, because they cannot be true or because we failed on them. */
export async function tellFailed(ctx: Ctx, setAside: usage.NewInboxRow[]): Promise<void> {
  if (!connections.anybodyListens(ctx) || setAside.length === 0) return;
  const known = await linesOf(ctx, setAside);
  const failed = [];
  for (const row of setAside) {
    const update = row.raw as usage.SessionUpdate;
    const line = known.get(row.lineId ?? '') ?? (await lineOfImsi(ctx, update));
    if (line) failed.push(ofFailed(line, row, update));
  }
  connections.tell(ctx, failed);
}

async function lineOfImsi(ctx: Ctx, { telecomId, imsi }: usage.SessionUpdate) {
  return imsi ? (await inventory.findChargedSims(ctx, { imsis: [{ telecomId, imsi }] }))[0] : undefined;
}

function ofFailed(
  line: Move['line'],
  { reason }: usage.NewInboxRow,
  { eventTime: at, imsi, imei, plmn, rat, apn, framedIp: ipAddress, area, cell }: usage.SessionUpdate,
): connections.NewConnection {
  return {
    ...{ type: 'data-session.failed', at, ...ofLine(line), reason },
    ...{ imsi, imei, plmn, rat, apn, ipAddress, area: area ?? null, cell: cell ?? null, session: null },
  };
}
