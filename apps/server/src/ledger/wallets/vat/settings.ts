import { audit } from '../../../kit/audit.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { type Id, publicId } from '../../../kit/ids.ts';
import { emit } from '../../../kit/outbox.ts';
import { refuse } from '../../../kit/refusal.ts';
import { openParts } from '../parts/sql.ts';
import { lockWallet } from '../reads.ts';
import { tell } from '../told.ts';
import type { VatAt } from './model.ts';
import * as store from './sql.ts';

/** When wallets that are opened now bear VAT: when they are refilled, unless somebody has set it. */
export async function vatAtOf(ctx: Ctx): Promise<VatAt> {
  return reading(ctx, async (ctx) => (await store.findSetting(ctx)) ?? 'refill');
}

/** Sets when wallets bear VAT that are opened from now on. Those that are open keep theirs. */
export async function setVatAt(ctx: Ctx, vatAt: VatAt): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const before = await vatAtOf(ctx);
    if (before === vatAt) return;
    await store.saveSetting(ctx, vatAt);
    const { id } = ctx.organization;
    await audit(ctx, [
      {
        ...{ action: 'wallet_settings.set', objectType: 'organization', objectId: publicId('organization', id) },
        changes: [{ field: 'vatAt', old: before, new: vatAt }],
      },
    ]);
    const subject = { type: 'organization', id };
    await emit(ctx, [{ name: 'wallet_settings.set', subject, data: { before, vatAt } }]);
  });
}

/**
 * Changes when one wallet bears VAT. What is in it was paid with VAT or without, and nobody could tell it apart later: so only an empty
 * wallet changes, and none that something is under way for. Refuses `wallet.not_found`, `wallet.not_empty`, `wallet.under_way`.
 *
 * @param isUnderWay whether a payment or a refund that concerns it has no outcome yet
 */
export async function changeVatAt(
  ctx: Ctx,
  walletId: Id,
  vatAt: VatAt,
  isUnderWay: (ctx: Ctx, walletId: Id) => Promise<boolean>,
): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    if (wallet.vatAt === vatAt) return;
    const { parts } = await openParts(ctx, walletId);
    if (wallet.remainingMicros !== 0n || wallet.heldMicros !== 0n || parts.length > 0) {
      throw refuse.conflict(
        'wallet.not_empty',
        'When a wallet bears VAT changes only while nothing is in it: refund or spend what it holds, or pay what it owes, and release what is held of it.',
        { field: 'body.vatAt' },
      );
    }
    if (await isUnderWay(ctx, walletId)) {
      throw refuse.conflict(
        'wallet.under_way',
        'A payment or a refund of this wallet is under way. Wait until it is known what became of it.',
        { field: 'body.vatAt' },
      );
    }
    await store.setVatAt(ctx, walletId, vatAt);
    await tell(ctx, { ...wallet, vatAt }, owner, 'wallet.vat_changed', { before: wallet.vatAt, vatAt }, [
      { field: 'vatAt', old: wallet.vatAt, new: vatAt },
    ]);
  });
}
