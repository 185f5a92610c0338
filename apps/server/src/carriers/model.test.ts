import { describe, expect, test } from 'vitest';
import type { Answer } from './connectors/contract.ts';
import { backOff, budgetOf, type CarrierLine, decideAttempt, decideCheck, maxAttempts, pacedAfter } from './model.ts';

const now = new Date('2026-03-01T12:00:00Z');
const after = (ms: number) => new Date(now.getTime() + ms);

test('the back-off doubles from one second, spread by a quarter either way', () => {
  expect([1, 2, 3, 4, 10].map((attempts) => backOff(attempts, 0.5))).toEqual([1000, 2000, 4000, 8000, 512_000]);
  expect([backOff(3, 0), backOff(3, 0.999)]).toEqual([3000, 4998]);
  expect(backOff(99, 0.5)).toBe(backOff(maxAttempts, 0.5));
});

describe('an answer makes of an operation', () => {
  const operation = { attempts: 3, askedAt: null, carrierReference: null, lastAnswer: 'before' };
  const table: [Answer, number, string, number, Date, string | null][] = [
    // answer                              attempts  state          attempts  next attempt    last answer
    [{ kind: 'done', text: 'ok' }, 3, 'done', 3, after(4000), 'ok'],
    [{ kind: 'pending', reference: 'r' }, 3, 'outstanding', 3, after(4000), 'before'],
    [{ kind: 'again', text: 'busy' }, 3, 'outstanding', 3, after(4000), 'busy'],
    [{ kind: 'again', text: 'busy' }, 10, 'failed', 10, after(512_000), 'busy'],
    [{ kind: 'again', text: 'busy' }, 9, 'outstanding', 9, after(256_000), 'busy'],
    [{ kind: 'pending', reference: 'r' }, 10, 'failed', 10, after(512_000), 'before'],
    [{ kind: 'forgotten', text: 'lost' }, 3, 'outstanding', 3, after(4000), 'lost'],
    [{ kind: 'refused', text: 'never' }, 1, 'failed', 1, after(1000), 'never'],
    [{ kind: 'unasked' }, 3, 'outstanding', 2, now, 'before'],
  ];
  test.each(table)('%o at attempt %i → %s', (answer, attempts, state, left, nextAttemptAt, lastAnswer) => {
    const result = decideAttempt({ ...operation, attempts }, answer, now, 0.5);
    expect(result).toMatchObject({ state, attempts: left, nextAttemptAt, lastAnswer });
    expect(result.carrierReference).toBe(answer.kind === 'pending' ? 'r' : null);
    expect(result.askedAt).toEqual(answer.kind === 'unasked' ? null : now);
  });
});

describe('a look at the carrier makes of a line', () => {
  const line: CarrierLine = {
    lineId: 'line',
    telecomId: 'telecom',
    iccid: '8949000000000000001',
    imsi: '262010000000001',
    link: 'checking',
    linkReason: null,
    desiredState: 'active',
    reportedState: 'active',
  };
  const found = { iccid: line.iccid, imsi: line.imsi, state: 'inactive' as const, raw: 'suspended' };

  test('ok, with the state it reports', () => {
    expect(decideCheck(line, found, now)).toMatchObject({
      link: 'ok',
      reportedState: 'inactive',
      checkAt: after(600_000),
    });
    expect(decideCheck({ ...line, imsi: null }, found, now)).toMatchObject({ link: 'ok' });
  });
  test('error, when it knows no such SIM or another IMSI', () => {
    expect(decideCheck(line, null, now)).toMatchObject({ link: 'error', reportedState: 'unknown' });
    const other = decideCheck(line, { ...found, imsi: '262010000000002' }, now);
    expect(other).toMatchObject({ link: 'error', linkReason: expect.stringContaining('262010000000002') });
  });
  test('nothing, when it is silent; an unconfirmed line is looked up again sooner', () => {
    const silent = decideCheck(line, 'silent', now);
    expect(silent).toMatchObject({ link: 'checking', reported: false, checkAt: after(15_000) });
    expect(decideCheck({ ...line, link: 'ok' }, 'silent', now)).toMatchObject({ link: 'ok', checkAt: after(600_000) });
  });
});

test('a budget of 20 a second lets 20 through at once and then one every 50 ms', () => {
  let paced: Date | null = null;
  expect(budgetOf(paced, 20, 200, now)).toBe(20);
  paced = pacedAfter(paced, 20, 20, now);
  expect(paced).toEqual(now);
  expect(budgetOf(paced, 20, 200, now)).toBe(0);
  expect(budgetOf(paced, 20, 200, after(49))).toBe(0);
  expect(budgetOf(paced, 20, 200, after(100))).toBe(2);
  expect(budgetOf(paced, 20, 200, after(3_600_000))).toBe(20);
  expect(budgetOf(null, 1000, 200, now)).toBe(200);
});

test('over any ten seconds the budget is never passed by more than one burst', () => {
  let paced: Date | null = null;
  let sent = 0;
  for (let ms = 0; ms <= 10_000; ms += 70) {
    const take = budgetOf(paced, 7, 200, after(ms));
    if (take === 0) continue;
    paced = pacedAfter(paced, 7, take, after(ms));
    sent += take;
  }
  expect(sent).toBeGreaterThanOrEqual(70);
  expect(sent).toBeLessThanOrEqual(77);
});
