import { parseAmount, parseDecimal } from '@simwright/measure';
import { assert } from '../kit/assert.ts';
import { type PlanTerms, type PlanType, superSimReadyExit } from './model.ts';

/** 2.00 a month and 0.10 per MB, editable: what a new organization starts with. */
export function defaultSuperSimTerms(currency: string, unitBase: 1000 | 1024): PlanTerms {
  const fee = parseAmount('2.00', currency);
  const price = parseDecimal('0.10');
  const nothing = parseDecimal('0');
  assert(price.ok && nothing.ok, 'the default prices are decimals');
  return {
    ...emptyTerms('super_sim', currency, unitBase),
    feeMicros: fee.ok ? fee.value : 2_000_000n,
    pricePerMb: price.value,
    // Commands are free until somebody gives them a price; without one they would be unrated.
    rates: [{ service: 'sms', zoneId: null, pricing: { model: 'per_unit', price: nothing.value, increment: null } }],
    ...superSimReadyExit,
  };
}

/** Terms that sell nothing yet. */
export function emptyTerms(type: PlanType, currency: string, unitBase: 1000 | 1024): PlanTerms {
  return {
    type,
    currency,
    mbBytes: BigInt(unitBase) * BigInt(unitBase),
    feeMicros: 0n,
    activationFeeMicros: 0n,
    pricePerMb: null,
    tiers: null,
    incrementBytes: null,
    allowanceBytes: null,
    overageSizeBytes: null,
    overagePriceMicros: null,
    dataLimitBytes: null,
    prorated: false,
    billingStart: 'first_usage',
    paymentType: 'post_billing',
    readyExitBytes: null,
    readyExitCommands: null,
    readyExitMonths: null,
    rates: [],
    zones: [],
    refills: [],
    validityDays: null,
    recurringScope: 'active',
    fairUseBytes: null,
    throttleKbps: null,
  };
}
