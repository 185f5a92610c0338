import type { PlanType } from '../model.ts';
import type { Reader } from './reader.ts';
import type { TermsForm } from './terms.ts';

/** What a plan may be sold by, each a set of fields. Data limits, messages and calls are for every type. */
type Part =
  | 'fee'
  | 'activation'
  | 'proration'
  | 'data'
  | 'allowance'
  | 'overage'
  | 'start'
  | 'scope'
  | 'ready'
  | 'refills'
  | 'fair_use'
  | 'payment';

/** Which type is sold by what: the table of the product, as data. */
export const matrix: Record<PlanType, readonly Part[]> = {
  prepaid: ['refills'],
  monthly_bundle: ['fee', 'activation', 'proration', 'allowance', 'overage', 'start', 'payment'],
  pay_per_mb: ['fee', 'activation', 'proration', 'data', 'scope', 'payment'],
  unlimited: ['fee', 'activation', 'proration', 'fair_use', 'payment'],
  // The fee, the data and the overage of a static pool are the pool's own; a dynamic one has what its members bring.
  static_pool: ['activation', 'payment'],
  dynamic_pool: ['fee', 'activation', 'proration', 'allowance', 'start', 'payment'],
  paygo: ['fee', 'data', 'start'],
  super_sim: ['fee', 'activation', 'data', 'ready', 'payment'],
};

/** What the fields say where the type is not sold by them. */
const absent: Record<Part, { fields: Partial<TermsForm>; because: string }> = {
  fee: { fields: { fee: '0' }, because: 'this type has no recurring fee' },
  activation: { fields: { activationFee: '0' }, because: 'this type has no activation fee' },
  proration: { fields: { prorated: false }, because: 'this type is not prorated' },
  data: {
    fields: { pricePerMb: null, tiers: null, incrementBytes: null },
    because: 'this type does not charge each megabyte',
  },
  allowance: { fields: { allowanceMb: null }, because: 'this type has no allowance' },
  overage: { fields: { overageSizeMb: null, overagePrice: null }, because: 'this type has no overage of its own' },
  start: { fields: { billingStart: 'first_usage' }, because: 'billing of this type starts with the first usage' },
  scope: { fields: { recurringScope: 'active' }, because: 'this type charges its fee on active lines' },
  ready: {
    fields: { readyExitBytes: null, readyExitCommands: null, readyExitMonths: null },
    because: 'this type leaves ready at the first usage',
  },
  refills: { fields: { validityDays: null, refills: [] }, because: 'only prepaid plans sell refills' },
  fair_use: { fields: { fairUseMb: null, throttleKbps: null }, because: 'only unlimited plans have a fair use' },
  payment: { fields: { paymentType: 'post_billing' }, because: 'this type is not paid by subscription' },
};

/** What a type must say, and may not: a field that the type does not rate by would be a promise nobody keeps. */
export function checkMatrix(type: PlanType, form: TermsForm, { wrong }: Reader): void {
  const has = matrix[type];
  for (const [part, { fields, because }] of Object.entries(absent)) {
    if (has.includes(part as Part)) continue;
    for (const [field, neutral] of Object.entries(fields)) {
      if (!isNeutral(form[field as keyof TermsForm], neutral)) wrong(field, `${words(neutral)}: ${because}`);
    }
  }
  if (has.includes('data')) checkData(form, wrong);
  else {
    const at = form.rates.findIndex((rate) => rate.service === 'data');
    if (at >= 0) wrong(`rates[${at}].service`, `sms or voice: ${absent.data.because}`);
  }
  if (has.includes('allowance') && form.allowanceMb === null) {
    wrong('allowanceMb', 'given: this type includes an allowance');
  }
  if (has.includes('refills') && form.validityDays === null) {
    wrong('validityDays', 'given: a prepaid balance is valid for so many days');
  }
  if ((form.overageSizeMb === null) !== (form.overagePrice === null)) {
    wrong(form.overageSizeMb === null ? 'overageSizeMb' : 'overagePrice', 'given together: size and price of a block');
  }
  if (form.throttleKbps !== null && form.fairUseMb === null) {
    wrong('fairUseMb', 'given: use is slowed down from there on');
  }
}

/** Data has a rate somewhere, and one default at most. */
function checkData(form: TermsForm, wrong: Reader['wrong']): void {
  const short = form.pricePerMb !== null || form.tiers !== null;
  const rates = form.rates.filter((rate) => rate.service === 'data');
  if (!short && rates.length === 0) wrong('pricePerMb', 'given: this type charges each megabyte');
  if (!short && form.incrementBytes !== null) wrong('incrementBytes', 'empty: there is no price per MB to round for');
  if (short && rates.some((rate) => rate.zone === null)) {
    wrong(
      form.pricePerMb === null ? 'tiers' : 'pricePerMb',
      'empty: the rates say what data costs outside of the zones',
    );
  }
}

function isNeutral(value: unknown, neutral: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (neutral === '0') return typeof value === 'string' && /^-?0(\.0*)?$/.test(value);
  return value === neutral;
}

function words(neutral: unknown): string {
  if (neutral === null || Array.isArray(neutral)) return 'empty';
  return neutral === false ? 'off' : String(neutral);
}
