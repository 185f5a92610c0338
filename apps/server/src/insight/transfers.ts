import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { AboutTransfer } from '../ledger/index.ts';
import * as periods from '../periods/index.ts';

const feeWords = { recurring: 'Recurring fee', activation: 'Activation fee' } as const;

/** What transfers are about, where their keys name one thing: `period:<period>:fee:<kind>` is a fee of a SIM. */
export async function aboutTransfers(ctx: Ctx, keys: string[]): Promise<Map<string, AboutTransfer>> {
  const periodIds = [...new Set(keys.flatMap((key) => periodOf(key) ?? []))];
  if (periodIds.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    // At most a recurring and an activation fee each.
    const fees = await periods.feesOf(ctx, { periodIds, limit: periodIds.length * 2 });
    const iccids = await iccidsOf(
      ctx,
      fees.flatMap((fee) => fee.lineId ?? []),
    );
    return new Map(
      fees.map(({ lineId, ...fee }): [string, AboutTransfer] => {
        const iccid = lineId && iccids.get(lineId);
        const sim = lineId && iccid ? { id: lineId, iccid } : null;
        return [periods.feeKey(fee), { description: feeWords[fee.kind], sim, fee: fee.id }];
      }),
    );
  });
}

function periodOf(key: string): Id | null {
  return /^period:([0-9a-f-]{36}):fee:/.exec(key)?.[1] ?? null;
}

/** Of SIMs that the caller may see. */
async function iccidsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, string>> {
  const ids = [...new Set(lineIds)];
  if (ids.length === 0) return new Map();
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  return new Map(sims.map((sim) => [sim.id, sim.iccid]));
}
