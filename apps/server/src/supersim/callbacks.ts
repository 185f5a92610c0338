import * as commands from '../commands/index.ts';
import * as deliveries from '../deliveries/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as provisioning from '../provisioning/index.ts';
import { authTokenOf } from '../tenancy/index.ts';
import { codes } from './errors.ts';
import { sidOf } from './sids.ts';
import { callbackTo, signatureHeader, signatureOf } from './signature.ts';
import { pendingOf } from './sim-status.ts';

/** Version of the API that callbacks name. */
export const apiVersion = 'v1';

/** Signs a request with the auth token that its account has now. */
export async function signDelivery(ctx: Ctx, delivery: deliveries.Delivery): Promise<Record<string, string>> {
  const token = await authTokenOf(ctx, delivery.companyId);
  // An account that is gone cannot check a signature; what was promised to it is sent nevertheless.
  return token === null ? {} : { [signatureHeader]: signatureOf(token, delivery) };
}

/** Sends callbacks of one kind, with what they are told, in the caller's database transaction. */
export async function send(
  ctx: Ctx,
  callbacks: deliveries.Callback[],
  parameters: Record<string, string | null | undefined>,
): Promise<void> {
  await deliveries.enqueue(
    ctx,
    callbacks.map(({ companyId, awaits, ...target }) => ({
      ...callbackTo(target, {
        AccountSid: sidOf('account', companyId ?? ctx.organization.id),
        ApiVersion: apiVersion,
        ...parameters,
      }),
      ...{ companyId, kind: 'callback', about: awaits, signing: 'super_sim' },
    })),
  );
}

/** A SIM's carrier has done what an update asked for, or will not: whoever waits for it is told. */
export async function simSettled(ctx: Ctx, id: Id, failed: boolean): Promise<void> {
  // Another change waits behind the one that ended: its end is what was asked for.
  if (!failed && (await pendingOf(ctx, [id])).has(id)) return;
  const callbacks = await deliveries.takeCallbacks(ctx, { type: 'sim', id });
  if (callbacks.length === 0) return;
  const sim = await inventory.getSim(ctx, id);
  await send(ctx, callbacks, {
    SimSid: sidOf('sim', sim.id),
    SimUniqueName: sim.uniqueName,
    SimIccid: sim.iccid,
    Status: inventory.superSimStatus(sim.lifecycle, false),
    FleetSid: sim.fleetId && sidOf('fleet', sim.fleetId),
    ...(failed && { ErrorCode: String(codes.updateFailed), ErrorMessage: 'The carrier did not take the update' }),
  });
}

/** An eSIM profile can be downloaded: whoever waits for it is told. One that failed is told to nobody, as in the original. */
export async function esimProfileSettled(ctx: Ctx, id: Id): Promise<void> {
  const callbacks = await deliveries.takeCallbacks(ctx, { type: 'esim_profile', id });
  if (callbacks.length === 0) return;
  const profile = await provisioning.getProfile(ctx, id);
  if (!profile.availableAt) return;
  await send(ctx, callbacks, {
    ESimProfileSid: sidOf('esim_profile', id),
    SimSid: sidOf('sim', profile.lineId),
    Iccid: profile.iccid,
    Eid: profile.eid,
    // Its device may have been faster than we are.
    Status: 'available',
    SmdpPlusAddress: profile.smdpAddress,
    MatchingId: profile.matchingId,
    ActivationCode: profile.activationCode,
  });
}

/**
 * What became of a text to a SIM is told to the address that came with it; a text from a SIM to that of its fleet.
 *
 * @param status what is told: by the time of the telling the text may be a step further, which is told by itself
 */
export async function smsTold(ctx: Ctx, id: Id, status: commands.SmsStatus): Promise<void> {
  const command = await commands.getSms(ctx, id);
  const sim = await inventory.getSim(ctx, command.lineId);
  const target = command.direction === 'to_sim' ? command.callback : await smsTargetOf(ctx, sim);
  if (!target) return;
  const sid = sidOf('sms_command', command.id);
  await send(ctx, [{ companyId: command.companyId, awaits: { type: 'sms_command', id }, ...target }], {
    SmsCommandSid: sid,
    // What the resource before this one called it; programs that moved over may still read it.
    CommandSid: sid,
    SimSid: sidOf('sim', sim.id),
    SimUniqueName: sim.uniqueName,
    SimIccid: sim.iccid,
    FleetSid: sim.fleetId && sidOf('fleet', sim.fleetId),
    Direction: command.direction,
    Status: status,
    Payload: command.payload,
    ...(status === 'failed' && { ErrorMessage: command.failure }),
  });
}

/** What became of data to a SIM is told to the address that came with it; data from a SIM to that of its fleet. */
export async function ipTold(ctx: Ctx, id: Id): Promise<void> {
  const command = await commands.getIp(ctx, id);
  const sim = await inventory.getSim(ctx, command.lineId);
  const fleet = command.direction === 'to_sim' ? null : await fleetOf(ctx, sim);
  const target = fleet
    ? fleet.ipCommandsUrl && { method: fleet.ipCommandsMethod, url: fleet.ipCommandsUrl }
    : command.callback;
  if (!target) return;
  await send(ctx, [{ companyId: command.companyId, awaits: { type: 'ip_command', id }, ...target }], {
    IpCommandSid: sidOf('ip_command', command.id),
    SimSid: sidOf('sim', sim.id),
    SimUniqueName: sim.uniqueName,
    SimIccid: sim.iccid,
    FleetSid: sim.fleetId && sidOf('fleet', sim.fleetId),
    Direction: command.direction,
    Status: command.status,
    DeviceIp: command.deviceAddress,
    DevicePort: String(command.devicePort),
    PayloadType: command.payloadType,
    Payload: commands.writtenPayload(command),
    ...(command.status === 'failed' && { ErrorCode: String(command.errorCode), ErrorMessage: command.failure }),
  });
}

async function smsTargetOf(ctx: Ctx, sim: inventory.Sim): Promise<Pick<deliveries.Callback, 'method' | 'url'> | null> {
  const fleet = await fleetOf(ctx, sim);
  return fleet?.smsCommandsUrl ? { method: fleet.smsCommandsMethod, url: fleet.smsCommandsUrl } : null;
}

async function fleetOf(ctx: Ctx, { fleetId }: inventory.Sim): Promise<inventory.Fleet | null> {
  const [fleet] = fleetId ? await inventory.listFleets(ctx, { ids: [fleetId] }, { limit: 1 }) : [];
  return fleet ?? null;
}
