import type { PlanTerms, PlanType, PriceStep, Pricing, Rate, Refill, Service, Tier } from '../api/plans.ts';
import { soldBy } from './kinds.ts';

/** One rate as it is being written: the fields of all price models, of which its own count. */
export type RateFields = {
  service: Service;
  /** Empty: wherever no zone has a rate. */
  zone: string;
  model: Pricing['model'];
  price: string;
  increment: string;
  size: string;
  steps: PriceStep[];
};

/** What the wizard's fields hold: texts as people type them. Empty is none. */
export type Fields = {
  currency: string;
  fee: string;
  activationFee: string;
  /** The price of data wherever no zone has one. `rates`: said among the rates, or there is none. */
  dataPrice: 'flat' | 'tiers' | 'rates';
  pricePerMb: string;
  tiers: Tier[];
  incrementBytes: string;
  rates: RateFields[];
  smsPrice: string;
  voicePrice: string;
  voiceIncrementSeconds: string;
  allowanceMb: string;
  overageSizeMb: string;
  overagePrice: string;
  dataLimitMb: string;
  prorated: boolean;
  billingStart: PlanTerms['billingStart'];
  paymentType: PlanTerms['paymentType'];
  readyExitBytes: string;
  readyExitCommands: string;
  readyExitMonths: string;
  validityDays: string;
  refills: Refill[];
  recurringScope: PlanTerms['recurringScope'];
  fairUseMb: string;
  throttleKbps: string;
};

const openTiers: Tier[] = [
  { upToMb: '100', pricePerMb: '0.10' },
  { upToMb: null, pricePerMb: '0.05' },
];
export const openSteps: PriceStep[] = [
  { upTo: '100', price: '0.10' },
  { upTo: null, price: '0.05' },
];

/** A new plan of a type begins with something that could be sold. */
export function newFields(type: PlanType, currency: string): Fields {
  const data = soldBy(type, 'data');
  return {
    currency,
    fee: type === 'super_sim' ? '2.00' : ['pay_per_mb', 'paygo'].includes(type) ? '' : '10.00',
    activationFee: '',
    dataPrice: 'flat',
    pricePerMb: data ? '0.10' : '',
    tiers: openTiers,
    incrementBytes: '',
    rates: [],
    ...{ smsPrice: '', voicePrice: '', voiceIncrementSeconds: '' },
    allowanceMb: '1000',
    overageSizeMb: '100',
    overagePrice: '0.50',
    dataLimitMb: '',
    ...{ prorated: false, billingStart: 'first_usage', paymentType: 'post_billing' },
    ...{ readyExitBytes: '250000', readyExitCommands: '5', readyExitMonths: '3' },
    validityDays: '30',
    refills: [
      { mb: '500', price: '5.00' },
      { mb: '1000', price: '9.00' },
    ],
    ...{ recurringScope: 'active', fairUseMb: '', throttleKbps: '' },
  };
}

/** The fields that say what these terms say. */
export function fieldsOf(type: PlanType, terms: PlanTerms): Fields {
  const text = (value: string | number | null) => (value === null ? '' : String(value));
  const kept = newFields(type, terms.currency);
  return {
    ...kept,
    fee: terms.fee,
    activationFee: terms.activationFee,
    dataPrice: terms.tiers ? 'tiers' : terms.pricePerMb === null && terms.rates.length > 0 ? 'rates' : 'flat',
    pricePerMb: text(terms.pricePerMb),
    tiers: terms.tiers ?? openTiers,
    incrementBytes: text(terms.incrementBytes),
    rates: terms.rates.map(rateFields),
    smsPrice: text(terms.smsPrice),
    voicePrice: text(terms.voicePrice),
    voiceIncrementSeconds: text(terms.voiceIncrementSeconds),
    allowanceMb: text(terms.allowanceMb),
    overageSizeMb: text(terms.overageSizeMb),
    overagePrice: text(terms.overagePrice),
    dataLimitMb: text(terms.dataLimitMb),
    ...{ prorated: terms.prorated, billingStart: terms.billingStart, paymentType: terms.paymentType },
    readyExitBytes: text(terms.readyExitBytes),
    readyExitCommands: text(terms.readyExitCommands),
    readyExitMonths: text(terms.readyExitMonths),
    validityDays: text(terms.validityDays),
    refills: terms.refills,
    recurringScope: terms.recurringScope,
    fairUseMb: text(terms.fairUseMb),
    throttleKbps: text(terms.throttleKbps),
  };
}

export function newRate(service: Service, zone: string): RateFields {
  return { service, zone, model: 'per_unit', price: '', increment: '', size: '100', steps: openSteps };
}

function rateFields(rate: Rate): RateFields {
  const common = newRate(rate.service, rate.zone ?? '');
  switch (rate.model) {
    case 'flat':
      return { ...common, model: 'flat', price: rate.amount };
    case 'per_unit':
      return { ...common, price: rate.price, increment: rate.increment ?? '' };
    case 'package':
      return { ...common, model: 'package', price: rate.price, size: rate.size };
    default:
      return { ...common, model: rate.model, steps: rate.steps, increment: rate.increment ?? '' };
  }
}

export function rateOf({ service, zone, model, price, increment, size, steps }: RateFields): Rate {
  const where = { service, zone: zone === '' ? null : zone };
  switch (model) {
    case 'flat':
      return { ...where, model, amount: price.trim() };
    case 'package':
      return { ...where, model, size: size.trim(), price: price.trim() };
    case 'per_unit':
      return { ...where, model, price: price.trim(), increment: orNull(increment) };
    default:
      return { ...where, model, steps, increment: orNull(increment) };
  }
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
const countOrNull = (text: string) => (text.trim() === '' ? null : Number(text));

/** The terms that the fields say; what the type is not sold by is left out of them. */
export function termsOf(type: PlanType, fields: Fields): PlanTerms {
  const has = (part: Parameters<typeof soldBy>[1]) => soldBy(type, part);
  const when = <T>(part: Parameters<typeof soldBy>[1], value: T) => (has(part) ? value : null);
  const voicePrice = orNull(fields.voicePrice);
  return {
    currency: fields.currency,
    fee: (has('fee') && orNull(fields.fee)) || '0',
    activationFee: (has('activation') && orNull(fields.activationFee)) || '0',
    pricePerMb: fields.dataPrice === 'flat' ? when('data', orNull(fields.pricePerMb)) : null,
    tiers: fields.dataPrice === 'tiers' ? when('data', fields.tiers) : null,
    incrementBytes: fields.dataPrice === 'rates' ? null : when('data', orNull(fields.incrementBytes)),
    rates: fields.rates.map(rateOf),
    smsPrice: orNull(fields.smsPrice),
    voicePrice,
    voiceIncrementSeconds: voicePrice === null ? null : countOrNull(fields.voiceIncrementSeconds),
    allowanceMb: when('allowance', orNull(fields.allowanceMb)),
    overageSizeMb: when('overage', orNull(fields.overageSizeMb)),
    overagePrice: when('overage', orNull(fields.overagePrice)),
    dataLimitMb: orNull(fields.dataLimitMb),
    prorated: has('proration') && fields.prorated,
    billingStart: has('start') ? fields.billingStart : 'first_usage',
    paymentType: has('payment') ? fields.paymentType : 'post_billing',
    readyExitBytes: when('ready', orNull(fields.readyExitBytes)),
    readyExitCommands: when('ready', countOrNull(fields.readyExitCommands)),
    readyExitMonths: when('ready', countOrNull(fields.readyExitMonths)),
    validityDays: when('refills', countOrNull(fields.validityDays)),
    refills: has('refills') ? fields.refills : [],
    recurringScope: has('scope') ? fields.recurringScope : 'active',
    fairUseMb: when('fair_use', orNull(fields.fairUseMb)),
    throttleKbps: when('fair_use', countOrNull(fields.throttleKbps)),
  };
}
