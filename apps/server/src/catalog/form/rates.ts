import { formatAmount, formatDecimal } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import type { PlanTerms, Pricing, Rate, Service, Zone } from '../model.ts';
import { checkSteps, type Reader } from './reader.ts';

/** A pricing as people write it: prices per MB, message or minute; sizes and bounds of steps in the same. */
export type PricingForm =
  | { model: 'flat'; amount: string }
  /** `increment` in what is counted: bytes, messages, seconds. */
  | { model: 'per_unit'; price: string; increment: bigint | null }
  | { model: 'graduated'; steps: StepForm[]; increment: bigint | null }
  | { model: 'volume'; steps: StepForm[]; increment: bigint | null }
  | { model: 'package'; size: bigint; price: string };
type StepForm = { upTo: bigint | null; price: string };
export type RateForm = { service: Service; zone: Id | null } & PricingForm;

/** The common default rates of messages and calls in short; the others stand among the rates. */
export type Shorthands = {
  smsPrice: string | null;
  /** Per minute. */
  voicePrice: string | null;
  /** null: per second. */
  voiceIncrementSeconds: number | null;
};

const mostZones = 50;

/** Bytes, messages or seconds in what a price is for. */
function unitOf(service: Service, mbBytes: bigint): bigint {
  return service === 'data' ? mbBytes : service === 'voice' ? 60n : 1n;
}

function isShort({ service, zoneId, pricing }: Rate): boolean {
  if (zoneId !== null || pricing.model !== 'per_unit') return false;
  return service === 'voice' || (service === 'sms' && pricing.increment === null);
}

export function shorthandsOf(rates: readonly Rate[]): Shorthands {
  const short = (service: Service) => {
    const pricing = rates.find((rate) => rate.service === service && isShort(rate))?.pricing;
    return pricing?.model === 'per_unit' ? pricing : undefined;
  };
  const [sms, voice] = [short('sms'), short('voice')];
  return {
    smsPrice: sms ? formatDecimal(sms.price, 2) : null,
    voicePrice: voice ? formatDecimal(voice.price, 2) : null,
    voiceIncrementSeconds: voice?.increment == null ? null : Number(voice.increment),
  };
}

/** The rates of a version that have no shorthand. */
export function ratesForm({ rates, mbBytes, currency }: PlanTerms): RateForm[] {
  return rates
    .filter((rate) => !isShort(rate))
    .map(({ service, zoneId, pricing }) => ({
      ...{ service, zone: zoneId },
      ...pricingForm(pricing, unitOf(service, mbBytes), currency),
    }));
}

function pricingForm(pricing: Pricing, unit: bigint, currency: string): PricingForm {
  switch (pricing.model) {
    case 'flat':
      return { model: 'flat', amount: formatAmount(pricing.amountMicros, currency) };
    case 'per_unit':
      return { model: 'per_unit', price: formatDecimal(pricing.price, 2), increment: pricing.increment };
    case 'package':
      return { model: 'package', size: pricing.size / unit, price: formatAmount(pricing.priceMicros, currency) };
    default:
      return {
        model: pricing.model,
        steps: pricing.steps.map(({ upTo, price }) => ({
          upTo: upTo === null ? null : upTo / unit,
          price: formatDecimal(price, 2),
        })),
        increment: pricing.increment,
      };
  }
}

/** The rates of a form, the shorthands among them. Each service has one rate in a zone, and no two zones for one network. */
export function readRates(
  form: Shorthands & { rates: readonly RateForm[] },
  mbBytes: bigint,
  zones: ReadonlyMap<Id, Zone>,
  reader: Reader,
): Rate[] {
  const { price, wrong } = reader;
  const rates = form.rates.map(
    (rate, i): Rate => ({
      ...{ service: rate.service, zoneId: rate.zone },
      pricing: readPricing(rate, `rates[${i}]`, unitOf(rate.service, mbBytes), reader),
    }),
  );
  checkZones(form.rates, zones, reader);
  const perUnit = (service: Service, field: string, text: string, increment: bigint | null) => {
    if (rates.some((rate) => rate.service === service && rate.zoneId === null)) {
      wrong(field, 'empty: the rates say what it costs outside of the zones');
    }
    rates.unshift({ service, zoneId: null, pricing: { model: 'per_unit', price: price(field, text), increment } });
  };
  const { smsPrice, voicePrice, voiceIncrementSeconds: seconds } = form;
  if (seconds !== null && seconds < 1) wrong('voiceIncrementSeconds', 'more than zero');
  if (seconds !== null && voicePrice === null) wrong('voiceIncrementSeconds', 'empty: there is no price of calls');
  if (voicePrice !== null) perUnit('voice', 'voicePrice', voicePrice, seconds === null ? null : BigInt(seconds));
  if (smsPrice !== null) perUnit('sms', 'smsPrice', smsPrice, null);
  return rates;
}

function readPricing(form: PricingForm, at: string, unit: bigint, reader: Reader): Pricing {
  const { amount, price, whole } = reader;
  switch (form.model) {
    case 'flat':
      return { model: 'flat', amountMicros: amount(`${at}.amount`, form.amount) };
    case 'package':
      return {
        ...{ model: 'package', size: whole(`${at}.size`, form.size, unit) },
        priceMicros: amount(`${at}.price`, form.price),
      };
    default: {
      const increment = form.increment === null ? null : whole(`${at}.increment`, form.increment, 1n);
      if (form.model === 'per_unit') return { model: 'per_unit', price: price(`${at}.price`, form.price), increment };
      const bounds = form.steps.map((step) => step.upTo);
      if (bounds.length === 0) reader.wrong(`${at}.steps`, 'at least one step');
      checkSteps(bounds, (i) => `${at}.steps[${i}].upTo`, reader);
      const steps = form.steps.map((step, i) => ({
        upTo: step.upTo === null ? null : whole(`${at}.steps[${i}].upTo`, step.upTo, unit, 0n),
        price: price(`${at}.steps[${i}].price`, step.price),
      }));
      return { model: form.model, steps, increment };
    }
  }
}

function checkZones(rates: readonly RateForm[], zones: ReadonlyMap<Id, Zone>, { wrong }: Reader): void {
  const used = new Set(rates.flatMap(({ zone }) => zone ?? []));
  if (used.size > mostZones) wrong('rates', `of at most ${mostZones} zones`);
  // Per service: which zone has a country, a network, or is `everywhere else`.
  const taken = new Map<string, string>();
  for (const [i, { service, zone: id }] of rates.entries()) {
    const field = `rates[${i}].zone`;
    const zone = id === null ? null : zones.get(id);
    if (zone === undefined) wrong(field, 'a zone of this organization');
    else if (zone?.archivedAt) wrong(field, `a zone in use; ${zone.name} is archived`);
    if (zone === undefined) continue;
    const places = zone === null ? ['everywhere else'] : [zone.id, ...zone.countries, ...zone.plmns];
    const clash = places.find((place) => taken.has(`${service} ${place}`));
    if (clash !== undefined) {
      const other = taken.get(`${service} ${clash}`)!;
      wrong(
        field,
        other === (zone?.name ?? '') ? 'another one: it has a rate already' : `without ${clash}, which ${other} has`,
      );
    }
    for (const place of places) taken.set(`${service} ${place}`, zone?.name ?? '');
  }
}
