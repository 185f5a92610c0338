import { type Ctx, contextFor, machineNow, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { type UnderWay, underWay } from '../kit/under-way.ts';
import { type Connection, decideBook, isRefreshDue } from './connection/model.ts';
import { inBooks, tell } from './connection/service.ts';
import * as connections from './connection/sql.ts';
import { type AccountingDoor, AccountingFault, type Inside } from './door.ts';
import { afterFault, dependentMs, type Push } from './pushes/model.ts';
import { fillLine } from './pushes/queue.ts';
import * as store from './pushes/sql.ts';
import { write } from './pushes/write.ts';

export type Accountant = {
  /** Begins what is to be done with the accounting system of one organization. False: nothing is, or it is under way. */
  carry(runtime: Runtime, organization: Organization): Promise<boolean>;
  /** Until what is under way has ended. */
  settle(): Promise<void>;
};

/** Things written in one turn, one after the other: Xero takes 60 calls a minute, and five at a time. */
const writtenAtOnce = 10;
/** Longer than a turn of calls that all take their longest: who took the connection and died gives it back. */
const leaseMs = 30 * 60_000;
/** What a connection that could not be used waits for the next look. */
const faultPauseMs = 60_000;

/**
 * Writes what is in line into the accounting systems of organizations, one at a time for each. Everything is claimed and committed before
 * anybody is called, and what came of it is written afterwards.
 */
export function openAccountant(door: AccountingDoor, publicUrl: string, returnUrl: string): Accountant {
  const pieces: UnderWay = underWay(1);
  return {
    async carry(runtime, organization) {
      if (pieces.room(organization.id) <= 0) return false;
      const fresh = () => contextFor(runtime, organization, systemActor('accounting'));
      const connection = await atomically(fresh(), (ctx) => {
        const now = machineNow(ctx);
        return connections.claimConnection(ctx, now, new Date(now.getTime() + leaseMs));
      });
      if (!connection) return false;
      pieces.begin(organization.id, async () => {
        try {
          await work({ door, publicUrl, returnUrl, fresh }, connection);
        } catch (err) {
          runtime.log.error({ err, organization: organization.id }, 'work with an accounting system failed');
          await pause(fresh, connection.id, 'Something went wrong here. The log says what.', faultPauseMs).catch(
            () => {},
          );
        }
        await atomically(fresh(), (ctx) => connections.releaseConnection(ctx, connection.id)).catch((err) =>
          runtime.log.error({ err, organization: organization.id }, 'an accounting system was not given back'),
        );
      });
      return true;
    },
    settle: () => pieces.settle(),
  };
}

type Tools = { door: AccountingDoor; publicUrl: string; returnUrl: string; fresh: () => Ctx };

/** One turn with a connection. A fault of the connection pauses it, or ends it; one of a thing is that thing's. */
async function work(tools: Tools, connection: Connection): Promise<void> {
  const { fresh, door } = tools;
  try {
    if (connection.state === 'leaving') return await leave(tools, connection);
    if (connection.code) return await comeIn(tools, connection);
    let now = await withToken(tools, connection, false);
    if (now.chartDue) {
      const chart = await door.chart(insideOf(now));
      now = await change(fresh, now.id, (c) => ({ ...c, chart, chartAt: fresh().now, chartDue: false }));
    }
    while (await fillLine(fresh()));
    await writeDue(tools, now);
    if (now.problem) await change(fresh, now.id, (c) => ({ ...c, problem: null, pausedUntil: null }));
  } catch (error) {
    if (!(error instanceof AccountingFault)) throw error;
    if (error.kind === 'shut') await shut(fresh, connection.id, error.message);
    else await pause(fresh, connection.id, error.message, error.waitMs || faultPauseMs);
  }
}

/** Exchanges what somebody brought back for tokens, which are kept before anything is done with them. */
async function comeIn({ fresh, door, returnUrl }: Tools, connection: Connection): Promise<void> {
  const grant = await door.exchange(connection.client, returnUrl, connection.code!).catch(async (error: unknown) => {
    // A code is good once, and for minutes: it is of no use any more.
    await change(fresh, connection.id, (c) => ({ ...c, code: null }));
    throw error;
  });
  await change(fresh, connection.id, (c) => ({ ...c, code: null, grant, refreshedAt: machineNow(fresh()) }));
  const books = await door.books(grant.access);
  const decided = decideBook(books, connection.bookId);
  await change(
    fresh,
    connection.id,
    (c, ctx) => {
      const known = { ...c, books };
      if (decided.state === 'connected') return inBooks(ctx, known, decided.book);
      return { ...known, state: decided.state, problem: decided.state === 'broken' ? decided.problem : null };
    },
    decided.state === 'choosing' ? null : decided.state === 'connected' ? 'accounting.connected' : 'accounting.broken',
  );
}

/** A token that is good for a while: the one that is there, or a new one, kept before it is used. */
async function withToken({ fresh, door }: Tools, connection: Connection, force: boolean): Promise<Connection> {
  const { grant, client, refreshedAt } = connection;
  if (!grant) throw new AccountingFault('shut', 'accounting.no_grant', 'Nobody has let us in. Connect again.');
  if (!force && !isRefreshDue(grant, refreshedAt, machineNow(fresh()))) return connection;
  const next = await door.refresh(client, grant.refresh);
  return change(fresh, connection.id, (c) => ({ ...c, grant: next, refreshedAt: machineNow(fresh()) }));
}

/** Gives back what lets us in, as far as anybody takes it, and forgets it. */
async function leave({ fresh, door }: Tools, connection: Connection): Promise<void> {
  const { grant, client, bookLink } = connection;
  if (grant) {
    try {
      const good = isRefreshDue(grant, null, machineNow(fresh())) ? await door.refresh(client, grant.refresh) : grant;
      if (good !== grant) await change(fresh, connection.id, (c) => ({ ...c, grant: good }));
      await door.leave(client, good, bookLink);
    } catch (error) {
      // Tried for a day; then it is forgotten here, and runs out there.
      const isOver = error instanceof AccountingFault && error.kind === 'shut';
      const since = connection.refreshedAt ?? connection.createdAt;
      if (!isOver && machineNow(fresh()).getTime() - since.getTime() < 24 * 3_600_000) throw error;
    }
  }
  await change(fresh, connection.id, (c) => ({
    ...{ ...c, state: 'gone' as const, grant: null, client: { ...c.client, secret: '' }, code: null },
    ...{ stateHash: null, askedUntil: null, books: [], chart: null, chartDue: false, filledUntil: null },
  }));
}

/** Writes what is due. A token that is refused before its time is refreshed once. */
async function writeDue(tools: Tools, connection: Connection): Promise<void> {
  const { fresh, door, publicUrl } = tools;
  const due = await atomically(fresh(), (ctx) =>
    store.claimPushes(ctx, connection.id, writtenAtOnce, new Date(ctx.now.getTime() + leaseMs)),
  );
  let now = connection;
  let refreshed = false;
  for (const [i, push] of due.entries()) {
    let called = false;
    const calls = () => {
      called = true;
    };
    try {
      now = await withToken(tools, now, false);
      const writing = { fresh, door, connection: now, inside: insideOf(now), publicUrl };
      const outcome = await write(writing, push, calls);
      await atomically(fresh(), (ctx) =>
        'written' in outcome
          ? store.recordDone(ctx, push, outcome.written.id, outcome.written.state)
          : store.recordSkipped(ctx, push, outcome.skipped, outcome.code),
      );
    } catch (error) {
      const fault = asFault(error);
      await fail(fresh, push, fault, called);
      if (fault.kind === 'shut' && fault.code === 'xero.unauthorised' && !refreshed) {
        refreshed = true;
        now = await withToken(tools, now, true);
      } else if (fault.kind === 'shut' || fault.kind === 'patience' || fault.code === 'xero.unreachable') {
        // The others have not been tried: they are due again at once.
        for (const other of due.slice(i + 1)) await untried(fresh, other);
        throw fault;
      }
    }
  }
}

function asFault(error: unknown): AccountingFault {
  if (error instanceof AccountingFault) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new AccountingFault('later', 'accounting.fault', `Something went wrong: ${words.slice(0, 300)}`);
}

async function fail(fresh: () => Ctx, push: Push, fault: AccountingFault, called: boolean): Promise<void> {
  await atomically(fresh(), async (ctx) => {
    const waits = fault.code === 'accounting.waits';
    const after = afterFault(push, fault, ctx.now);
    const nextAttemptAt = new Date(ctx.now.getTime() + dependentMs);
    const then = waits ? { ...after, state: 'waiting' as const, attempts: 0, nextAttemptAt } : after;
    // What was refused was not made, unless it is there with another sum.
    const tried =
      fault.kind === 'refused' && fault.code !== 'accounting.sum_differs' ? push.tried : push.tried || called;
    const written = await store.recordAfter(ctx, push.id, then, tried);
    if (!written || then.state !== 'failed') return;
    const data = {
      ...{ push: publicId('accounting_push', push.id), kind: push.kind, number: push.number, code: then.code },
      ...{ companyId: publicId('company', push.ownerId), problem: then.problem },
    };
    await emit(ctx, [{ name: 'accounting.push_failed', subject: { type: 'accounting_push', id: push.id }, data }]);
  });
}

async function untried(fresh: () => Ctx, { id, attempts, tried, code, problem }: Push): Promise<void> {
  await atomically(fresh(), (ctx) => {
    const after = { code, problem, state: 'waiting' as const, attempts: attempts - 1, nextAttemptAt: ctx.now };
    return store.recordAfter(ctx, id, after, tried);
  });
}

async function pause(fresh: () => Ctx, id: string, problem: string, ms: number): Promise<void> {
  const pausedUntil = new Date(machineNow(fresh()).getTime() + ms);
  await change(fresh, id, (c) => ({ ...c, pausedUntil, problem: problem.slice(0, 1_000) }));
}

async function shut(fresh: () => Ctx, id: string, problem: string): Promise<void> {
  const broken = (c: Connection): Connection => ({ ...c, state: 'broken', problem: problem.slice(0, 1_000) });
  await change(fresh, id, (c) => (c.state === 'leaving' ? c : broken(c)), 'accounting.broken');
}

function insideOf({ grant, bookId }: Connection): Inside {
  return { access: grant!.access, bookId: bookId! };
}

/** Changes what is there now: people may have changed it meanwhile. */
async function change(
  fresh: () => Ctx,
  id: string,
  how: (c: Connection, ctx: Ctx) => Connection,
  told: Parameters<typeof tell>[2] | null = null,
): Promise<Connection> {
  return atomically(fresh(), async (ctx) => {
    const before = await connections.lockConnection(ctx);
    if (before?.id !== id) throw new Error('the connection is gone');
    const now = how(before, ctx);
    await connections.saveConnection(ctx, now);
    if (told && now.state !== before.state) await tell(ctx, now, told);
    return now;
  });
}
