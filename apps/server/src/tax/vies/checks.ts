import type { Ctx, Organization, Runtime } from '../../kit/ctx.ts';
import { contextFor, systemActor } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { Refusal, refuse } from '../../kit/refusal.ts';
import { type AccountTax, getTax, recordCheck } from '../service.ts';
import { findNumber } from '../sql.ts';
import type { Vies, ViesAnswer } from './door.ts';
import { isInVies } from './formats.ts';
import * as store from './sql.ts';

/**
 * Asks VIES about the number of an account: a row, which `carryChecks` asks about. Asked twice, it is one check. Refuses
 * `account.not_found`, `tax.number_missing`, `tax.number_not_in_vies`.
 */
export async function askVies(ctx: Ctx, ownerId: Id): Promise<AccountTax> {
  return atomically(ctx, async (ctx) => {
    const { number } = await getTax(ctx, ownerId);
    if (!number) throw refuse.conflict('tax.number_missing', 'This account has no VAT number to be checked.');
    if (!isInVies(number.country)) {
      throw refuse.conflict(
        'tax.number_not_in_vies',
        'VIES knows numbers of the European Union and of Northern Ireland. Check this one by hand.',
      );
    }
    await store.insertCheck(ctx, { id: newId(ctx), ownerId, country: number.country, number: number.number });
    return getTax(ctx, ownerId);
  });
}

/** Checks asked about in one turn of an organization, one after the other: VIES refuses who asks much at once. */
const checksAtOnce = 10;
/** Longer than an answer may take: who claimed a check and died gives it back. */
const leaseMs = 120_000;
/** Minutes until the next try; after the last a person checks by hand. */
const pauses = [1, 5, 15, 60, 240, 720];

/** When VIES is asked again. @param attempts how often it was asked, 1 and more @returns null: not any more */
export function nextTry(attempts: number, now: Date): Date | null {
  const minutes = pauses[attempts - 1];
  return minutes === undefined ? null : new Date(now.getTime() + minutes * 60_000);
}

/** Asks VIES about what waits, outside any database transaction, and keeps what it says. Returns how many it asked about. */
export async function carryChecks(runtime: Runtime, organization: Organization, vies: Vies): Promise<number> {
  const ctx = () => contextFor(runtime, organization, systemActor('VIES'));
  const due = await atomically(ctx(), (ctx) =>
    store.claimDue(ctx, checksAtOnce, new Date(ctx.now.getTime() + leaseMs)),
  );
  for (const check of due) {
    const own = await atomically(ctx(), (ctx) => findNumber(ctx, organization.id));
    const asker = own && isInVies(own.country) ? { country: own.country, number: own.number } : null;
    const answer = await vies.check({ country: check.country, number: check.number }, asker);
    await atomically(ctx(), (ctx) => settle(ctx, check, answer));
  }
  return due.length;
}

/** Keeps an answer with the number it is about, if that is the account's still. */
async function settle(ctx: Ctx, check: store.Check, answer: ViesAnswer): Promise<void> {
  if (answer.kind !== 'answered') {
    const next = answer.kind === 'later' ? nextTry(check.attempts, ctx.now) : null;
    await store.postpone(ctx, check.id, answer.problem, next);
    return;
  }
  const { valid, requestId, name, address } = answer;
  let problem: string | null = null;
  const now = await findNumber(ctx, check.ownerId);
  if (now?.country === check.country && now.number === check.number) {
    try {
      await recordCheck(ctx, check.ownerId, { valid, how: 'vies', reference: requestId });
    } catch (error) {
      // What reverse charge stands on does not become invalid by itself: somebody is told, and gives the account another rate first.
      if (!(error instanceof Refusal)) throw error;
      problem = error.code;
    }
  }
  await store.keepAnswer(ctx, check.id, { valid, requestId, name, address, problem });
}
