import { describe, expect, it } from 'vitest';
import { decideBook, isRefreshDue } from './connection/model.ts';
import { linesOf } from './export/journal.ts';
import { accountOfItem, noMapping, taxTypeOf } from './mapping.ts';
import { percentOf, ppmOf } from './percent.ts';
import { afterFault, shareVat } from './pushes/model.ts';
import { microsOf, numberOf } from './xero/amounts.ts';
import { faultOf } from './xero/faults.ts';

const cent = 1_000_000n;
const euros = (text: string) => BigInt(Math.round(Number(text) * 100)) * cent;

describe('the VAT of a document', () => {
  it('is shared out in whole cents that add up to it, whatever the lines are', () => {
    let seed = 7;
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let i = 0; i < 2_000; i++) {
      const nets = Array.from({ length: 1 + next(12) }, () => BigInt(next(100_000) - 20_000) * cent);
      const net = nets.reduce((sum, one) => sum + one, 0n);
      const vat = ((net * 21n) / 100n / cent) * cent;
      const shares = shareVat(nets, vat);
      expect(shares.reduce((sum, one) => sum + one, 0n)).toBe(vat);
      expect(shares.every((share) => share % cent === 0n)).toBe(true);
    }
  });

  it('is what each line would bear by itself, but for a cent', () => {
    expect(shareVat([euros('30.15'), euros('4.50')], euros('7.28'))).toEqual([euros('6.33'), euros('0.95')]);
    expect(shareVat([euros('10.00'), euros('-10.00')], 0n)).toEqual([0n, 0n]);
    expect(shareVat([], 0n)).toEqual([]);
  });
});

describe('amounts at Xero', () => {
  it('are the decimal that they were made of, both ways', () => {
    for (const text of ['0.01', '0.10', '1.15', '4.35', '1234567890123.45', '-0.29', '0.00']) {
      expect(JSON.stringify(numberOf(euros(text), 'EUR'))).toBe(JSON.stringify(Number(text)));
    }
    expect(microsOf(41.93, 'EUR')).toBe(euros('41.93'));
    expect(microsOf(1200, 'JPY')).toBe(1200n * cent);
    expect(microsOf(41.931, 'EUR')).toBeNull();
    expect(microsOf('41.93', 'EUR')).toBeNull();
  });

  it('are refused where Xero would keep another one', () => {
    expect(() => numberOf(cent, 'KWD')).toThrow('two decimals');
    // More digits than a double holds: a part of a cent, which no document has.
    expect(() => numberOf(1_234_567_890_123_456_789n, 'EUR')).toThrow('more than Xero takes');
  });
});

describe('what Xero answers', () => {
  it('is a fault that says what to do, in its words', () => {
    const body = {
      Message: 'A validation exception occurred',
      Elements: [{ ValidationErrors: [{ Message: 'Not so.' }] }],
    };
    expect(faultOf(400, {}, body)).toMatchObject({ kind: 'refused', message: 'Not so.' });
    expect(faultOf(429, { 'retry-after': '7' }, {})).toMatchObject({ kind: 'patience', waitMs: 7_000 });
    expect(faultOf(429, { 'retry-after': '9999999' }, {}).waitMs).toBe(86_400_000);
    expect(faultOf(401, {}, { Detail: 'TokenExpired' })).toMatchObject({ kind: 'shut', code: 'xero.unauthorised' });
    expect(faultOf(503, {}, '<html>')).toMatchObject({ kind: 'later', code: 'xero.http_503' });
    expect(faultOf(0, {}, 'ECONNREFUSED')).toMatchObject({ kind: 'later', code: 'xero.unreachable' });
  });
});

describe('a push that came to nothing', () => {
  const at = new Date('2026-05-04T09:00:00Z');
  const push = (attempts: number) => ({ attempts, createdAt: at });
  const fault = (kind: 'later' | 'patience' | 'refused' | 'draft' | 'shut') => ({ kind, code: 'c', message: 'm' });

  it('is tried again while that may help, with longer and longer pauses, and then no more', () => {
    const minutes = Array.from({ length: 9 }, (_, i) => {
      const { nextAttemptAt } = afterFault(push(i + 1), fault('later'), at);
      return (nextAttemptAt!.getTime() - at.getTime()) / 60_000;
    });
    expect(minutes).toEqual([1, 2, 5, 15, 60, 180, 360, 720, 1440]);
    expect(afterFault(push(10), fault('later'), at)).toMatchObject({ state: 'failed', nextAttemptAt: null });
    expect(afterFault(push(1), fault('refused'), at)).toMatchObject({ state: 'failed', code: 'c', problem: 'm' });
  });

  it('has not been tried where the connection was the matter, and waits for a draft, though not for ever', () => {
    for (const kind of ['patience', 'shut'] as const) {
      expect(afterFault(push(3), fault(kind), at)).toMatchObject({ state: 'waiting', attempts: 2, nextAttemptAt: at });
    }
    const draft = afterFault(push(3), fault('draft'), at);
    expect(draft).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(draft.nextAttemptAt!.getTime() - at.getTime()).toBe(3_600_000);
    const later = new Date('2026-09-04T09:00:00Z');
    expect(afterFault(push(3), fault('draft'), later).state).toBe('failed');
  });
});

describe('a connection', () => {
  const book = (id: string) => ({ id, name: id, link: `link ${id}` });

  it('takes the only books, goes back to its own, and else asks', () => {
    expect(decideBook([book('a')], null)).toEqual({ state: 'connected', book: book('a') });
    expect(decideBook([book('a'), book('b')], null)).toEqual({ state: 'choosing' });
    expect(decideBook([book('a'), book('b')], 'b')).toEqual({ state: 'connected', book: book('b') });
    expect(decideBook([book('a')], 'b').state).toBe('broken');
    expect(decideBook([], null).state).toBe('broken');
  });

  it('takes a new token before the old one ends, and one a week though nobody needs it', () => {
    const now = new Date('2026-05-04T09:00:00Z');
    const until = (minutes: number) => ({ until: new Date(now.getTime() + minutes * 60_000) });
    expect(isRefreshDue(until(20), now, now)).toBe(false);
    expect(isRefreshDue(until(2), now, now)).toBe(true);
    expect(isRefreshDue(until(20), new Date('2026-04-27T09:00:00Z'), now)).toBe(true);
  });
});

describe('names in the books', () => {
  it('are those of a kind, else those of all others', () => {
    const mapping = { ...noMapping, items: { usage: '210', other: '200' } };
    expect([accountOfItem(mapping, 'usage'), accountOfItem(mapping, 'recurring')]).toEqual(['210', '200']);
    expect(accountOfItem(noMapping, 'usage')).toBeNull();
    const taxes = [{ category: 'S' as const, ratePpm: 55_000, taxType: 'LOW' }];
    expect(taxTypeOf({ ...noMapping, taxes }, 'S', 55_000)).toBe('LOW');
    expect(taxTypeOf({ ...noMapping, taxes }, 'S', 210_000)).toBeNull();
  });

  it('a rate in percent is exact both ways', () => {
    for (const [percent, ppm] of [
      ['21', 210_000],
      ['5.5', 55_000],
      ['0', 0],
      ['8.375', 83_750],
    ] as const) {
      expect([ppmOf(percent), percentOf(ppm)]).toEqual([ppm, percent]);
    }
  });
});

it('a journal balances however its amounts are rounded, and says what they were', () => {
  const pair = { day: '2026-05-01', currency: 'EUR', transfers: 3 };
  const lines = linesOf(
    [
      { ...pair, kind: 'usage', debit: 'unbilled', credit: 'usage_revenue', amountMicros: 2_500_000n },
      { ...pair, kind: 'invoice', debit: 'receivable', credit: 'vat', amountMicros: 728n * cent },
    ],
    { ...noMapping, ledger: { receivable: '610' } },
  );
  for (const entry of [1, 2]) {
    const own = lines.filter((line) => line.entry === entry);
    const sum = (of: 'debitMicros' | 'creditMicros') => own.reduce((all, line) => all + line[of], 0n);
    expect(sum('debitMicros')).toBe(sum('creditMicros'));
  }
  expect(lines[0]).toMatchObject({ account: 'unbilled', code: '', debitMicros: 2n * cent, exactMicros: 2_500_000n });
  expect(lines[2]).toMatchObject({ account: 'receivable', code: '610', debitMicros: 728n * cent, creditMicros: 0n });
});
