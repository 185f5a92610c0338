import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import { pricedParts, priceFor, termsOf } from '../../rating/index.ts';
import { isCut } from './allowance.ts';
import { explainFee } from './fee.ts';
import { type Explanation, type Step, step } from './model.ts';
import {
  baseOf,
  capitalized,
  componentWords,
  moneyWords,
  overageWords,
  partsWords,
  quantityWords,
  rateWords,
  spanWords,
  totalsWords,
} from './words.ts';

/** What a billing period costs, and why. Refuses `period.not_found`. */
export async function explainPeriod(ctx: Ctx, id: Id): Promise<Explanation> {
  const period = (await periods.periodsOf(ctx, [id])).get(id);
  if (!period) throw refuse.notFound('period');
  await inventory.getSim(ctx, period.lineId);
  const version = (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId)!;
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId)!;
  const { currency } = version;
  const ready = period.kind === 'ready';
  const span = spanWords(period.startsAt, period.endsAt, period.anchor.zone);
  const steps: Step[] = [
    step('place', `The ${ready ? 'ready' : 'billing'} period ${span} is on ${plan.name}, version ${version.version}.`, {
      ...{ plan: publicId('plan', plan.id), version: String(version.version), kind: period.kind, state: period.state },
      ...{ startsAt: period.startsAt.toISOString(), endsAt: period.endsAt?.toISOString() ?? null },
    }),
  ];
  const fees = await feesOf(ctx, period, steps);
  const beside = await periods.adjustmentsBeside(ctx, id);
  const usage = ready ? freeUsage(period, version, steps) : await usageOf(ctx, period, version, beside, steps);
  for (const adjustment of beside) {
    const amount = formatAmount(adjustment.amountMicros, adjustment.currency);
    const text = `Beside the period, ${moneyWords(adjustment.amountMicros, adjustment.currency)} were posted: ${adjustment.reason}`;
    steps.push(step('fact', text, { adjustment: publicId('adjustment', adjustment.id), amount }));
  }
  const amount = period.chargeMicros + fees.charged;
  const total = `Fees and usage together: ${moneyWords(amount, currency)}.`;
  steps.push(
    step('amount', total, {
      fees: formatAmount(fees.charged, currency),
      usage: formatAmount(period.chargeMicros, currency),
    }),
  );
  return {
    id: publicId('period', id),
    kind: 'period',
    title: ready ? 'Ready period' : 'Billing period',
    summary: `Fees of ${moneyWords(fees.charged, currency)} and usage of ${moneyWords(period.chargeMicros, currency)}.`,
    at: period.startsAt,
    lineId: period.lineId,
    poolId: period.poolId,
    money: { currency, amount, recomputed: usage + fees.recomputed },
    steps,
    entries: [],
  };
}

/** A period has a fee of each kind at most. */
const mostFees = 2;

/** Fees of one period: a kind each. */
async function feesOf(
  ctx: Ctx,
  period: periods.StoredPeriod,
  steps: Step[],
): Promise<{ charged: Micros; recomputed: Micros }> {
  let charged = 0n;
  let recomputed = 0n;
  for (const fee of await periods.feesOf(ctx, { periodIds: [period.id], limit: mostFees })) {
    const explained = await explainFee(ctx, fee.id);
    const [fact, ...rest] = explained.steps;
    const why = rest.find(({ kind }) => kind === 'proration' || kind === 'cause');
    steps.push(step('fact', [fact?.text, why?.text].filter(Boolean).join(' '), { fee: explained.id, ...fact?.values }));
    charged += fee.amountMicros;
    recomputed += explained.money!.recomputed;
  }
  return { charged, recomputed };
}

function freeUsage(period: periods.StoredPeriod, version: catalog.PlanVersion, steps: Step[]): Micros {
  const used = quantityWords('data', period.usedBytes, baseOf(version));
  steps.push(
    step('totals', `It saw ${used} of usage, which is free while a SIM is ready.`, {
      usedBytes: String(period.usedBytes),
    }),
  );
  return 0n;
}

/** What the totals of the period cost. */
async function usageOf(
  ctx: Ctx,
  period: periods.StoredPeriod,
  version: catalog.PlanVersion,
  beside: periods.StoredAdjustment[],
  steps: Step[],
): Promise<Micros> {
  const base = baseOf(version);
  const { usedBytes, totals, allowanceBytes: allowance } = period;
  const values: Record<string, string> = { usedBytes: String(usedBytes) };
  for (const [component, quantity] of Object.entries(totals ?? {})) values[component] = String(quantity);
  const used = totalsWords(usedBytes, totals, version, base);
  steps.push(step('totals', `In it the SIM used ${used}.`, values));
  if (period.poolId) {
    const pool = (await pools.poolsOf(ctx, [period.poolId])).get(period.poolId)?.pool;
    steps.push(
      step('place', `Its data is shared with the pool ${pool?.name ?? ''}: it costs nothing here.`, {
        pool: publicId('pool', period.poolId),
      }),
    );
  }
  const parts = pricedParts(termsOf(version), usedBytes, allowance, totals).filter((part) => part.numerator !== 0n);
  const rates = [...new Set(['data', ...Object.keys(totals ?? {})])].flatMap((component) => {
    const words = rateWords(component, version);
    return words ? `${componentWords(component, version)}: ${words}` : [];
  });
  const overage = overageWords(version, allowance ?? version.allowanceBytes ?? 0n);
  const rules = [...rates, ...(overage ? [`Overage: ${overage}`] : [])];
  steps.push(
    step('rate', rules.length > 0 ? `${rules.join('. ')}.` : 'Usage costs nothing on this plan.', {
      allowanceBytes: allowance === null ? null : String(allowance),
    }),
  );
  const price = priceFor(version)(usedBytes, allowance, totals);
  const { currency } = version;
  const rounded = 'rounded once, half to even, at the millionth of the smallest coin';
  steps.push(
    step(
      'price',
      `${capitalized(partsWords(parts, version, currency, base))}. Together ${moneyWords(price, currency)}, ${rounded}.`,
      {
        price: formatAmount(price, currency),
      },
    ),
  );
  // Where the allowance was cut after it had been charged by, the difference stands beside the period.
  const cut = beside.filter(isCut).reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  if (cut !== 0n) {
    const text = `Of this, ${moneyWords(cut, currency)} were posted beside the period, when its allowance was cut.`;
    steps.push(step('price', text, { adjustment: formatAmount(cut, currency) }));
  }
  return price - cut;
}
