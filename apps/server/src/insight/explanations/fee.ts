import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as ledger from '../../ledger/index.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import { postedWith } from './ledger.ts';
import { type Explanation, type Step, step } from './model.ts';
import { moneyWords, spanWords, timeWords } from './words.ts';

type Fee = Omit<periods.FoundFee, 'batchId'>;

/** Where a recurring or activation fee comes from. Refuses `fee.not_found`. */
export async function explainFee(ctx: Ctx, id: Id): Promise<Explanation> {
  const fee = await periods.findFee(ctx, id);
  if (!fee) throw refuse.notFound('fee');
  const { steps, recomputed, title } = await derive(ctx, fee);
  const key = fee.batchId ? `fees:${fee.batchId}:${fee.currency}` : periods.feeKey(fee);
  const together = fee.batchId ? 'what all fees of this account come to that fell due together' : '';
  const posted = await postedWith(ctx, key, fee.payerId, together);
  return {
    id: publicId('fee', id),
    kind: 'fee',
    title,
    summary: `${title} of ${moneyWords(fee.amountMicros, fee.currency)}.`,
    at: fee.at,
    lineId: fee.lineId,
    poolId: fee.poolId,
    money: { currency: fee.currency, amount: fee.amountMicros, recomputed },
    steps: [...steps, ...posted.steps],
    entries: posted.entries,
  };
}

/** Why a fee is still due: its wallet could not pay it. Refuses `due_fee.not_found`. */
export async function explainDueFee(ctx: Ctx, id: Id): Promise<Explanation> {
  const due = await periods.findDueFee(ctx, id);
  if (!due) throw refuse.notFound('due_fee');
  const { steps, recomputed, title } = await derive(ctx, { ...due, poolId: null });
  const [wallet] = await ledger.getWallets(ctx, [due.payerId]);
  const zone = ctx.organization.timeZone;
  steps.push(
    step(
      'cause',
      'A fee is taken from a wallet only if its minimum balance is left afterwards. When this one fell due that was not so: it stays due, and blocks the SIM.',
      { dueSince: due.at.toISOString() },
    ),
  );
  if (wallet && due.settledAt === null) {
    const left = moneyWords(wallet.remainingMicros, wallet.currency);
    const floor = moneyWords(wallet.floorMicros, wallet.currency);
    const text = `The wallet holds ${left} now, and its minimum balance is ${floor}. It is paid as soon as the wallet is credited, the oldest fee first.`;
    steps.push(step('next', text, { remaining: formatAmount(wallet.remainingMicros, wallet.currency) }));
  }
  const settled = { paid: 'It was paid', waived: 'It was waived' } as const;
  if (due.settledAt && due.settledAs) {
    const text = `${settled[due.settledAs]} on ${timeWords(due.settledAt, zone)}.`;
    steps.push(step('next', text, { settledAt: due.settledAt.toISOString(), settledAs: due.settledAs }));
  }
  return {
    id: publicId('due_fee', id),
    kind: 'due_fee',
    title: due.settledAt ? `${title}, settled` : `${title}, due`,
    summary: `${title} of ${moneyWords(due.amountMicros, due.currency)}${due.settledAt ? '' : ', not paid yet'}.`,
    at: due.at,
    lineId: due.lineId,
    poolId: null,
    money: { currency: due.currency, amount: due.amountMicros, recomputed },
    steps,
    entries: [],
  };
}

const titles = { recurring: 'Recurring fee', activation: 'Activation fee' } as const;

/** The steps of a fee, and what it comes to again. Refuses what the caller may not see. */
async function derive(ctx: Ctx, fee: Fee): Promise<{ steps: Step[]; recomputed: Micros; title: string }> {
  if (fee.lineId) await inventory.getSim(ctx, fee.lineId);
  const title = titles[fee.kind];
  if (fee.poolId) return { title, ...(await deriveOfPool(ctx, fee, fee.poolId)) };
  const period = (await periods.periodsOf(ctx, [fee.periodId])).get(fee.periodId);
  assert(period, 'a fee belongs to a period');
  const { version, words } = await offerOf(ctx, fee.planVersionId);
  const steps = [whole(fee, version, words), placed(period)];
  if (fee.kind === 'activation') {
    steps.push(step('cause', 'An activation fee falls due once for a SIM and its account.'));
    return { title, steps, recomputed: version.activationFeeMicros };
  }
  const endsAt = (await periods.plannedEndOf(ctx, period.id)) ?? period.endsAt ?? period.startsAt;
  const part = version.prorated ? periods.partOf(version, period.anchor, { startsAt: period.startsAt, endsAt }) : null;
  return { title, ...prorate(steps, version, part, period.anchor.zone) };
}

/** A fee in the month of a pool: of the pool itself, or of a member that brings its share. */
async function deriveOfPool(ctx: Ctx, fee: Fee, poolId: Id): Promise<{ steps: Step[]; recomputed: Micros }> {
  const known = (await pools.poolsOf(ctx, [poolId])).get(poolId);
  if (!known) throw refuse.notFound('fee');
  const [month] = await periods.listPoolPeriods(ctx, { ids: [fee.periodId], limit: 1 });
  assert(month, 'a fee of a pool belongs to a month of it');
  const { zone } = month.anchor;
  const where = step(
    'place',
    `It belongs to the month of the pool ${known.pool.name} ${spanWords(month.startsAt, month.endsAt, zone)}.`,
    { pool: publicId('pool', poolId), poolPeriod: publicId('pool_period', month.id) },
  );
  if (fee.lineId === null) {
    const { feeMicros, currency } = month.terms;
    const text = `The pool costs ${moneyWords(feeMicros, currency)} a month, however many members it has. It is never prorated.`;
    return { steps: [step('fact', text, { fee: formatAmount(feeMicros, currency) }), where], recomputed: feeMicros };
  }
  const { version, words } = await offerOf(ctx, fee.planVersionId);
  const steps = [whole(fee, version, words), where];
  if (fee.kind === 'activation') {
    steps.push(step('cause', 'Pools charge the activation fee at each joining.'));
    return { steps, recomputed: version.activationFeeMicros };
  }
  steps.push(step('cause', 'Each member of a dynamic pool brings its allowance and its fee to a month, once.'));
  const part = version.prorated
    ? periods.partOf(version, month.anchor, { startsAt: fee.at, endsAt: month.endsAt })
    : null;
  return prorate(steps, version, part, zone);
}

type Offer = { version: catalog.PlanVersion; words: string };

async function offerOf(ctx: Ctx, planVersionId: Id): Promise<Offer> {
  const version = (await catalog.getVersions(ctx, [planVersionId])).get(planVersionId);
  assert(version, 'a fee points at a plan version');
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId)!;
  return { version, words: `${plan.name}, version ${version.version}` };
}

function whole(fee: Fee, version: catalog.PlanVersion, plan: string): Step {
  const micros = fee.kind === 'activation' ? version.activationFeeMicros : version.feeMicros;
  const name = fee.kind === 'activation' ? 'activation fee' : 'recurring fee of a whole period';
  return step('fact', `The ${name} of ${plan} is ${moneyWords(micros, version.currency)}.`, {
    fee: formatAmount(micros, version.currency),
    plan: publicId('plan', version.planId),
    version: String(version.version),
  });
}

function placed(period: periods.StoredPeriod): Step {
  const kind = period.kind === 'ready' ? 'ready period' : 'billing period';
  return step('place', `It belongs to the ${kind} ${spanWords(period.startsAt, period.endsAt, period.anchor.zone)}.`, {
    ...{ period: publicId('period', period.id), startsAt: period.startsAt.toISOString() },
    endsAt: period.endsAt?.toISOString() ?? null,
  });
}

function prorate(
  steps: Step[],
  version: catalog.PlanVersion,
  part: { days: number; wholeDays: number } | null,
  zone: string,
): { steps: Step[]; recomputed: Micros } {
  const { feeMicros, currency } = version;
  if (!part) {
    const text = version.prorated
      ? 'The period is a whole one, so nothing is taken off.'
      : 'The plan is not prorated: the fee is the same, however long the period is.';
    return { steps: [...steps, step('proration', text)], recomputed: feeMicros };
  }
  const { days, wholeDays } = part;
  const recomputed = periods.prorateFee(feeMicros, days, wholeDays);
  const text = `The plan is prorated. ${days} of ${wholeDays} days count, in the days of ${zone}; a started day counts once. ${moneyWords(feeMicros, currency)} × ${days} ÷ ${wholeDays} = ${moneyWords(recomputed, currency)}, rounded half to even at the millionth of the smallest coin.`;
  return {
    steps: [...steps, step('proration', text, { days: String(days), wholeDays: String(wholeDays) })],
    recomputed,
  };
}
