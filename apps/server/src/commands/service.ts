import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as periods from '../periods/index.ts';
import { smsEvent } from './events.ts';
import { isSendable, keptTryingMs, longestPayload, type SmsCommand } from './model.ts';
import * as store from './sql.ts';

export type NewSmsToSim = {
  lineId: Id;
  payload: string;
  callback: SmsCommand['callback'];
};

/**
 * Keeps a text that is to be sent to a SIM. Refuses `sms_command.payload_invalid`, `sms_command.sim_not_in_use` for a SIM that
 * is neither ready nor active, and `sms_command.disabled` where its fleet takes none.
 */
export async function sendSms(ctx: Ctx, { lineId, payload, callback }: NewSmsToSim): Promise<SmsCommand> {
  mustBeSendable(payload);
  return atomically(ctx, async (ctx) => {
    const sim = await inventory.getSim(ctx, lineId);
    if (sim.lifecycle !== 'ready' && sim.lifecycle !== 'active') {
      throw refuse.conflict('sms_command.sim_not_in_use', 'Only a SIM that is ready or active takes text.', {
        field: 'sim',
      });
    }
    const [fleet] = sim.fleetId ? await inventory.listFleets(ctx, { ids: [sim.fleetId] }, { limit: 1 }) : [];
    if (fleet && !fleet.smsCommandsEnabled) {
      throw refuse.conflict('sms_command.disabled', 'The fleet of this SIM takes no text: it was made without.', {
        field: 'sim',
      });
    }
    const id = newId(ctx);
    await store.insertSms(ctx, {
      ...{ id, lineId, companyId: sim.companyId, direction: 'to_sim', payload, status: 'queued', callback },
      ...{
        nextAttemptAt: ctx.now,
        expiresAt: new Date(ctx.now.getTime() + keptTryingMs),
        sourceKey: null,
        countedAt: null,
      },
    });
    return getSms(ctx, id);
  });
}

/**
 * Takes a text that came from a SIM, once for each key of its source. Null: this one was there already.
 *
 * @param key names the text at its source
 */
export async function receiveSms(
  ctx: Ctx,
  { lineId, payload, key }: { lineId: Id; payload: string; key: string },
): Promise<SmsCommand | null> {
  mustBeSendable(payload);
  return atomically(ctx, async (ctx) => {
    const [sim] = await inventory.lockSims(ctx, [lineId]);
    if (!sim) throw refuse.notFound('sim', publicId('sim', lineId));
    const id = newId(ctx);
    const isNew = await store.insertSms(ctx, {
      ...{ id, lineId, companyId: sim.companyId, direction: 'from_sim', payload, status: 'received', callback: null },
      ...{ nextAttemptAt: null, expiresAt: null, sourceKey: key, countedAt: ctx.now },
    });
    if (!isNew) return null;
    const received = await getSms(ctx, id);
    await emit(ctx, [smsEvent(received)]);
    await activateUsed(ctx, [lineId]);
    return received;
  });
}

function mustBeSendable(payload: string): void {
  if (isSendable(payload)) return;
  throw refuse.invalid('sms_command.payload_invalid', 'This text cannot be sent as one message.', {
    field: 'payload',
    expected: `1 to ${longestPayload} characters of Latin-1`,
  });
}

/** Lines that wait as ready become active when their plan's number of texts is used. In the caller's database transaction. */
export async function activateUsed(ctx: Ctx, lineIds: Id[]): Promise<void> {
  const waiting = await periods.readyByCommands(ctx, lineIds);
  if (waiting.length === 0) return;
  const used = await store.countUsed(ctx, waiting);
  const through = waiting.filter(({ lineId, commands }) => (used.get(lineId) ?? 0) >= commands);
  if (through.length > 0)
    await periods.activate(
      ctx,
      through.map(({ lineId }) => lineId),
    );
}

/** Newest first, unless asked otherwise; a company's staff see those of their company. */
export async function listSms(
  ctx: Ctx,
  filter: store.SmsFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<SmsCommand[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, (ctx) => store.listSms(ctx, own, page));
}

/** Refuses `sms_command.not_found`. */
export async function getSms(ctx: Ctx, id: Id): Promise<SmsCommand> {
  const [found] = await listSms(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('sms_command', publicId('sms_command', id));
  return found;
}
