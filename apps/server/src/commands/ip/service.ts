import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import * as usage from '../../usage/index.ts';
import { ipEvent } from './events.ts';
import { bytesOf, type IpCommand, ipErrors, isCarried, keptDays, longestPayload } from './model.ts';
import * as store from './sql.ts';

export type NewIpToSim = Pick<IpCommand, 'lineId' | 'payloadType' | 'devicePort' | 'callback'> & {
  /** Text, or base64 of bytes. */
  payload: string;
};

/** What this room refuses of data to a SIM, for edges with numbers of their own. */
export const ipRefusals = { notInUse: 'ip_command.sim_not_in_use', disabled: 'ip_command.disabled' } as const;

/**
 * Keeps data that is to be sent to a SIM. Refuses `ip_command.payload_invalid`, `ip_command.port_invalid`, `ip_command.sim_not_in_use`
 * for a SIM that is neither ready nor active, and `ip_command.disabled` where its fleet has no data.
 */
export async function sendIp(
  ctx: Ctx,
  { lineId, payload, payloadType, devicePort, callback }: NewIpToSim,
): Promise<IpCommand> {
  const bytes = bytesOf(payload, payloadType);
  if (!bytes) {
    throw refuse.invalid('ip_command.payload_invalid', 'This payload cannot be sent as one datagram.', {
      field: 'payload',
      expected: `${payloadType === 'text' ? 'text' : 'base64'} of 1 to ${longestPayload} bytes`,
    });
  }
  if (!Number.isInteger(devicePort) || devicePort < 1 || devicePort > 65_535) {
    throw refuse.invalid('ip_command.port_invalid', 'This is no UDP port.', {
      field: 'devicePort',
      expected: '1 to 65535',
    });
  }
  return atomically(ctx, async (ctx) => {
    const sim = await inventory.getSim(ctx, lineId);
    if (!inUse(sim)) {
      const text = 'Only a SIM that is ready or active takes data.';
      throw refuse.conflict(ipRefusals.notInUse, text, { field: 'sim' });
    }
    const [fleet] = sim.fleetId ? await inventory.listFleets(ctx, { ids: [sim.fleetId] }, { limit: 1 }) : [];
    if (fleet && !fleet.dataEnabled) {
      const text = 'The fleet of this SIM has no data: it was made without.';
      throw refuse.conflict(ipRefusals.disabled, text, { field: 'sim' });
    }
    const id = newId(ctx);
    await store.insertIp(ctx, {
      ...{ id, lineId, companyId: sim.companyId, direction: 'to_sim', payload: bytes, payloadType, devicePort },
      ...{ deviceAddress: null, status: 'queued', callback, nextAttemptAt: ctx.now },
    });
    return getIp(ctx, id);
  });
}

export function inUse({ lifecycle }: Pick<inventory.Sim, 'lifecycle'>): boolean {
  return lifecycle === 'ready' || lifecycle === 'active';
}

/** A datagram from an address that a telecom gives its devices. */
export type Datagram = usage.DevicePlace & { port: number; payload: Buffer };

/** Takes a datagram from a device. Anything but `received` says why it was not kept: whose it is, nobody can know. */
export async function receiveIp(
  ctx: Ctx,
  datagram: Datagram,
): Promise<'received' | Exclude<usage.Holder['kind'], 'line'> | 'unfit'> {
  const { telecomId, address, port, payload } = datagram;
  if (!isCarried(payload)) return 'unfit';
  return atomically(ctx, async (ctx) => {
    const [holder] = await usage.holdersOf(ctx, [{ telecomId, address }]);
    if (holder!.kind !== 'line') return holder!.kind;
    const { lineId } = holder!;
    const sim = await inventory.getSim(ctx, lineId);
    const id = newId(ctx);
    await store.insertIp(ctx, {
      ...{ id, lineId, companyId: sim.companyId, direction: 'from_sim', payload, payloadType: 'binary' },
      ...{ deviceAddress: address, devicePort: port, status: 'received', callback: null, nextAttemptAt: null },
    });
    await emit(ctx, [
      ipEvent('ip_command.received', { id, lineId, direction: 'from_sim', errorCode: null, failure: null }),
    ]);
    return 'received';
  });
}

/** The callback of a command was not answered by 2xx: noted beside its status, which is what became of the data. */
export async function callbackUnanswered(ctx: Ctx, id: Id, text: string): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const noted = await store.noteError(ctx, id, ipErrors.callbackUnanswered, text);
    if (noted) await emit(ctx, [ipEvent('ip_command.callback_unanswered', noted)]);
  });
}

/** Newest first, unless asked otherwise; a company's staff see those of their company. */
export async function listIp(
  ctx: Ctx,
  filter: store.IpFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<IpCommand[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, (ctx) => store.listIp(ctx, own, page));
}

/** Refuses `ip_command.not_found`. */
export async function getIp(ctx: Ctx, id: Id): Promise<IpCommand> {
  const [found] = await listIp(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('ip_command', publicId('ip_command', id));
  return found;
}

const forgottenAtOnce = 5_000;

/** Forgets what ended and was made 90 days ago. Returns how many. */
export async function sweepIp(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
  return atomically(ctx, (ctx) => store.forgetIp(ctx, before, forgottenAtOnce));
}
