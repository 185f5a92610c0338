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
  | 'network_not_allowed';

export type AccessDecision = { accept: true; lineId: Id } | { accept: false; reason: Rejection; lineId: Id | null };

export type AccessFacts = {
  sim: inventory.ChargedSim | null;
  openBlocks: readonly inventory.BlockReason[];
  fleet: inventory.Fleet | null;
  profile: inventory.NetworkAccessProfile | null;
  plmn: string | null;
};

/** Whether a line may attach now, from lifecycle, open blocks, its fleet and the visited network. Pure. */
export function decideAccess({ sim, openBlocks, fleet, profile, plmn }: AccessFacts): AccessDecision {
  if (!sim) return { accept: false, reason: 'unknown_sim', lineId: null };
  const no = (reason: Rejection): AccessDecision => ({ accept: false, reason, lineId: sim.id });
  if (sim.lifecycle === 'archived') return no('archived');
  if (!sim.registeredAt) return no('not_registered');
  if (sim.lifecycle === 'blank') return no('not_activated');
  if (sim.lifecycle === 'suspended') return no('suspended');
  if (!inventory.usageAllowed(sim.lifecycle, openBlocks)) return no('blocked');
  if (fleet && !fleet.dataEnabled) return no('data_disabled');
  if (profile && profile.networks.length > 0 && plmn && !profile.networks.includes(plmn))
    return no('network_not_allowed');
  return { accept: true, lineId: sim.id };
}

/** Answers an Access-Request and remembers the answer for the line's diagnosis. */
export async function authorize(
  ctx: Ctx,
  request: { telecomId: Id; imsi: string | null; plmn: string | null },
): Promise<AccessDecision> {
  return atomically(ctx, async (ctx) => {
    const [sim = null] = request.imsi
      ? await inventory.findChargedSims(ctx, { imsis: [{ telecomId: request.telecomId, imsi: request.imsi }] })
      : [];
    const blocks = sim ? ((await inventory.openBlocksOf(ctx, [sim.id])).get(sim.id) ?? []) : [];
    const [fleet = null] = sim?.fleetId ? await inventory.listFleets(ctx, { ids: [sim.fleetId] }, { limit: 1 }) : [];
    const [profile = null] = fleet
      ? await inventory.listProfiles(ctx, { ids: [fleet.networkAccessProfileId] }, { limit: 1 })
      : [];
    const decision = decideAccess({ sim, openBlocks: blocks.map((b) => b.reason), fleet, profile, plmn: request.plmn });
    if (decision.lineId) {
      await usage.noteAttachment(ctx, {
        lineId: decision.lineId,
        rejected: decision.accept ? null : decision.reason,
        plmn: request.plmn,
      });
    }
    return decision;
  });
}
