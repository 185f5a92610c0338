import { type Micros, parseAmount } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, parsePublicId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import { poolsOf } from '../../pools/index.ts';
import { poolPriceFor, priceFor } from '../../rating/index.ts';
import { isCut, openingAllowance } from './allowance.ts';
import { postedWith } from './ledger.ts';
import { type Explanation, type Step, step } from './model.ts';
import { baseOf, moneyWords, quantityWords, spanWords, timeWords } from './words.ts';

const titles = {
  plan_change: 'Correction by a change of plan',
  contribution: 'Correction by a later share of a pool',
  rerating: 'Correction by rating again',
  manual: 'Correction by staff',
} as const;

/** Why money was posted beside a period. Refuses `adjustment.not_found`. */
export async function explainAdjustment(ctx: Ctx, id: Id): Promise<Explanation> {
  const adjustment = await periods.findAdjustment(ctx, id);
  if (!adjustment) throw refuse.notFound('adjustment');
  if (adjustment.lineId) await inventory.getSim(ctx, adjustment.lineId);
  else if (!adjustment.poolId || !(await poolsOf(ctx, [adjustment.poolId])).has(adjustment.poolId)) {
    throw refuse.notFound('adjustment');
  }
  const { currency, amountMicros, kind, reason } = adjustment;
  const steps: Step[] = [
    step(
      'fact',
      `On ${timeWords(adjustment.at, ctx.organization.timeZone)}, ${adjustment.by} posted ${moneyWords(amountMicros, currency)}.`,
      {
        ...{ at: adjustment.at.toISOString(), by: adjustment.by },
      },
    ),
    step('cause', reason, textsOf(adjustment.detail)),
  ];
  const recomputed = (await again(ctx, adjustment, steps)) ?? amountMicros;
  const posted = await postedWith(ctx, adjustment.transferKey, adjustment.payerId, '');
  return {
    id: publicId('adjustment', id),
    kind: 'adjustment',
    title: titles[kind],
    summary: reason,
    at: adjustment.at,
    lineId: adjustment.lineId,
    poolId: adjustment.poolId,
    money: { currency, amount: amountMicros, recomputed },
    steps: [...steps, ...posted.steps],
    entries: posted.entries,
  };
}

/** A period has a fee of each kind at most. */
const mostFees = 2;

/** What the correction comes to again; null: it was a person's decision, of which nothing can be worked out. */
async function again(ctx: Ctx, adjustment: periods.StoredAdjustment, steps: Step[]): Promise<Micros | null> {
  const { periodId, kind, detail, currency } = adjustment;
  if (kind === 'contribution') return takenBack(ctx, adjustment, steps);
  const period = periodId ? (await periods.periodsOf(ctx, [periodId])).get(periodId) : undefined;
  if (!period) return null;
  const version = (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId)!;
  steps.push(
    step(
      'place',
      `It stands beside the billing period ${spanWords(period.startsAt, period.endsAt, period.anchor.zone)}.`,
      {
        period: publicId('period', period.id),
      },
    ),
  );
  if (kind === 'rerating') return ratedAgain(ctx, adjustment, steps);
  if (kind !== 'plan_change') return null;
  const base = baseOf(version);
  if (isCut(adjustment)) {
    const before = await openingAllowance(ctx, period, version);
    const allowance = BigInt(String(detail.allowanceBytes));
    const used = BigInt(String(detail.usedBytes));
    const price = priceFor(version);
    const [whole, cut] = [price(used, before, period.totals), price(used, allowance, period.totals)];
    const text = `${quantityWords('data', used, base)} had been used. With the allowance of ${quantityWords('data', before ?? 0n, base)} that cost ${moneyWords(whole, currency)}; with ${quantityWords('data', allowance, base)} it costs ${moneyWords(cut, currency)}.`;
    steps.push(step('price', text, { usedBytes: String(used), allowanceBytes: String(allowance) }));
    return cut - whole;
  }
  const { days, wholeDays } = detail as { days: number; wholeDays: number };
  const due = periods.prorateFee(version.feeMicros, days, wholeDays);
  const paid = (await periods.feesOf(ctx, { periodIds: [period.id], limit: mostFees }))
    .filter((fee) => fee.kind === 'recurring')
    .reduce((sum, fee) => sum + fee.amountMicros, 0n);
  const text = `${moneyWords(version.feeMicros, currency)} × ${days} ÷ ${wholeDays} = ${moneyWords(due, currency)} were due for it, and ${moneyWords(paid, currency)} had been charged.`;
  steps.push(step('proration', text, { days: String(days), wholeDays: String(wholeDays) }));
  return due - paid;
}

/** What the usage of then costs by the other version, less what had been charged for it. */
async function ratedAgain(
  ctx: Ctx,
  { detail, currency }: periods.StoredAdjustment,
  steps: Step[],
): Promise<Micros | null> {
  const { planVersion, usedBytes, allowanceBytes, totals, charged } = detail as RatedAgain;
  const id = parsePublicId('plan_version', planVersion);
  const version = id ? (await catalog.getVersions(ctx, [id])).get(id) : undefined;
  const before = parseAmount(charged, currency);
  if (!version || !before.ok) return null;
  const quantities = totals && Object.fromEntries(Object.entries(totals).map(([name, q]) => [name, BigInt(q)]));
  const allowance = allowanceBytes === null ? null : BigInt(allowanceBytes);
  const wouldBe = priceFor(version)(BigInt(usedBytes), allowance, quantities);
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId);
  const text = `What had been used then costs ${moneyWords(wouldBe, currency)} by version ${version.version} of ${plan?.name ?? 'its plan'}; ${moneyWords(before.value, currency)} had been charged for it.`;
  steps.push(step('price', text, { usedBytes, allowanceBytes, planVersion, charged }));
  return wouldBe - before.value;
}

type RatedAgain = {
  planVersion: string;
  usedBytes: string;
  allowanceBytes: string | null;
  totals: Record<string, string> | null;
  charged: string;
};

/** What a pool's month costs less with the share that came later. */
async function takenBack(ctx: Ctx, adjustment: periods.StoredAdjustment, steps: Step[]): Promise<Micros | null> {
  const { periodId, detail, currency } = adjustment;
  const [month] = periodId ? await periods.listPoolPeriods(ctx, { ids: [periodId], limit: 1 }) : [];
  if (!month) return null;
  const [used, before, after] = ['usedBytes', 'allowanceBefore', 'allowanceAfter'].map((name) =>
    BigInt(String(detail[name])),
  );
  const price = poolPriceFor(month.terms);
  const [more, less] = [price(used!, before!), price(used!, after!)];
  const base = baseOf(month.terms);
  const where = `It stands beside the month of the pool ${spanWords(month.startsAt, month.endsAt, month.anchor.zone)}.`;
  const text = `${quantityWords('data', used!, base)} had been used. With ${quantityWords('data', before!, base)} in the pool that cost ${moneyWords(more, currency)}; with ${quantityWords('data', after!, base)} it costs ${moneyWords(less, currency)}.`;
  steps.push(step('place', where, { poolPeriod: publicId('pool_period', month.id) }), step('price', text));
  return less - more;
}

function textsOf(detail: Record<string, unknown>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
