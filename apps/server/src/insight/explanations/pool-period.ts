import { formatAmount, type Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import { poolPriceFor } from '../../rating/index.ts';
import { type Explanation, type Step, step } from './model.ts';
import { baseOf, moneyWords, overageWords, quantityWords, spanWords } from './words.ts';

/** Fees of a month that are added up: one of each member. */
const mostFees = 200_000;

/** What the month of a pool costs, and why. Refuses `pool_period.not_found`. */
export async function explainPoolPeriod(ctx: Ctx, id: Id): Promise<Explanation> {
  const [month] = await periods.listPoolPeriods(ctx, { ids: [id], limit: 1 });
  const known = month && (await pools.poolsOf(ctx, [month.poolId])).get(month.poolId);
  if (!month || !known) throw refuse.notFound('pool_period');
  const { pool } = known;
  const { terms, allowanceBytes, usedBytes } = month;
  const { currency } = terms;
  const base = baseOf(terms);
  const fees = await periods.feesOf(ctx, { periodIds: [id], limit: mostFees });
  const charged = fees.reduce((sum, fee) => sum + fee.amountMicros, 0n);
  const overageNow = poolPriceFor(terms)(usedBytes, allowanceBytes);
  const takenBack = (await periods.adjustmentsBeside(ctx, id)).filter(({ kind }) => kind === 'contribution');
  // What later shares took back stands beside the month, which keeps what was charged.
  const recomputed = takenBack.reduce((sum, { amountMicros }) => sum - amountMicros, overageNow);
  const own = { static: 'Its balance is', dynamic: 'Its members have brought' }[pool.type];
  const overage = overageWords(terms, allowanceBytes) ?? 'use beyond it costs nothing';
  const steps: Step[] = [
    step('place', `The month of the pool ${pool.name} ${spanWords(month.startsAt, month.endsAt, month.anchor.zone)}.`, {
      ...{ pool: publicId('pool', pool.id), type: pool.type, version: String(terms.version), state: month.state },
    }),
    step('fact', feeWords(pool.type, fees.length, charged, currency), { fees: formatAmount(charged, currency) }),
    step('rate', `${own} ${quantityWords('data', allowanceBytes, base)}; ${overage}.`, {
      allowanceBytes: String(allowanceBytes),
    }),
    step('totals', `All members together used ${quantityWords('data', usedBytes, base)}.`, {
      usedBytes: String(usedBytes),
    }),
    step('price', `${beyondWords(month, base)} Overage comes to ${moneyWords(overageNow, currency)}.`, {
      overage: formatAmount(overageNow, currency),
    }),
  ];
  for (const { id, amountMicros, reason } of takenBack) {
    const text = `More had been charged: ${moneyWords(amountMicros, currency)} were posted beside it. ${reason}`;
    steps.push(
      step('price', text, { adjustment: publicId('adjustment', id), amount: formatAmount(amountMicros, currency) }),
    );
  }
  const amount = charged + month.chargeMicros;
  return {
    id: publicId('pool_period', id),
    kind: 'pool_period',
    title: `Month of ${pool.name}`,
    summary: `Fees of ${moneyWords(charged, currency)} and overage of ${moneyWords(month.chargeMicros, currency)}.`,
    at: month.startsAt,
    lineId: null,
    poolId: pool.id,
    money: { currency, amount, recomputed: charged + recomputed },
    steps,
    entries: [],
  };
}

function feeWords(type: 'static' | 'dynamic', count: number, charged: Micros, currency: string): string {
  const money = moneyWords(charged, currency);
  if (type === 'static') return `Fees of ${money}: the pool’s own of the month, and those of lines that joined.`;
  return `Fees of ${money}: ${count} of its members, each explained by itself.`;
}

function beyondWords({ usedBytes, allowanceBytes }: periods.PoolPeriod, base: 1000 | 1024): string {
  const beyond = usedBytes - allowanceBytes;
  return beyond > 0n
    ? `${quantityWords('data', beyond, base)} are beyond it.`
    : `${quantityWords('data', -beyond, base)} of it are left.`;
}
