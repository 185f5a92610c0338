import * as carriers from '../carriers/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';

/** What the loops are handed, because it belongs to others. */
export type Hands = {
  /** Null when this process cannot reach the telecom's carrier. */
  connectorFor(telecom: carriers.Telecom): carriers.CarrierConnector | null;
};

/** A line and the telecom it is of. */
export type Place = { sim: inventory.Sim; telecom: carriers.Telecom };

export async function placesOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Place>> {
  const ids = [...new Set(lineIds)];
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  const telecoms = await carriers.telecomsOf(ctx, [...new Set(sims.map((sim) => sim.telecomId))]);
  return new Map(sims.map((sim) => [sim.id, { sim, telecom: telecoms.get(sim.telecomId)! }]));
}
