import type { Ctx } from '../kit/ctx.ts';
import { atomically, retrying } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import type { Answer, CarrierSim } from './connectors/contract.ts';
import { carrierDrifted, carrierFailed, carrierSynced, linkChanged } from './events.ts';
import { decideAttempt, decideCheck, recheckMs, unknownSim } from './model.ts';
import * as lines from './sql/lines.ts';
import * as operations from './sql/operations.ts';

/** Deadlocks with a caller of `want` are possible; PostgreSQL picks one, and the unit of work is tried again. */
const maxTries = 5;

/**
 * Writes what carriers answered, in one database transaction: operations, what the line is reported to be, events. An
 * operation that was replaced meanwhile keeps that state and says nothing of the line; its successor may start.
 */
export async function recordAnswers(
  ctx: Ctx,
  answers: { operation: operations.ClaimedOperation; answer: Answer }[],
): Promise<void> {
  await retrying(maxTries, () =>
    atomically(ctx, async (ctx) => {
      const locked = await lines.lockLines(
        ctx,
        answers.map(({ operation }) => operation.lineId),
      );
      const attempts = answers.map(({ operation, answer }) => ({
        ...operation,
        ...decideAttempt(operation, answer, ctx.now, fraction(ctx)),
        claimed: operation.attempts,
        unknownSim: answer.kind === 'refused' && answer.unknownSim === true,
      }));
      const recorded = await operations.recordAttempts(ctx, attempts);
      const replaced = attempts.filter((attempt) => !recorded.has(attempt.id));
      if (replaced.length > 0) {
        await operations.releaseSuccessors(
          ctx,
          replaced.map((attempt) => attempt.lineId),
        );
      }
      const ours = attempts.filter((attempt) => recorded.has(attempt.id));
      const synced = ours.filter((attempt) => attempt.kind === 'set_state' && attempt.state === 'done');
      if (synced.length > 0) {
        await lines.setReported(
          ctx,
          synced.map((attempt) => ({ lineId: attempt.lineId, reported: attempt.want! })),
          new Date(ctx.now.getTime() + recheckMs),
        );
      }
      const unknownIds = new Set(ours.filter((attempt) => attempt.unknownSim).map((attempt) => attempt.lineId));
      const unknown = locked.filter((line) => unknownIds.has(line.lineId) && line.link !== 'error');
      if (unknown.length > 0) {
        await lines.setLinkError(
          ctx,
          unknown.map((line) => line.lineId),
          unknownSim,
        );
      }
      await emit(ctx, [
        ...synced.map((attempt) => carrierSynced(attempt, attempt.want!, attempt.cause, attempt)),
        ...ours.filter(({ state }) => state === 'failed').map((attempt) => carrierFailed(attempt, attempt.lastAnswer)),
        ...unknown.map((line) => linkChanged(line, 'error', unknownSim)),
      ]);
    }),
  );
}

/**
 * Writes what looks at carriers found, in one database transaction. A line in another state than we want gets an
 * operation, unless it is held. What an operation reported after `askedAt` is newer than the look and stands.
 */
export async function recordLooks(
  ctx: Ctx,
  looks: { lineId: Id; found: CarrierSim | null | 'silent' }[],
  askedAt: Date,
): Promise<void> {
  const foundOf = new Map(looks.map((look) => [look.lineId, look.found]));
  await retrying(maxTries, () =>
    atomically(ctx, async (ctx) => {
      const checks = (await lines.lockLines(ctx, [...foundOf.keys()])).map((line) => {
        const found = foundOf.get(line.lineId)!;
        const overtaken = line.reportedAt !== null && line.reportedAt >= askedAt;
        const checked = decideCheck(line, found, ctx.now);
        if (overtaken) Object.assign(checked, { reported: false, reportedState: line.reportedState });
        return { line, checked };
      });
      await lines.setChecked(
        ctx,
        checks.map(({ line, checked }) => ({ lineId: line.lineId, ...checked })),
      );
      const wrong = checks.filter(
        ({ line, checked }) =>
          !line.held && checked.reported && checked.link === 'ok' && checked.reportedState !== line.desiredState,
      );
      const asked = await operations.insertOperations(
        ctx,
        wrong.map(({ line }) => ({
          id: newId(ctx),
          lineId: line.lineId,
          telecomId: line.telecomId,
          kind: 'set_state',
          want: line.desiredState,
          cause: 'drift',
          nextAttemptAt: ctx.now,
        })),
      );
      await emit(ctx, [
        ...checks
          .filter(({ line, checked }) => line.link !== checked.link)
          .map(({ line, checked }) => linkChanged(line, checked.link, checked.linkReason)),
        // The first look at a line finds it as the carrier delivered it: that is no drift.
        ...wrong
          .filter(({ line }) => asked.has(line.lineId) && line.reportedState !== null)
          .map(({ line, checked }) => carrierDrifted(line, checked.reportedState)),
      ]);
    }),
  );
}

/** 0 ≤ fraction < 1, from the context's randomness. */
function fraction(ctx: Ctx): number {
  return ctx.random(4).readUInt32BE() / 2 ** 32;
}
