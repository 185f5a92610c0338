import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type Id, type IdKind, parsePublicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { parseRecordId } from '../../usage/index.ts';
import { explainAdjustment } from './adjustment.ts';
import { explainBlock } from './block.ts';
import { explainDueFee, explainFee } from './fee.ts';
import type { Explanation } from './model.ts';
import { explainPeriod } from './period.ts';
import { explainPoolPeriod } from './pool-period.ts';
import { explainRecord } from './record.ts';
import { explainRefill } from './refill.ts';
import { explainRefusal } from './refusal.ts';
import { explainUnrated } from './unrated.ts';

export { type Explanation, explanationKinds, type Posted, type Step, stepKinds } from './model.ts';

const explainers: Partial<Record<IdKind, (ctx: Ctx, id: Id) => Promise<Explanation>>> = {
  usage: explainUnrated,
  fee: explainFee,
  due_fee: explainDueFee,
  period: explainPeriod,
  pool_period: explainPoolPeriod,
  adjustment: explainAdjustment,
  refill: explainRefill,
  block: explainBlock,
  sim: explainRefusal,
};

/**
 * Explains what an id stands for: a charge, a fee, a period, a pool's month, an adjustment, a refill, a block, usage that is
 * not charged; of a SIM, why it was not let in when it came last. Every amount is worked out again from what is stored, by the
 * engine that charges, in one snapshot.
 *
 * Refuses `explanation.unknown` for any other id, and what is not there or not the caller's as not found.
 */
export async function explain(ctx: Ctx, id: string): Promise<Explanation> {
  return reading(ctx, async (ctx) => {
    const record = parseRecordId(id);
    if (record) return explainRecord(ctx, record);
    for (const [kind, of] of Object.entries(explainers)) {
      const inner = parsePublicId(kind as IdKind, id);
      if (inner) return of(ctx, inner);
    }
    throw refuse.invalid('explanation.unknown', 'There is nothing to explain about this id.', {
      field: 'params.id',
      expected: 'the id of a usage record, fee, period, pool period, adjustment, refill, block, unrated usage or SIM',
    });
  });
}
