import * as carriers from '../carriers/index.ts';
import * as connections from '../connections/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';

/** Why a device may not attach; the word is kept with the line, and shown in its diagnosis. */
export type Rejection =
  | 'unknown_sim'
  | 'not_registered'
  | 'not_activated'
  | 'suspended'
  | 'archived'
  | 'blocked'
  | 'data_disabled'
  | 'network_not_allowed'
  | 'rate_limited';

export type AccessDecision =
  /** `walled`: it may attach, and its session is to carry nothing. */
  { accept: true; walled: boolean; lineId: Id } | { accept: false; reason: Rejection; lineId: Id | null };

export type AccessFacts = {
  sim: inventory.ChargedSim | null;
  openBlocks: readonly inventory.BlockReason[];
  /** How its telecom stops data; asked only where a block is open. */
  limitMode: carriers.LimitMode;
  fleet: inventory.Fleet | null;
  profile: inventory.NetworkAccessProfile | null;
  plmn: string | null;
  /** It asks more often than a device does. */
  tooOften: boolean;
};

/** Whether a line may attach now, from lifecycle, open blocks, its fleet and the visited network. Pure. */
export function decideAccess(facts: AccessFacts): AccessDecision {
  const { sim, openBlocks, limitMode, fleet, profile, plmn, tooOften } = facts;
  if (!sim) return { accept: false, reason: 'unknown_sim', lineId: null };
  const no = (reason: Rejection): AccessDecision => ({ accept: false, reason, lineId: sim.id });
  if (tooOften) return no('rate_limited');
  if (sim.lifecycle === 'archived') return no('archived');
  if (!sim.registeredAt) return no('not_registered');
  if (sim.lifecycle === 'blank') return no('not_activated');
  if (sim.lifecycle === 'suspended') return no('suspended');
  const blocked = !inventory.usageAllowed(sim.lifecycle, openBlocks);
  if (blocked && limitMode === 'reject') return no('blocked');
  if (fleet && !fleet.dataEnabled) return no('data_disabled');
  if (profile && profile.networks.length > 0 && plmn && !profile.networks.includes(plmn))
    return no('network_not_allowed');
  return { accept: true, walled: blocked, lineId: sim.id };
}

/** What an Access-Request tells. */
export type AccessRequest = Pick<
  connections.NewConnection,
  'imsi' | 'imei' | 'plmn' | 'rat' | 'apn' | 'area' | 'cell'
> & { telecomId: Id };

/** Answers an Access-Request and remembers the answer for the line's diagnosis; who hears of connections is told. */
export async function authorize(ctx: Ctx, request: AccessRequest, tooOften = false): Promise<AccessDecision> {
  return atomically(ctx, async (ctx) => {
    const sim = await findSim(ctx, request);
    const blocks = sim ? ((await inventory.openBlocksOf(ctx, [sim.id])).get(sim.id) ?? []) : [];
    const [fleet = null] = sim?.fleetId ? await inventory.listFleets(ctx, { ids: [sim.fleetId] }, { limit: 1 }) : [];
    const [profile = null] = fleet
      ? await inventory.listProfiles(ctx, { ids: [fleet.networkAccessProfileId] }, { limit: 1 })
      : [];
    const limitMode = blocks.length > 0 ? await limitModeOf(ctx, request.telecomId) : 'reject';
    const openBlocks = blocks.map((b) => b.reason);
    const { plmn } = request;
    const decision = decideAccess({ sim, openBlocks, limitMode, fleet, profile, plmn, tooOften });
    if (sim) {
      const rejected = decision.accept ? null : decision.reason;
      await usage.noteAttachment(ctx, { lineId: sim.id, rejected, plmn });
      connections.tell(ctx, [
        ofAttach(ctx, rejected ? 'attachment.rejected' : 'attachment.accepted', sim, request, rejected),
      ]);
    }
    return decision;
  });
}

/** Tells that an Access-Request got no answer, because we failed on it. In a database transaction of its own. */
export async function tellAttachFailed(ctx: Ctx, request: AccessRequest): Promise<void> {
  if (!connections.anybodyListens(ctx)) return;
  await atomically(ctx, async (ctx) => {
    const sim = await findSim(ctx, request);
    if (sim) connections.tell(ctx, [ofAttach(ctx, 'attachment.failed', sim, request, 'fault')]);
  });
}

async function findSim(ctx: Ctx, { telecomId, imsi }: AccessRequest): Promise<inventory.ChargedSim | null> {
  const [sim = null] = imsi ? await inventory.findChargedSims(ctx, { imsis: [{ telecomId, imsi }] }) : [];
  return sim;
}

async function limitModeOf(ctx: Ctx, telecomId: Id): Promise<carriers.LimitMode> {
  return (await carriers.telecomsOf(ctx, [telecomId])).get(telecomId)?.limitMode ?? 'reject';
}

function ofAttach(
  ctx: Ctx,
  type: connections.ConnectionType,
  sim: inventory.ChargedSim,
  { telecomId: _, ...told }: AccessRequest,
  reason: string | null,
): connections.NewConnection {
  const { id: lineId, companyId, fleetId } = sim;
  return { type, at: ctx.now, lineId, companyId, fleetId, reason, ...told, ipAddress: null, session: null };
}
