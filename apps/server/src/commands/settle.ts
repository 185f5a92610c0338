import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { emit } from '../kit/outbox.ts';
import { smsEvent } from './events.ts';
import type { SmsCommand } from './model.ts';
import { activateUsed } from './service.ts';
import * as store from './sql.ts';

/** A text to a SIM as it was read, and what it is now. */
export type Settled = { sms: SmsCommand; after: Omit<store.SettledSms, 'id' | 'attempts'> };

/**
 * Writes what became of texts to SIMs, where they still wait for that; tells it, and makes active the ready lines that have used
 * enough. In the caller's database transaction.
 */
export async function settle(ctx: Ctx, settled: Settled[]): Promise<void> {
  // Lines before what is written of them: the one lock order.
  const using = settled.filter(({ after }) => after.counts).map(({ sms }) => sms.lineId);
  await inventory.lockSims(ctx, [...new Set(using)]);
  const written = await store.settleSms(
    ctx,
    settled.map(({ sms, after }) => ({ ...after, id: sms.id, attempts: sms.attempts })),
  );
  const changed = settled.filter(({ sms, after }) => written.has(sms.id) && after.status !== sms.status);
  await emit(
    ctx,
    changed.map(({ sms, after }) => smsEvent({ ...sms, ...after })),
  );
  await activateUsed(ctx, [...new Set(changed.filter(({ after }) => after.counts).map(({ sms }) => sms.lineId))]);
}
