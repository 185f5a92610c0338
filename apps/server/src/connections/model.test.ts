import { describe, expect, it } from 'vitest';
import { batchSize, connectionTypes, hears, type LastBatch, nextOf } from './model.ts';

describe('a batch', () => {
  it('takes pieces from the first on, within its events and its bytes', () => {
    const pieces = Array.from({ length: 10 }, () => '"12345678"');
    expect(batchSize(pieces, { events: 4, bytes: 1_000 })).toBe(4);
    // An array of three: two brackets, three pieces of ten, a comma for each.
    expect(batchSize(pieces, { events: 100, bytes: 35 })).toBe(3);
    expect(batchSize(pieces, { events: 100, bytes: 1_000 })).toBe(10);
  });

  it('takes one that is larger than any batch, alone, so that nothing is stuck behind it', () => {
    expect(batchSize([`"${'x'.repeat(300_000)}"`, '1'])).toBe(1);
    expect(batchSize([])).toBe(0);
  });
});

describe('who hears', () => {
  const told = { companyId: 'a', type: 'attachment.accepted' as const };
  it('is the company of the SIM and the organization, of the types they named', () => {
    const types = [...connectionTypes];
    expect(hears({ id: '1', companyId: 'a', types }, told)).toBe(true);
    expect(hears({ id: '1', companyId: null, types }, told)).toBe(true);
    expect(hears({ id: '1', companyId: 'b', types }, told)).toBe(false);
    expect(hears({ id: '1', companyId: 'a', types: ['attachment.failed'] }, told)).toBe(false);
    expect(hears({ id: '1', companyId: 'a', types }, { ...told, companyId: null })).toBe(false);
  });
});

describe('the next batch', () => {
  const sentAt = new Date('2026-03-01T12:00:00Z');
  const last: LastBatch = { state: 'waiting', tried: false, sentAt, status: null };
  const after = (seconds: number) => new Date(sentAt.getTime() + seconds * 1000);

  it('waits for the first try of the one before, and no longer', () => {
    expect(nextOf(null, sentAt)).toBe('go');
    expect(nextOf(last, after(3600))).toBe('wait');
    expect(nextOf({ ...last, state: 'delivered', tried: true, status: 204 }, sentAt)).toBe('go');
  });

  it('goes once a minute while a receiver takes nothing', () => {
    for (const state of ['waiting', 'failed'] as const) {
      const sick: LastBatch = { ...last, state, tried: true, status: 500 };
      expect(nextOf(sick, after(59))).toBe('wait');
      expect(nextOf(sick, after(60))).toBe('go');
    }
  });

  it('is not for a receiver that is gone', () => {
    expect(nextOf({ ...last, state: 'failed', tried: true, status: 410 }, after(60))).toBe('gone');
  });
});
