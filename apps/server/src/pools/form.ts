import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import { Refusal, refuse } from '../kit/refusal.ts';
import type { Pool, PoolTerms, PoolVersion } from './model.ts';

/** Terms as people write them: amounts in major units of the pool's currency, data in MB of the organization's unit base. */
export type PoolForm = {
  /** The balance of a month; a dynamic pool has what its members bring, and none of its own. */
  allowanceMb: bigint | null;
  /** The price of a month; none of its own for a dynamic pool. */
  fee: string | null;
  overageSizeMb: bigint | null;
  overagePrice: string | null;
  paymentType: PoolTerms['paymentType'];
};

/** What a form says before anybody wrote into it. */
export const emptyForm: PoolForm = {
  allowanceMb: null,
  fee: null,
  overageSizeMb: null,
  overagePrice: null,
  paymentType: 'post_billing',
};

/** A version in the form it was written in: its MB are those of the day it was saved. */
export function formOf(type: Pool['type'], terms: PoolTerms): PoolForm {
  const money = (micros: Micros) => formatAmount(micros, terms.currency);
  return {
    allowanceMb: type === 'static' ? terms.allowanceBytes / terms.mbBytes : null,
    fee: type === 'static' ? money(terms.feeMicros) : null,
    overageSizeMb: terms.overageSizeBytes === null ? null : terms.overageSizeBytes / terms.mbBytes,
    overagePrice: terms.overagePriceMicros === null ? null : money(terms.overagePriceMicros),
    paymentType: terms.paymentType,
  };
}

/** Reads a form into terms, or says which field cannot be. MB become bytes here, once, by the unit base of today. */
export function readForm(
  type: Pool['type'],
  form: PoolForm,
  { currency, unitBase }: { currency: string; unitBase: 1000 | 1024 },
): PoolTerms | Refusal {
  const mbBytes = BigInt(unitBase) * BigInt(unitBase);
  const problems: Refusal[] = [];
  const wrong = (field: keyof PoolForm, expected: string) => {
    problems.push(refuse.invalid('pool.terms_invalid', `${field} must be ${expected}.`, { field, expected }));
  };
  const money = (field: 'fee' | 'overagePrice', text: string): Micros => {
    const read = parseAmount(text, currency);
    if (!read.ok) wrong(field, `an amount in ${currency}, like "2.00"`);
    else if (read.value < 0n) wrong(field, 'zero or more');
    return read.ok ? read.value : 0n;
  };
  if (type === 'static') {
    if (form.allowanceMb === null || form.allowanceMb === 0n) wrong('allowanceMb', 'more than zero: a pool holds data');
    if (form.fee === null) wrong('fee', 'given: a static pool has a price of its own');
  } else {
    const why = 'empty: the members of a dynamic pool bring theirs';
    if (form.allowanceMb !== null) wrong('allowanceMb', why);
    if (form.fee !== null) wrong('fee', why);
  }
  if (form.overageSizeMb === 0n) wrong('overageSizeMb', 'more than zero');
  if ((form.overageSizeMb === null) !== (form.overagePrice === null)) {
    wrong(form.overageSizeMb === null ? 'overageSizeMb' : 'overagePrice', 'given together: size and price of a block');
  }
  const terms: PoolTerms = {
    currency,
    mbBytes,
    allowanceBytes: (form.allowanceMb ?? 0n) * mbBytes,
    feeMicros: form.fee === null ? 0n : money('fee', form.fee),
    overageSizeBytes: form.overageSizeMb === null ? null : form.overageSizeMb * mbBytes,
    overagePriceMicros: form.overagePrice === null ? null : money('overagePrice', form.overagePrice),
    paymentType: form.paymentType,
  };
  if (terms.allowanceBytes > largest) wrong('allowanceMb', 'at most a million terabytes');
  if ((terms.overageSizeBytes ?? 0n) > largest) wrong('overageSizeMb', 'at most a million terabytes');
  return problems[0] ?? terms;
}

/** A million terabytes, far below what a bigint of the database holds, so that sums of many pools are too. */
const largest = 1_000_000_000_000_000_000n;

/** What was written over what was there; refuses with the path of the field in the request. */
export function readOver(
  type: Pool['type'],
  before: PoolForm,
  asked: { [K in keyof PoolForm]?: PoolForm[K] | undefined },
  account: { currency: string; unitBase: 1000 | 1024 },
): PoolTerms {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const terms = readForm(type, { ...before, ...given }, account);
  if (!(terms instanceof Refusal)) return terms;
  throw new Refusal(terms.kind, terms.code, terms.message, { ...terms.details, field: `body.${terms.details.field}` });
}

export type ShownTerms = PoolForm &
  Pick<PoolVersion, 'id' | 'version' | 'currency' | 'createdAt'> & { unitBase: 1000 | 1024 };

/** A version as the outside sees it. */
export function shownTerms(type: Pool['type'], version: PoolVersion): ShownTerms {
  const { id, version: number, currency, createdAt, mbBytes } = version;
  const unitBase = mbBytes === 1_000_000n ? 1000 : 1024;
  return { ...formOf(type, version), id, version: number, currency, createdAt, unitBase };
}
