import { formatAmount } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import { type Explanation, step } from './model.ts';
import { baseOf, moneyWords, quantityWords, timeWords } from './words.ts';

/** What a prepaid refill added, and until when. Refuses `refill.not_found`. */
export async function explainRefill(ctx: Ctx, id: Id): Promise<Explanation> {
  const [refill] = await periods.refillsOf(ctx, { ids: [id], limit: 1 });
  if (!refill) throw refuse.notFound('refill');
  await inventory.getSim(ctx, refill.lineId);
  const version = (await catalog.getVersions(ctx, [refill.planVersionId])).get(refill.planVersionId)!;
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId)!;
  const option = version.refills.find((one) => one.id === refill.optionId);
  const zone = ctx.organization.timeZone;
  const data = quantityWords('data', refill.amountBytes, baseOf(version));
  const price = moneyWords(refill.priceMicros, refill.currency);
  const validity = refill.validUntil
    ? `With it the balance is valid until ${timeWords(refill.validUntil, zone)}: ${version.validityDays} days from the refill, at the same time of day.`
    : `The SIM had not been used yet: the balance is valid for ${version.validityDays} days from its first usage.`;
  return {
    id: publicId('refill', id),
    kind: 'refill',
    title: 'Refill',
    summary: `${data} for ${price}, granted by ${refill.grantedBy}.`,
    at: refill.at,
    lineId: refill.lineId,
    poolId: null,
    money: {
      currency: refill.currency,
      amount: refill.priceMicros,
      recomputed: option?.amountBytes === refill.amountBytes ? option.priceMicros : 0n,
    },
    steps: [
      step('fact', `${plan.name}, version ${version.version}, sells ${data} for ${price}.`, {
        ...{ option: refill.optionId, bytes: String(refill.amountBytes), plan: publicId('plan', plan.id) },
        ...{ version: String(version.version), price: formatAmount(refill.priceMicros, refill.currency) },
      }),
      step(
        'place',
        'Its data was added to the balance of the SIM. What had been used beyond the balance before was taken from it first.',
        {
          period: publicId('period', refill.periodId),
        },
      ),
      step('cause', validity, { validUntil: refill.validUntil?.toISOString() ?? null }),
      step('ledger', 'Granting it moved no money.'),
    ],
    entries: [],
  };
}
