import { describe, expect, it } from 'vitest';
import { Refusal } from '../kit/refusal.ts';
import { emptyForm, formOf, type PoolForm, readForm, shownTerms } from './form.ts';

const account = { currency: 'EUR', unitBase: 1000 } as const;
const whole: PoolForm = {
  allowanceMb: 10_000n,
  fee: '50.00',
  overageSizeMb: 1000n,
  overagePrice: '6.00',
  paymentType: 'post_billing',
};

describe('the terms of a pool', () => {
  it('are read into bytes and micros, and back into what was written', () => {
    const terms = readForm('static', whole, account);
    expect(terms).toMatchObject({
      ...{ currency: 'EUR', mbBytes: 1_000_000n, allowanceBytes: 10_000_000_000n, feeMicros: 5_000_000_000n },
      ...{ overageSizeBytes: 1_000_000_000n, overagePriceMicros: 600_000_000n, paymentType: 'post_billing' },
    });
    if (terms instanceof Refusal) throw terms;
    expect(formOf('static', terms)).toEqual(whole);
    const binary = readForm('static', whole, { ...account, unitBase: 1024 });
    expect(binary).toMatchObject({ allowanceBytes: 10_000n * 1024n * 1024n, mbBytes: 1_048_576n });
  });

  it('of a dynamic pool are its overage alone', () => {
    const terms = readForm('dynamic', { ...whole, allowanceMb: null, fee: null }, account);
    if (terms instanceof Refusal) throw terms;
    expect(terms).toMatchObject({ allowanceBytes: 0n, feeMicros: 0n, overageSizeBytes: 1_000_000_000n });
    const shown = shownTerms('dynamic', { ...terms, id: 'v', poolId: 'p', version: 3, createdAt: new Date(0) });
    expect(shown).toMatchObject({ allowanceMb: null, fee: null, overagePrice: '6.00', version: 3, unitBase: 1000 });
  });

  it.each<['static' | 'dynamic', Partial<PoolForm>, string]>([
    ['static', { allowanceMb: null }, 'allowanceMb'],
    ['static', { allowanceMb: 0n }, 'allowanceMb'],
    ['static', { allowanceMb: 10n ** 17n }, 'allowanceMb'],
    ['static', { fee: null }, 'fee'],
    ['static', { fee: '-1.00' }, 'fee'],
    ['static', { fee: 'much' }, 'fee'],
    ['static', { overageSizeMb: 0n }, 'overageSizeMb'],
    ['static', { overageSizeMb: null }, 'overageSizeMb'],
    ['static', { overagePrice: null }, 'overagePrice'],
    ['static', { overagePrice: '1.0000000001' }, 'overagePrice'],
    ['dynamic', { fee: null }, 'allowanceMb'],
    ['dynamic', { allowanceMb: null }, 'fee'],
  ])('of a %s pool are refused with %o, by the field', (type, change, field) => {
    const read = readForm(type, { ...whole, ...change }, account);
    expect(read).toBeInstanceOf(Refusal);
    expect((read as Refusal).details.field).toBe(field);
  });

  it('may leave overage free', () => {
    expect(readForm('dynamic', emptyForm, account)).toMatchObject({ overageSizeBytes: null, overagePriceMicros: null });
  });
});
