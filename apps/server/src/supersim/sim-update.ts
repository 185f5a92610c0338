import { awaitCallback } from '../deliveries/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, retrying } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import { findFleet, findSim } from './call.ts';
import { ApiError, codes, invalidParameter } from './errors.ts';
import { parseSid } from './sids.ts';
import { pendingOf } from './sim-status.ts';

/** What an update asks for, as it came; absent: not asked. */
export type SimChange = {
  uniqueName?: string | null;
  status?: inventory.SuperSimStatus;
  /** SID or unique name; empty takes the SIM out of its fleet. */
  fleet?: string;
  /** SID of the account the SIM goes to. */
  account?: string;
  /** Whom to call when a change of status that waits for the carrier is done. */
  callback: { url: string; method: 'GET' | 'POST' } | null;
};

export type UpdatedSim = { sim: inventory.Sim; pending: boolean; companyId: Id | null };

/**
 * Changes a SIM in one database transaction: all that was asked, or nothing. The fleet comes before the status, so
 * that one request may put a new SIM into a fleet and activate it; leaving the fleet comes after, so that one request
 * may deactivate a SIM and take it out.
 */
export async function updateSim(ctx: Ctx, companyId: Id | null, name: string, change: SimChange): Promise<UpdatedSim> {
  return retrying(3, () =>
    atomically(ctx, async (ctx) => {
      const sim = await lockSim(ctx, companyId, name);
      const isPending = (await pendingOf(ctx, [sim.id])).has(sim.id);
      const target = decideAccount(ctx, companyId, sim, isPending, change.account);
      const fleetId = await decideFleet(ctx, sim, isPending, target, change.fleet);
      const patch: inventory.SimPatch = {};
      if (change.uniqueName !== undefined) patch.uniqueName = change.uniqueName;
      if (target !== companyId) patch.companyId = target;
      if (fleetId) patch.fleetId = fleetId;
      if (Object.keys(patch).length > 0) await inventory.updateSim(ctx, sim.id, patch);
      if (change.status) await changeStatus(ctx, sim.id, isPending, change.status);
      if (fleetId === null) await inventory.updateSim(ctx, sim.id, { fleetId });
      const pending = (await pendingOf(ctx, [sim.id])).has(sim.id);
      if (change.callback && change.status && pending) {
        await awaitCallback(ctx, { companyId: target, awaits: { type: 'sim', id: sim.id }, ...change.callback });
      }
      return { sim: await inventory.getSim(ctx, sim.id), pending, companyId: target };
    }),
  );
}

async function lockSim(ctx: Ctx, companyId: Id | null, name: string): Promise<inventory.Sim> {
  const found = await findSim(ctx, companyId, name);
  const [sim] = found ? await inventory.lockSims(ctx, [found.id]) : [];
  // Between the two statements it may have been transferred.
  if (!sim || sim.companyId !== companyId)
    throw new ApiError(404, codes.simNotFound, `Super SIM ${name} was not found`);
  return sim;
}

/** A SIM may go to the caller's own account or to one of its sub-accounts, and only while it is `new`. */
function decideAccount(
  ctx: Ctx,
  companyId: Id | null,
  sim: inventory.Sim,
  isPending: boolean,
  sid: string | undefined,
): Id | null {
  if (!sid) return companyId;
  const id = parseSid('account', sid);
  if (!id) throw invalidParameter('AccountSid', 'Invalid parameter AccountSid: expected AC and 32 hex digits');
  const target = id === ctx.organization.id ? null : id;
  if (target === companyId) return companyId;
  if (companyId !== null) throw new ApiError(404, codes.notFound, `Account ${sid} was not found`);
  if (sim.lifecycle !== 'blank' || isPending) {
    throw invalidParameter('AccountSid', 'A Super SIM changes its account only while its status is new');
  }
  return target;
}

/** The fleet to put the SIM into; null: take it out; undefined: leave it as it is. */
async function decideFleet(
  ctx: Ctx,
  sim: inventory.Sim,
  isPending: boolean,
  target: Id | null,
  name: string | undefined,
): Promise<Id | null | undefined> {
  // A fleet belongs to one account: a SIM that moves leaves it behind, unless it is told its new one.
  if (name === undefined) return target !== sim.companyId && sim.fleetId ? null : undefined;
  const fleet = name === '' ? null : await findFleet(ctx, target, name);
  if (name !== '' && !fleet) throw new ApiError(404, codes.fleetNotFound, `Fleet ${name} was not found`, 'Fleet');
  const fleetId = fleet?.id ?? null;
  if (fleetId === sim.fleetId) return undefined;
  if (isPending) {
    const message = 'The Fleet of a Super SIM cannot change while its status is scheduled';
    throw new ApiError(400, codes.fleetChangeWhileScheduled, message, 'Fleet');
  }
  return fleetId;
}

const lifecycleOf = { ready: 'ready', active: 'active', inactive: 'suspended' } as const;

async function changeStatus(ctx: Ctx, id: Id, isPending: boolean, status: inventory.SuperSimStatus): Promise<void> {
  const sim = await inventory.getSim(ctx, id);
  if (status === 'new' || status === 'scheduled' || (isPending && sim.lifecycle !== lifecycleOf[status])) {
    const now = inventory.superSimStatus(sim.lifecycle, isPending);
    throw new ApiError(400, codes.statusNotAllowed, `A Super SIM that is ${now} cannot become ${status}`, 'Status');
  }
  if (status !== 'inactive' && sim.fleetId === null) {
    throw new ApiError(400, codes.fleetMissing, `A Super SIM needs a Fleet to become ${status}`, 'Fleet');
  }
  const [outcome] = await (status === 'ready'
    ? periods.makeReady(ctx, [id])
    : status === 'active'
      ? periods.activate(ctx, [id])
      : periods.suspend(ctx, [id], 'Super SIM API'));
  if (outcome?.refusal) throw outcome.refusal;
}
