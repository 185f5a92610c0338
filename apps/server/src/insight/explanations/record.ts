import { formatAmount } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as usage from '../../usage/index.ts';
import { postedWith } from './ledger.ts';
import { type Explanation, type Step, step } from './model.ts';
import { rateInPeriod, rateInPool } from './rated.ts';
import { baseOf, moneyWords, networkWords, quantityWords, spanWords, timeWords } from './words.ts';

/** Where the charge of a usage record comes from. Refuses `usage_record.not_found`. */
export async function explainRecord(ctx: Ctx, name: usage.RecordName): Promise<Explanation> {
  await inventory.getSim(ctx, name.lineId);
  const record = await usage.findRecord(ctx, name);
  if (!record) throw refuse.notFound('usage_record');
  const period = (await periods.periodsOf(ctx, [record.periodId])).get(record.periodId);
  assert(period, 'a record belongs to a period');
  const version = (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId)!;
  const plan = (await catalog.plansOf(ctx, [version.planId])).get(version.planId)!;
  const zone = period.anchor.zone;
  const bytes = record.bytesUp + record.bytesDown;
  const quantity = record.service === 'data' ? bytes : record.units;
  const base = baseOf(version);
  const used = quantityWords(record.service, quantity, base);
  const steps: Step[] = [
    step(
      'fact',
      `On ${timeWords(record.occurredAt, zone)} the SIM used ${used} in ${networkWords(record.plmn)}.${quantity < 0n ? ' Below zero: the carrier took back what it had told before.' : ''}`,
      {
        ...{ occurredAt: record.occurredAt.toISOString(), receivedAt: record.receivedAt.toISOString() },
        ...{ service: record.service, quantity: String(quantity), plmn: record.plmn || null },
        ...{ bytesUp: String(record.bytesUp), bytesDown: String(record.bytesDown) },
        session: record.sessionId && publicId('session', record.sessionId),
      },
    ),
    step('place', placeWords(record, period, plan, version), {
      ...{ period: publicId('period', period.id), plan: publicId('plan', plan.id), version: String(version.version) },
      ...{ startsAt: period.startsAt.toISOString(), endsAt: period.endsAt?.toISOString() ?? null },
    }),
  ];
  const months = record.poolPeriodId
    ? await periods.listPoolPeriods(ctx, { ids: [record.poolPeriodId], limit: 1 })
    : [];
  const month = months[0] ?? null;
  const own = period.kind === 'ready' ? 0n : await rateInPeriod(ctx, record, period, version, steps);
  const pooled = month ? await rateInPool(ctx, record, month, steps) : 0n;
  const recomputed = own + pooled;
  const currency = version.currency;
  if (period.kind === 'active') {
    const difference = `The difference is what this record costs: ${moneyWords(recomputed, currency)}.`;
    steps.push(step('amount', difference, { charge: formatAmount(recomputed, currency) }));
  }
  // The entry is on the account that pays for the pool, or for the line.
  const payer = month ? month.payerId : period.payerId;
  const posted =
    record.chargeMicros !== 0n && payer
      ? await postedWith(
          ctx,
          `usage:${record.batchId}:${currency}`,
          payer,
          'what all records of this account cost that were booked together',
        )
      : { steps: [], entries: [] };
  const costs = record.chargeMicros === 0n ? 'cost nothing' : `cost ${moneyWords(record.chargeMicros, currency)}`;
  return {
    id: usage.recordId(record),
    kind: 'usage',
    title: 'Charge of usage',
    summary: `${used} ${costs}.`,
    at: record.occurredAt,
    lineId: record.lineId,
    poolId: null,
    money: { currency, amount: record.chargeMicros, recomputed },
    steps: [...steps, ...posted.steps],
    entries: posted.entries,
  };
}

function placeWords(
  record: usage.StoredRecord,
  period: periods.StoredPeriod,
  plan: catalog.Plan,
  version: catalog.PlanVersion,
): string {
  const span = spanWords(period.startsAt, period.endsAt, period.anchor.zone);
  const on = `on ${plan.name}, version ${version.version}`;
  if (period.kind === 'ready') {
    return `It belongs to the ready period ${span}, ${on}. Usage is free while a SIM is ready.`;
  }
  const late = record.late ? ' It was booked after its own period had closed.' : '';
  return `It belongs to the billing period ${span}, ${on}.${late}`;
}
