import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { type Answer, type CarrierConnector, type CarrierSim, CarrierUnreachable } from './connectors/contract.ts';
import { capsOf } from './connectors/index.ts';
import { type Disconnect, disconnectSessions } from './connectors/radius.ts';
import { telecomEvent } from './events.ts';
import { budgetOf, type CarrierLine, leaseMs, type Nas, type OpenSession, pacedAfter, type Telecom } from './model.ts';
import { openNas } from './nases.ts';
import { recordAnswers, recordLooks } from './outcomes.ts';
import * as lines from './sql/lines.ts';
import { findSealedNases } from './sql/nases.ts';
import * as operations from './sql/operations.ts';
import * as telecoms from './sql/telecoms.ts';

/** What the reconciler is handed, because it belongs to other rooms. */
export type Hands = {
  openSessions(ctx: Ctx, lineIds: Id[]): Promise<OpenSession[]>;
  /** A Disconnect-Request with its repeats; a few seconds at most. */
  disconnect: Disconnect;
  /** Null when this process cannot reach the telecom's carrier. */
  connectorFor(telecom: Telecom): CarrierConnector | null;
};

/** The most requests of one pass, whatever the telecom's rate. */
const maxPerPass = 200;
/** Confirmed lines that are read again in one pass. */
const slowChecksPerPass = 5;
const telecomsAtOnce = 4;
const requestsAtOnce = 8;
/** A pass starts no further requests after this; what it claimed and did not ask, it gives back. */
const passMs = 20_000;

/** One telecom's pass: what the requests share. `trouble` is set by the first one that finds the carrier unreachable. */
type Pass = { telecom: Telecom; fresh: () => Ctx; trouble: string | null; over: () => boolean };

/**
 * One pass for one organization: brings what its carriers report to what we want. Returns how many requests it worked on.
 *
 * Due work is claimed within each telecom's rate by pushing its next attempt forward, and that commits before anything
 * is asked: no request is sent inside a database transaction. Answers are written in a second one. A process that dies
 * between leaves claims that fall due again. While a carrier is unreachable its telecom is `error` and only that is
 * asked again, so an outage does not use up the attempts of its lines.
 */
export async function reconcile(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const actor = systemActor('reconciler');
  const fresh = () => contextFor(runtime, organization, actor);
  const due = await reading(fresh(), (ctx) => telecoms.listDueTelecoms(ctx));
  const end = runtime.clock.now().getTime() + passMs;
  const over = () => runtime.clock.now().getTime() >= end;
  let worked = 0;
  await inSlices(due, telecomsAtOnce, async (slice) => {
    const counts = await allDone(slice.map((telecom) => runPass({ telecom, fresh, trouble: null, over }, hands)));
    worked += counts.reduce((sum, count) => sum + count, 0);
  });
  return worked;
}

async function runPass(pass: Pass, hands: Hands): Promise<number> {
  const connector = await reachableConnector(pass, hands);
  const work = await atomically(pass.fresh(), (ctx) => claimWork(ctx, pass.telecom, connector !== null));
  const changes = work.operations.filter((operation) => operation.kind === 'set_state');
  const disconnects = work.operations.filter((operation) => operation.kind === 'disconnect');
  await allDone([
    inSlices(changes, requestsAtOnce, (slice) => askForStates(pass, connector!, slice)),
    inSlices(disconnects, requestsAtOnce, (slice) => askToDisconnect(pass, hands, slice)),
    inSlices(work.checks, requestsAtOnce, (slice) => lookUp(pass, connector!, slice)),
  ]);
  if (pass.trouble) await setTelecomState(pass, 'error', pass.trouble);
  return work.operations.length + work.checks.length;
}

/** The connector, if the carrier holds states and can be reached; a carrier that was in trouble is tried first. */
async function reachableConnector(pass: Pass, hands: Hands): Promise<CarrierConnector | null> {
  if (capsOf[pass.telecom.connector].stateAt !== 'carrier') return null;
  const connector = hands.connectorFor(pass.telecom);
  if (!connector) {
    await setTelecomState(pass, 'error', 'There is no connection to this carrier.');
    return null;
  }
  if (pass.telecom.state === 'ok') return connector;
  try {
    await connector.verify();
  } catch (error) {
    if (!(error instanceof CarrierUnreachable)) throw error;
    await setTelecomState(pass, 'error', error.message);
    return null;
  }
  await setTelecomState(pass, 'ok', null);
  return connector;
}

type Work = { operations: operations.ClaimedOperation[]; checks: CarrierLine[] };

async function claimWork(ctx: Ctx, telecom: Telecom, reachable: boolean): Promise<Work> {
  const work: Work = { operations: [], checks: [] };
  const budget = await telecoms.lockBudget(ctx, telecom.id);
  if (!budget) return work;
  const perSecond = telecom.operationsPerSecond;
  const most = budgetOf(budget.pacedUntil, perSecond, maxPerPass, ctx.now);
  if (most === 0) return work;
  const until = new Date(ctx.now.getTime() + leaseMs);
  work.operations = await operations.claimOperations(
    ctx,
    telecom.id,
    reachable ? ['set_state', 'disconnect'] : ['disconnect'],
    most,
    until,
  );
  let left = most - work.operations.length;
  if (reachable && left > 0) {
    work.checks = await lines.claimChecks(ctx, telecom.id, 'unconfirmed', left, until);
    left -= work.checks.length;
    const slow = Math.min(left, slowChecksPerPass);
    if (slow > 0) work.checks.push(...(await lines.claimChecks(ctx, telecom.id, 'others', slow, until)));
  }
  const sent = work.operations.length + work.checks.length;
  if (sent > 0) {
    await telecoms.spendBudget(ctx, telecom.id, pacedAfter(budget.pacedUntil, perSecond, sent, ctx.now));
  }
  return work;
}

async function askForStates(
  pass: Pass,
  connector: CarrierConnector,
  claimed: operations.ClaimedOperation[],
): Promise<void> {
  const stop = pass.trouble !== null || pass.over();
  const answers = await Promise.all(
    claimed.map(async (operation) => {
      if (stop) return { operation, answer: { kind: 'unasked' } as Answer };
      const answer = await safely(pass, () =>
        operation.carrierReference
          ? connector.getOperation(operation.carrierReference)
          : connector.setState(operation, operation.want!, operation.id),
      );
      if (answer.kind === 'again' && answer.unreachable) pass.trouble = answer.text;
      return { operation, answer };
    }),
  );
  await recordAnswers(pass.fresh(), answers);
}

async function askToDisconnect(pass: Pass, hands: Hands, claimed: operations.ClaimedOperation[]): Promise<void> {
  const stop = pass.over();
  // A failure to read is every operation's: each gets its answer, so that no claim is repeated without end.
  const open = stop ? null : findSessions(pass, hands, claimed);
  const answers = await Promise.all(
    claimed.map(async (operation) => ({
      operation,
      answer: !open
        ? ({ kind: 'unasked' } as Answer)
        : await safely(pass, async () => {
            const { sessions, nases } = await open;
            return disconnectSessions(sessions.get(operation.lineId) ?? [], nases, hands.disconnect);
          }),
    })),
  );
  await recordAnswers(pass.fresh(), answers);
}

type Open = { sessions: Map<Id, OpenSession[]>; nases: Map<Id, Nas> };

async function findSessions(pass: Pass, hands: Hands, claimed: operations.ClaimedOperation[]): Promise<Open> {
  return reading(pass.fresh(), async (ctx) => {
    const open = await hands.openSessions(
      ctx,
      claimed.map((operation) => operation.lineId),
    );
    const nases = await findSealedNases(ctx, [...new Set(open.map((session) => session.nasId))]);
    return {
      sessions: Map.groupBy(open, (session) => session.lineId),
      nases: new Map(nases.map((nas) => [nas.id, openNas(nas)])),
    };
  });
}

async function lookUp(pass: Pass, connector: CarrierConnector, claimed: CarrierLine[]): Promise<void> {
  const askedAt = pass.fresh().now;
  const stop = pass.trouble !== null || pass.over();
  const looks = await Promise.all(
    claimed.map(async (line): Promise<{ lineId: Id; found: CarrierSim | null | 'silent' }> => {
      if (stop) return { lineId: line.lineId, found: 'silent' };
      try {
        return { lineId: line.lineId, found: await connector.getSim(line) };
      } catch (error) {
        if (error instanceof CarrierUnreachable) pass.trouble = error.message;
        else pass.fresh().log.error({ err: error, telecom: pass.telecom.id }, 'a look at a carrier failed');
        return { lineId: line.lineId, found: 'silent' };
      }
    }),
  );
  await recordLooks(pass.fresh(), looks, askedAt);
}

/** A fault of ours in a request is logged and counts as an attempt; it must not stop the others. */
async function safely(pass: Pass, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    pass.fresh().log.error({ err: error, telecom: pass.telecom.id }, 'a carrier operation failed');
    return { kind: 'again', text: 'The request could not be sent.' };
  }
}

async function setTelecomState(pass: Pass, state: Telecom['state'], reason: string | null): Promise<void> {
  await atomically(pass.fresh(), async (ctx) => {
    const telecom = await telecoms.setTelecomState(ctx, pass.telecom.id, state, reason);
    if (telecom) await emit(ctx, [telecomEvent('telecom.updated', telecom)]);
  });
}

async function inSlices<T>(items: T[], size: number, work: (slice: T[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += size) await work(items.slice(from, from + size));
}

/** Waits for all of them, also when one fails, so that nothing of a pass outlives it. */
async function allDone<T>(running: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}
