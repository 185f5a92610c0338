import { type Decimal, formatAmount, formatDecimal, type Micros, parseAmount, parseDecimal } from '@simwright/measure';
import { type Refusal, refuse } from '../kit/refusal.ts';
import type { PlanTerms, PlanType, PlanVersion } from './model.ts';

/**
 * Terms as people write them: amounts and prices in major units, data in MB of the organization's unit base. `null`
 * means "none"; a field that is absent keeps what the version before it says.
 */
export type TermsForm = {
  currency: string;
  fee: string;
  activationFee: string;
  pricePerMb: string | null;
  tiers: { upToMb: bigint | null; pricePerMb: string }[] | null;
  incrementBytes: bigint | null;
  allowanceMb: bigint | null;
  overageSizeMb: bigint | null;
  overagePrice: string | null;
  dataLimitMb: bigint | null;
  prorated: boolean;
  billingStart: PlanTerms['billingStart'];
  paymentType: PlanTerms['paymentType'];
  readyExitBytes: bigint | null;
  readyExitCommands: number | null;
  readyExitMonths: number | null;
};

/** A version in the form it was written in: its MB are those of the day it was saved. */
export function formOf(version: PlanTerms): TermsForm {
  const money = (micros: Micros) => formatAmount(micros, version.currency);
  const mb = (bytes: bigint | null) => (bytes === null ? null : bytes / version.mbBytes);
  return {
    currency: version.currency,
    fee: money(version.feeMicros),
    activationFee: money(version.activationFeeMicros),
    pricePerMb: version.pricePerMb && formatDecimal(version.pricePerMb, 2),
    tiers:
      version.tiers?.map((tier) => ({
        upToMb: mb(tier.upToBytes),
        pricePerMb: formatDecimal(tier.pricePerMb, 2),
      })) ?? null,
    incrementBytes: version.incrementBytes,
    allowanceMb: mb(version.allowanceBytes),
    overageSizeMb: mb(version.overageSizeBytes),
    overagePrice: version.overagePriceMicros === null ? null : money(version.overagePriceMicros),
    dataLimitMb: mb(version.dataLimitBytes),
    prorated: version.prorated,
    billingStart: version.billingStart,
    paymentType: version.paymentType,
    readyExitBytes: version.readyExitBytes,
    readyExitCommands: version.readyExitCommands,
    readyExitMonths: version.readyExitMonths,
  };
}

/** Reads a form into terms, or says which field cannot be. MB become bytes here, once, by the unit base of today. */
export function readForm(type: PlanType, form: TermsForm, unitBase: 1000 | 1024): PlanTerms | Refusal {
  const mbBytes = BigInt(unitBase) * BigInt(unitBase);
  const problems: Refusal[] = [];
  const wrong = (field: string, expected: string) => {
    problems.push(refuse.invalid('plan.terms_invalid', `${field} must be ${expected}.`, { field, expected }));
  };

  const money = (field: string, text: string): Micros => {
    const read = parseAmount(text, form.currency);
    if (!read.ok && read.problem === 'currency') wrong('currency', 'an ISO 4217 currency code in use, like EUR');
    else if (!read.ok) wrong(field, `an amount in ${form.currency}, like "2.00"`);
    else if (read.value < 0n) wrong(field, 'zero or more');
    return read.ok ? read.value : 0n;
  };
  const price = (field: string, text: string): Decimal => {
    const read = parseDecimal(text);
    if (!read.ok) wrong(field, 'a price with at most 12 decimals, like "0.0125"');
    return read.ok ? read.value : { digits: 0n, scale: 0 };
  };
  const bytes = (mb: bigint | null): bigint | null => (mb === null ? null : mb * mbBytes);

  const terms: PlanTerms = {
    type,
    currency: form.currency,
    mbBytes,
    feeMicros: money('fee', form.fee),
    activationFeeMicros: money('activationFee', form.activationFee),
    pricePerMb: form.pricePerMb === null ? null : price('pricePerMb', form.pricePerMb),
    tiers:
      form.tiers?.map((tier, i) => ({
        upToBytes: bytes(tier.upToMb),
        pricePerMb: price(`tiers[${i}].pricePerMb`, tier.pricePerMb),
      })) ?? null,
    incrementBytes: form.incrementBytes,
    allowanceBytes: bytes(form.allowanceMb),
    overageSizeBytes: bytes(form.overageSizeMb),
    overagePriceMicros: form.overagePrice === null ? null : money('overagePrice', form.overagePrice),
    dataLimitBytes: bytes(form.dataLimitMb),
    prorated: form.prorated,
    billingStart: form.billingStart,
    paymentType: form.paymentType,
    readyExitBytes: form.readyExitBytes,
    readyExitCommands: form.readyExitCommands,
    readyExitMonths: form.readyExitMonths,
    rates: [],
    zones: [],
    refills: [],
    validityDays: null,
    recurringScope: 'active',
    fairUseBytes: null,
    throttleKbps: null,
  };
  checkTogether(type, form, wrong);
  return problems[0] ?? terms;
}

/** What a type must say, and may not: a field that the type does not rate by would be a promise nobody keeps. */
function checkTogether(type: PlanType, form: TermsForm, wrong: (field: string, expected: string) => void): void {
  const none = (fields: (keyof TermsForm)[], why: string) => {
    for (const field of fields) if (form[field] !== null) wrong(field, `empty: ${why}`);
  };
  if (type === 'super_sim') {
    if (form.pricePerMb === null && form.tiers === null) wrong('pricePerMb', 'given: this type charges each megabyte');
    none(['allowanceMb', 'overageSizeMb', 'overagePrice'], 'this type has no allowance');
  } else {
    if (form.allowanceMb === null) wrong('allowanceMb', 'given: this type includes an allowance');
    if ((form.overageSizeMb === null) !== (form.overagePrice === null)) {
      wrong(
        form.overageSizeMb === null ? 'overageSizeMb' : 'overagePrice',
        'given together: size and price of a block',
      );
    }
    none(['pricePerMb', 'tiers', 'incrementBytes'], 'this type sells overage in blocks');
    none(['readyExitBytes', 'readyExitCommands', 'readyExitMonths'], 'this type leaves ready at the first usage');
  }
  let previous = 0n;
  for (const [i, { upToMb }] of (form.tiers ?? []).entries()) {
    const last = i === form.tiers!.length - 1;
    if ((upToMb === null) !== last) wrong(`tiers[${i}].upToMb`, last ? 'empty: the last step is open' : 'given');
    else if (upToMb !== null && upToMb <= previous) wrong(`tiers[${i}].upToMb`, 'above the step before');
    previous = upToMb ?? previous;
  }
}

export type ShownVersion = TermsForm & Pick<PlanVersion, 'id' | 'version' | 'createdAt'> & { unitBase: 1000 | 1024 };

/** A version as the outside sees it. */
export function shownVersion(version: PlanVersion): ShownVersion {
  const { id, version: number, createdAt, mbBytes } = version;
  return { ...formOf(version), id, version: number, createdAt, unitBase: mbBytes === 1_000_000n ? 1000 : 1024 };
}
