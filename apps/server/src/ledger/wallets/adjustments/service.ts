import { formatAmount, type Micros } from '@simwright/measure';
import { audit } from '../../../kit/audit.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { type Id, newId, publicId } from '../../../kit/ids.ts';
import { emit } from '../../../kit/outbox.ts';
import { refuse } from '../../../kit/refusal.ts';
import { personOf } from '../../../tenancy/index.ts';
import { givePart } from '../parts/give.ts';
import { getGaining, getWallet, getWallets } from '../reads.ts';
import type { WalletHands } from '../routes.ts';
import { creditWallet, debitWallet } from '../service.ts';
import { limitOf } from './limits.ts';
import type { WalletAdjustment } from './sql.ts';
import * as store from './sql.ts';

export type AskedAdjustment = Pick<WalletAdjustment, 'walletId' | 'kind' | 'amountMicros' | 'reason'> &
  Partial<Pick<WalletAdjustment, 'expiresAt' | 'priority'>>;

/** What nobody has decided after this is over. */
const waitsMs = 7 * 86_400_000;

/**
 * Moves money of a wallet by hand, for a reason: at once up to the organization's limit, above it when somebody else has agreed. Refuses
 * `wallet.not_found`, `account.archived`, and what the movement itself refuses.
 */
export async function askAdjustment(ctx: Ctx, hands: WalletHands, asked: AskedAdjustment): Promise<WalletAdjustment> {
  return atomically(ctx, async (ctx) => {
    const { currency } = (await openTo(asked.kind)(ctx, asked.walletId)).wallet;
    const limit = await limitOf(ctx, currency);
    const alone = limit === null || asked.amountMicros <= limit;
    const adjustment: WalletAdjustment = {
      ...{ id: newId(ctx), currency, expiresAt: null, priority: null, ...asked, note: '' },
      ...{ askedBy: ctx.actor.name, asker: await personOf(ctx), askedAt: ctx.now },
      until: alone ? null : new Date(ctx.now.getTime() + waitsMs),
      ...(alone
        ? { state: 'posted' as const, decidedBy: ctx.actor.name, decidedAt: ctx.now }
        : { state: 'pending' as const, decidedBy: null, decidedAt: null }),
    };
    const keep = async (ctx: Ctx) => {
      await store.insertAdjustment(ctx, adjustment);
      if (alone) await move(ctx, adjustment);
    };
    if (alone && adjustment.kind !== 'debit') await hands.freeing(ctx, adjustment.walletId, keep);
    else await keep(ctx);
    await tell(ctx, adjustment, alone ? 'wallet_adjustment.posted' : 'wallet_adjustment.asked');
    return adjustment;
  });
}

/** Of which wallets money is moved so. */
function openTo(kind: WalletAdjustment['kind']): typeof getWallet {
  return kind === 'debit' ? getWallet : getGaining;
}

/**
 * Agrees to what somebody else asked for, and posts it. Only a person who is signed in agrees: behind a key or a token nobody can be seen. Nobody
 * agrees with himself; a key counts as the person who made it. Refuses `wallet_adjustment.not_found`, `.decided`, `.own`, `.not_a_person`, and
 * what the movement refuses: then it waits on.
 */
export async function approveAdjustment(ctx: Ctx, hands: WalletHands, id: Id, note: string): Promise<WalletAdjustment> {
  return atomically(ctx, async (ctx) => {
    const seen = await getAdjustment(ctx, id);
    const work = async (ctx: Ctx) => {
      const adjustment = await lockPending(ctx, id);
      if (ctx.actor.kind !== 'staff') {
        throw refuse.forbidden('wallet_adjustment.not_a_person', 'Only somebody who is signed in can agree to this.');
      }
      if ((await personOf(ctx)) === adjustment.asker) {
        throw refuse.forbidden('wallet_adjustment.own', 'You asked for this. Somebody else has to agree.');
      }
      await openTo(adjustment.kind)(ctx, adjustment.walletId);
      const decided = await decide(ctx, adjustment, 'posted', note);
      await move(ctx, decided);
      return decided;
    };
    // Lines come before rows of ours, and those before ledger accounts.
    const done = await (seen.kind === 'debit' ? work(ctx) : hands.freeing(ctx, seen.walletId, work));
    await tell(ctx, done, 'wallet_adjustment.posted');
    return done;
  });
}

/** Says no to what somebody asked for, or takes back what one asked for oneself. Refuses `wallet_adjustment.not_found`, `.decided`. */
export async function rejectAdjustment(ctx: Ctx, id: Id, note: string): Promise<WalletAdjustment> {
  return atomically(ctx, async (ctx) => {
    await getAdjustment(ctx, id);
    const adjustment = await lockPending(ctx, id);
    const own = (await personOf(ctx)) === adjustment.asker;
    const done = await decide(ctx, adjustment, own ? 'withdrawn' : 'rejected', note);
    await tell(ctx, done, 'wallet_adjustment.rejected');
    return done;
  });
}

/** Takes back what one asked for oneself. Refuses `wallet_adjustment.not_found`, `.decided`, `.not_own`. */
export async function withdrawAdjustment(ctx: Ctx, id: Id): Promise<WalletAdjustment> {
  const { asker } = await getAdjustment(ctx, id);
  if ((await personOf(ctx)) !== asker) {
    throw refuse.forbidden('wallet_adjustment.not_own', 'Only who asked for this can take it back.');
  }
  return rejectAdjustment(ctx, id, '');
}

/** Adjustments that end undecided in one turn. */
const endedAtOnce = 100;

/** Ends what nobody has decided. Returns how many. */
export async function endUndecided(ctx: Ctx): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const due = await store.listAdjustments(ctx, { dueAt: ctx.now }, { limit: endedAtOnce }, 'lock');
    for (const adjustment of due) {
      await tell(ctx, await decide(ctx, adjustment, 'expired', ''), 'wallet_adjustment.expired');
    }
    return due.length;
  });
}

async function lockPending(ctx: Ctx, id: Id): Promise<WalletAdjustment> {
  const [adjustment] = await store.listAdjustments(ctx, { ids: [id] }, { limit: 1 }, 'lock');
  if (adjustment!.state !== 'pending') {
    throw refuse.conflict('wallet_adjustment.decided', `This is ${adjustment!.state} already.`, {
      state: adjustment!.state,
    });
  }
  return adjustment!;
}

async function decide(
  ctx: Ctx,
  adjustment: WalletAdjustment,
  state: 'posted' | 'rejected' | 'withdrawn' | 'expired',
  note: string,
): Promise<WalletAdjustment> {
  const done = { ...adjustment, state, note, decidedBy: ctx.actor.name, decidedAt: ctx.now };
  await store.saveDecision(ctx, done);
  return done;
}

/** The movement itself, once for each adjustment. Beside it stands who asked for it, where somebody else agreed. */
async function move(ctx: Ctx, adjustment: WalletAdjustment): Promise<void> {
  const { id, walletId, amountMicros, kind, expiresAt, askedBy, decidedBy } = adjustment;
  const key = `wallet_adjustment:${id}`;
  const reason = askedBy === decidedBy ? adjustment.reason : `${adjustment.reason} (asked for by ${askedBy})`;
  if (kind === 'debit') await debitWallet(ctx, { walletId, amountMicros, reason, key });
  else if (kind === 'credit') await creditWallet(ctx, { walletId, amountMicros, kind: 'adjustment', reason, key });
  else {
    const priority = adjustment.priority ?? undefined;
    await givePart(ctx, { walletId, kind: 'granted', amountMicros, expiresAt, priority, reason, source: key });
  }
}

/** An adjustment that somebody asked for. Refuses `wallet_adjustment.not_found`. */
export async function getAdjustment(ctx: Ctx, id: Id): Promise<WalletAdjustment> {
  const [found] = await listAdjustments(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('wallet_adjustment', publicId('wallet_adjustment', id));
  return found;
}

/** What was asked for, newest first. */
export async function listAdjustments(
  ctx: Ctx,
  filter: store.AdjustmentFilter,
  page: { before?: Id; limit: number },
): Promise<WalletAdjustment[]> {
  return reading(ctx, (ctx) => store.listAdjustments(ctx, filter, page));
}

/** What an adjustment would leave in its wallet now. */
export async function effectOf(
  ctx: Ctx,
  { walletId, kind, amountMicros }: WalletAdjustment,
): Promise<{ remainingMicros: Micros; afterMicros: Micros; keptMicros: Micros }> {
  const [wallet] = await getWallets(ctx, [walletId]);
  const { remainingMicros, floorMicros, heldMicros } = wallet!;
  const afterMicros = kind === 'debit' ? remainingMicros - amountMicros : remainingMicros + amountMicros;
  return { remainingMicros, afterMicros, keptMicros: floorMicros + heldMicros };
}

const pendingBound = 100;

/** How many wait for somebody to agree, counted to a hundred. */
export async function countPending(ctx: Ctx): Promise<number> {
  return reading(ctx, (ctx) => store.countPending(ctx, pendingBound));
}

async function tell(ctx: Ctx, adjustment: WalletAdjustment, name: string): Promise<void> {
  const { id, walletId, currency, kind, reason, state, askedBy, decidedBy, note } = adjustment;
  const amount = formatAmount(adjustment.amountMicros, currency);
  const objectId = publicId('wallet_adjustment', id);
  await audit(ctx, [
    {
      ...{ action: name, objectType: 'wallet_adjustment', objectId },
      changes: [
        { field: 'state', old: name === 'wallet_adjustment.asked' ? null : 'asked', new: state },
        { field: kind, old: null, new: amount },
        { field: 'reason', old: null, new: reason },
        ...(note ? [{ field: 'note', old: null, new: note }] : []),
      ],
    },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'wallet', id: walletId },
      data: {
        ...{ adjustment: objectId, wallet: publicId('wallet', walletId), kind, amount, currency, reason, state },
        ...{ askedBy, decidedBy },
      },
    },
  ]);
}
