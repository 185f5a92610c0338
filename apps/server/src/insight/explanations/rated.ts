import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { publicId, timeOfId } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import { poolPriceFor, poolTermsOf, pricedParts, priceFor, termsOf, zoningFor } from '../../rating/index.ts';
import type * as usage from '../../usage/index.ts';
import { allowanceAt } from './allowance.ts';
import { type Step, step } from './model.ts';
import { type Counting, type Standing, standingAround } from './standing.ts';
import {
  baseOf,
  componentWords,
  moneyWords,
  overageWords,
  partsWords,
  quantityWords,
  rateWords,
  spanWords,
  totalsWords,
} from './words.ts';

/** How long before its period usage may lie that is booked in it: what is older is not believed, but may wait for staff. */
const longestWaitMs = 190 * 86_400_000;

/** What the record costs in the period of its own line. */
export async function rateInPeriod(
  ctx: Ctx,
  record: usage.StoredRecord,
  period: periods.StoredPeriod,
  version: catalog.PlanVersion,
  steps: Step[],
): Promise<Micros> {
  const zoning = zoningFor(version, catalog.countryOfPlmn);
  const allowance = await allowanceAt(ctx, period, version, timeOfId(record.batchId));
  const price = priceFor(version);
  const counting: Counting = {
    place: (service, plmn) => zoning(service, plmn)?.component ?? null,
    price: ({ bytes, components }) => price(bytes, allowance, components),
  };
  const of = { lineIds: [period.lineId], periodId: period.id, from: earliest(record, period.startsAt) };
  const stored = { bytes: period.usedBytes, components: period.totals };
  const { before, after } = await standingAround(ctx, record, of, stored, counting);
  if (record.poolPeriodId) return counting.price(after) - counting.price(before);
  const component = counting.place(record.service, record.plmn) ?? record.service;
  const rate = rateWords(component, version);
  const overage = record.service === 'data' ? overageWords(version, allowance ?? version.allowanceBytes ?? 0n) : null;
  const words = [rate, overage].filter(Boolean).join('; ') || 'no price of its own: it costs nothing';
  const unknown = record.unknownNetwork
    ? ' No zone could be told from the network, so the rate without a zone serves.'
    : '';
  steps.push(
    step(
      'rate',
      `${componentWords(component, version)} go${component.startsWith('data') ? 'es' : ''} by: ${words}.${unknown}`,
      {
        ...{ component, allowanceBytes: allowance === null ? null : String(allowance) },
        unknownNetwork: record.unknownNetwork ? 'true' : null,
      },
    ),
  );
  const parts = (standing: Standing) => pricedParts(termsOf(version), standing.bytes, allowance, standing.components);
  tellDifference(steps, before, after, counting, parts, version, 'period');
  return counting.price(after) - counting.price(before);
}

/** What it costs in the month of the pool that its data belongs to. */
export async function rateInPool(
  ctx: Ctx,
  record: usage.StoredRecord,
  month: periods.PoolPeriod,
  steps: Step[],
): Promise<Micros> {
  const known = (await pools.poolsOf(ctx, [month.poolId])).get(month.poolId);
  assert(known, 'a month belongs to a pool');
  const { terms } = month;
  const dynamic = known.pool.type === 'dynamic';
  const booked = timeOfId(record.batchId);
  const brought = dynamic ? await periods.listBrought(ctx, month.id) : [];
  const allowance = brought.reduce((sum, b) => (b.bookedAt <= booked ? sum + b.bytes : sum), terms.allowanceBytes);
  const price = poolPriceFor(terms);
  const counting: Counting = { place: () => null, price: ({ bytes }) => price(bytes, allowance) };
  const lineIds = await inventory.listLinesOfPool(ctx, month.poolId);
  const of = { lineIds, poolPeriodId: month.id, from: earliest(record, month.startsAt) };
  const { before, after } = await standingAround(
    ctx,
    record,
    of,
    { bytes: month.usedBytes, components: null },
    counting,
  );
  const holds = dynamic ? 'What its members have brought' : 'Its balance';
  const overage = overageWords(terms, allowance) ?? 'use beyond it costs nothing';
  steps.push(
    step(
      'place',
      `Its data is shared with the pool ${known.pool.name}, in its month ${spanWords(month.startsAt, month.endsAt, month.anchor.zone)}.`,
      { pool: publicId('pool', month.poolId), poolPeriod: publicId('pool_period', month.id) },
    ),
    step('rate', `${holds} is ${quantityWords('data', allowance, baseOf(terms))}; ${overage}.`, {
      allowanceBytes: String(allowance),
    }),
  );
  const parts = (standing: Standing) => pricedParts(poolTermsOf(terms), standing.bytes, allowance, null);
  tellDifference(steps, before, after, counting, parts, null, 'month of the pool', terms);
  return counting.price(after) - counting.price(before);
}

/** What the totals were before and after, and what each costs. */
function tellDifference(
  steps: Step[],
  before: Standing,
  after: Standing,
  counting: Counting,
  partsOf: (standing: Standing) => ReturnType<typeof pricedParts>,
  version: catalog.PlanVersion | null,
  whose: string,
  terms: { currency: string; mbBytes: bigint; overagePriceMicros: Micros | null } = version!,
): void {
  const { currency } = terms;
  const base = baseOf(terms);
  const words = ({ bytes, components }: Standing) => totalsWords(bytes, components, version, base);
  const text = `In this ${whose} ${words(before)} had been used before it, and ${words(after)} with it.`;
  steps.push(step('totals', text, { ...valuesOf('before', before), ...valuesOf('after', after) }));
  const tell = (when: string, standing: Standing) => {
    const parts = partsOf(standing).filter(({ numerator }) => numerator !== 0n);
    const micros = counting.price(standing);
    const exact = parts.reduce((sum, { numerator }) => sum + numerator, 0n);
    const values = {
      ...{ price: formatAmount(micros, currency), exactNumerator: String(exact) },
      divisor: parts[0] ? String(parts[0].divisor) : null,
    };
    const rounded =
      parts[0] && exact % parts[0].divisor !== 0n ? ', rounded half to even at the millionth of the smallest coin' : '';
    const sum = `${partsWords(parts, version, currency, base, terms.overagePriceMicros)}. Together ${moneyWords(micros, currency)}${rounded}.`;
    steps.push(step('price', `${when}: ${sum}`, values));
  };
  tell('Price before', before);
  tell('Price after', after);
}

function valuesOf(when: string, { bytes, components }: Standing): Record<string, string> {
  const values: Record<string, string> = { [`${when}Bytes`]: String(bytes) };
  for (const [component, quantity] of Object.entries(components ?? {}))
    values[`${when} ${component}`] = String(quantity);
  return values;
}

function earliest(record: usage.StoredRecord, startsAt: Date): Date {
  return new Date(Math.min(record.occurredAt.getTime(), startsAt.getTime()) - longestWaitMs);
}
