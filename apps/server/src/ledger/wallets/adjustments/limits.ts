import { formatAmount, type Micros } from '@simwright/measure';
import { audit } from '../../../kit/audit.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { publicId } from '../../../kit/ids.ts';
import { emit } from '../../../kit/outbox.ts';
import { refuse } from '../../../kit/refusal.ts';
import * as store from './sql.ts';

/**
 * How much money one person may move by hand. Null: as much as there is, because nobody has set a limit. A currency without a limit of its
 * own, where others have one, has no room: a limit in euros would else be passed in dollars.
 */
export async function limitOf(ctx: Ctx, currency: string): Promise<Micros | null> {
  const limits = await listLimits(ctx);
  if (limits.length === 0) return null;
  return limits.find((limit) => limit.currency === currency)?.mostMicros ?? 0n;
}

/** What each currency was given, in the order of their codes. */
export async function listLimits(ctx: Ctx): Promise<store.WalletLimit[]> {
  return reading(ctx, store.listLimits);
}

/** Refuses `wallet.approval_needed` for more than one person may move alone. */
export async function holdToLimit(ctx: Ctx, amountMicros: Micros, currency: string): Promise<void> {
  const limit = await limitOf(ctx, currency);
  if (limit === null || amountMicros <= limit) return;
  const most = formatAmount(limit, currency);
  throw refuse.conflict(
    'wallet.approval_needed',
    `More than ${most} ${currency} needs somebody else who agrees. Ask for it: POST /api/v1/wallets/{id}/adjustments.`,
    { field: 'body.amount', limit: most, currency },
  );
}

/** Sets above which amount somebody else must agree; null takes the limit of that currency away. */
export async function setLimit(ctx: Ctx, currency: string, mostMicros: Micros | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const before = (await store.listLimits(ctx)).find((limit) => limit.currency === currency)?.mostMicros ?? null;
    if (before === mostMicros) return;
    await store.setLimit(ctx, currency, mostMicros);
    const show = (micros: Micros | null) => (micros === null ? null : formatAmount(micros, currency));
    const { id } = ctx.organization;
    await audit(ctx, [
      {
        ...{ action: 'wallet_limit.set', objectType: 'organization', objectId: publicId('organization', id) },
        changes: [{ field: `limit ${currency}`, old: show(before), new: show(mostMicros) }],
      },
    ]);
    const data = { currency, before: show(before), limit: show(mostMicros) };
    await emit(ctx, [{ name: 'wallet_limit.set', subject: { type: 'organization', id }, data }]);
  });
}
