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
        field: 'body.sim',
      });
    }
    const [fleet] = sim.fleetId ? await inventory.listFleets(ctx, { ids: [sim.fleetId] }, { limit: 1 }) : [];
    if (fleet && !fleet.smsCommandsEnabled) {
      throw refuse.conflict('sms_command.disabled', 'The fleet of this SIM takes no text: it was made without.', {
        field: 'body.sim',
      });
    }
    const id = newId(ctx);
    const expiresAt = new Date(ctx.now.getTime() + keptTryingMs);
    await store.insertSms(ctx, { id, lineId, companyId: sim.companyId, payload, callback, expiresAt });
    return getSms(ctx, id);
  });
}

/** A text that came from a SIM. */
export type TextFromSim = {
  lineId: Id;
  payload: string;
  /** Names it among all texts from SIMs of the organization. */
  key: string;
  /** When the device sent it. */
  at: Date;
};

/**
 * Takes texts that came from SIMs, each once for its key. Returns the ids of those that were not there before, by their keys.
 * Refuses `sms_command.payload_invalid`, `sim.not_found`.
 */
export async function receiveTexts(ctx: Ctx, texts: TextFromSim[]): Promise<Map<string, Id>> {
  if (texts.length === 0) return new Map();
  for (const { payload } of texts) mustBeSendable(payload);
  return atomically(ctx, async (ctx) => {
    const lineIds = [...new Set(texts.map(({ lineId }) => lineId))];
    const sims = new Map((await inventory.lockSims(ctx, lineIds)).map((sim) => [sim.id, sim]));
    const named = texts.map((text) => {
      const sim = sims.get(text.lineId);
      if (!sim) throw refuse.notFound('sim', publicId('sim', text.lineId));
      // What is said to come from the future was used now: later usage must not count before it.
      return { ...text, id: newId(ctx), companyId: sim.companyId, at: text.at < ctx.now ? text.at : ctx.now };
    });
    const fresh = await store.insertReceived(ctx, named);
    const received = named.filter(({ id }) => fresh.has(id));
    await emit(
      ctx,
      received.map(({ id, lineId }) =>
        smsEvent({ id, lineId, status: 'received', direction: 'from_sim', failure: null }),
      ),
    );
    await activateUsed(ctx, [...new Set(received.map(({ lineId }) => lineId))]);
    return new Map(received.map(({ key, id }) => [key, id]));
  });
}

function mustBeSendable(payload: string): void {
  if (isSendable(payload)) return;
  throw refuse.invalid('sms_command.payload_invalid', 'This text cannot be sent as one message.', {
    field: 'body.payload',
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

/** SIMs whose texts a search for a part of an identifier shows, at most. */
const searchedSims = 100;

/**
 * Newest first, unless asked otherwise; a company's staff see those of their company. A search is for a part of the text, or, with
 * six digits or more, for a part of an identifier where a SIM has it; it lists the newest first only.
 */
export async function listSms(
  ctx: Ctx,
  filter: store.SmsFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<SmsCommand[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, async (ctx) => store.listSms(ctx, await bySims(ctx, own), page));
}

async function bySims(ctx: Ctx, filter: store.SmsFilter): Promise<store.SmsFilter> {
  const { search } = filter;
  if (!search || filter.lineIds || !/^\d{6,20}$/.test(search)) return filter;
  const sims = await inventory.listSims(ctx, { search }, { limit: searchedSims });
  return sims.length === 0 ? filter : { ...filter, search: undefined, lineIds: sims.map((sim) => sim.id) };
}

/** Refuses `sms_command.not_found`. */
export async function getSms(ctx: Ctx, id: Id): Promise<SmsCommand> {
  const [found] = await listSms(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('sms_command', publicId('sms_command', id));
  return found;
}
