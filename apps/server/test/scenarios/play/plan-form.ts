import { formatAmount, formatDecimal, type Micros } from '@simwright/measure';
import type { Plan, Pool, Rate, Scenario } from '../language/index.ts';

type Units = Pick<Scenario, 'currency' | 'base'>;

/** A plan as somebody would write it into the form: MB of the organization's unit base. */
export function planForm(plan: Plan, units: Units, zones: Map<string, string>): Record<string, unknown> {
  const { mb, money } = writers(units);
  const [data, others] = shortData(plan.rates);
  const form = {
    type: plan.type,
    currency: units.currency,
    fee: money(plan.feeMicros),
    activationFee: money(plan.activationFeeMicros),
    dataLimitMb: mb(plan.limitBytes),
    prorated: plan.prorated,
    ...dataForm(data, units),
    allowanceMb: mb(plan.allowanceBytes),
    overageSizeMb: mb(plan.overageSizeBytes),
    overagePrice: plan.overagePriceMicros === null ? null : money(plan.overagePriceMicros),
    ...(['monthly_bundle', 'dynamic_pool', 'paygo'].includes(plan.type) && { billingStart: plan.billingStart }),
    ...(plan.type === 'super_sim' && {
      readyExitBytes: String(plan.readyExitBytes),
      readyExitMonths: plan.readyMonths,
    }),
    ...(plan.type === 'pay_per_mb' && { recurringScope: plan.recurringScope }),
    ...(plan.type === 'prepaid' && {
      validityDays: plan.validityDays,
      refills: plan.refills.map(({ bytes, micros }) => ({ mb: mb(bytes), price: money(micros) })),
    }),
    ...(plan.type === 'unlimited' && { fairUseMb: mb(plan.fairUseBytes), throttleKbps: plan.throttleKbps }),
    rates: others.map((rate) => ({
      service: rate.service,
      zone: rate.zone === null ? null : zones.get(rate.zone),
      ...pricingForm(rate, units),
    })),
  };
  // What a type does not know is left out, as the form leaves it out.
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null && value !== undefined));
}

export function poolForm(pool: Pool, units: Units): Record<string, unknown> {
  const { mb, money } = writers(units);
  return {
    allowanceMb: pool.type === 'static' ? mb(pool.allowanceBytes) : null,
    fee: pool.type === 'static' ? money(pool.feeMicros) : null,
    overageSizeMb: mb(pool.overageSizeBytes),
    overagePrice: pool.overagePriceMicros === null ? null : money(pool.overagePriceMicros),
  };
}

function writers({ currency, base }: Units) {
  return {
    mb: (bytes: bigint | null) => (bytes === null ? null : whole(bytes, BigInt(base) ** 2n)),
    money: (micros: Micros) => formatAmount(micros, currency),
  };
}

/** The data price of everywhere, where the form has fields of its own for it. */
function shortData(rates: Rate[]): [Rate | undefined, Rate[]] {
  const short = rates.find(
    (rate) => rate.service === 'data' && rate.zone === null && rate.model === 'steps' && !rate.whole,
  );
  return [short, rates.filter((rate) => rate !== short)];
}

function dataForm(rate: Rate | undefined, { base }: Units) {
  if (rate?.model !== 'steps') return {};
  const [only, ...more] = rate.steps;
  const unit = BigInt(base) ** 2n;
  return {
    ...(more.length === 0
      ? { pricePerMb: formatDecimal(only!.price) }
      : {
          tiers: rate.steps.map(({ upTo, price }) => ({
            upToMb: upTo === null ? null : whole(upTo, unit),
            pricePerMb: formatDecimal(price),
          })),
        }),
    incrementBytes: rate.increment === null ? null : String(rate.increment),
  };
}

function pricingForm(rate: Rate, units: Units): Record<string, unknown> {
  const { money } = writers(units);
  const unit = { data: BigInt(units.base) ** 2n, sms: 1n, voice: 60n }[rate.service];
  if (rate.model === 'flat') return { model: 'flat', amount: money(rate.micros) };
  if (rate.model === 'package') return { model: 'package', size: whole(rate.size, unit), price: money(rate.micros) };
  const increment = rate.increment === null ? null : String(rate.increment);
  const [only, ...more] = rate.steps;
  if (more.length === 0 && !rate.whole) return { model: 'per_unit', price: formatDecimal(only!.price), increment };
  const steps = rate.steps.map(({ upTo, price }) => ({
    upTo: upTo === null ? null : whole(upTo, unit),
    price: formatDecimal(price),
  }));
  return { model: rate.whole ? 'volume' : 'graduated', steps, increment };
}

/** Plans are sold in whole MB, messages and minutes. */
function whole(quantity: bigint, unit: bigint): string {
  if (quantity % unit !== 0n) throw new Error(`plans are sold in whole units: ${quantity} of ${unit}`);
  return String(quantity / unit);
}
