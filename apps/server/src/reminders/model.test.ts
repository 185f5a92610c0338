import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsAt, decide, feeOf, firstSteps, nextOf, plus, type Step, toneOf, type Watched } from './model.ts';
import { overdueLetter, unknownIn } from './words.ts';

const step = (days: number, more: Partial<Step> = {}): Step => ({
  days,
  action: 'letter',
  fee: null,
  words: {},
  ...more,
});
const steps = [step(-3), step(3), step(10), step(20, { action: 'stop' })];
const due = '2026-03-15';
const open = (last: Watched['last'] = null): Watched => ({ id: 'one', dueOn: due, last });
const on = (last: Watched['last'], today: string) => {
  const next = nextOf(steps, open(last), today);
  return next && [next.step.days, next.on];
};

describe('the next step of an invoice', () => {
  it('is the first that it has not had, so many days from the day on which it is due', () => {
    expect(on(null, '2026-03-01')).toEqual([-3, '2026-03-12']);
    expect(on({ days: -3, day: '2026-03-12' }, '2026-03-12')).toEqual([3, '2026-03-18']);
    expect(on({ days: 3, day: '2026-03-18' }, '2026-03-18')).toEqual([10, '2026-03-25']);
    expect(on({ days: 10, day: '2026-03-25' }, '2026-03-25')).toEqual([20, '2026-04-04']);
    expect(on({ days: 20, day: '2026-04-04' }, '2026-04-04')).toBe(null);
  });

  it('does not say before a day what is past, and jumps over nothing: those after a late one keep their distance', () => {
    expect(on(null, due)).toEqual([3, '2026-03-18']);
    expect(on(null, '2026-06-01')).toEqual([3, '2026-03-18']);
    expect(on({ days: 3, day: '2026-06-01' }, '2026-06-01')).toEqual([10, '2026-06-08']);
    // What was said before it was due delays nothing.
    expect(on({ days: -3, day: '2026-03-14' }, '2026-03-14')).toEqual([3, '2026-03-18']);
  });

  it('follows steps that were changed meanwhile, and never goes back', () => {
    const others = [step(5), step(12), step(30)];
    expect(nextOf(others, open({ days: 10, day: '2026-03-25' }), '2026-03-25')).toMatchObject({
      step: { days: 12 },
      on: '2026-03-27',
    });
    expect(nextOf([step(1)], open({ days: 10, day: '2026-03-25' }), '2026-04-25')).toBe(null);
  });
});

describe('what a company gets today', () => {
  const days = fc.uniqueArray(fc.integer({ min: -10, max: 60 }), { minLength: 1, maxLength: 6 });
  const ways = fc
    .tuple(days, fc.boolean())
    .map(([all, stops]) =>
      [...all]
        .sort((a, b) => a - b)
        .map((at, i): Step => step(at, stops && i === all.length - 1 ? { action: 'stop' } : {})),
    );
  const invoices = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 });

  it('is one letter a day at most, and each step of an invoice once, in their order, however often somebody looks', () => {
    fc.assert(
      fc.property(ways, invoices, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (way, dues, leaps) => {
        const all = dues.map((after, i): Watched => ({ id: `${i}`, dueOn: plus(due, after), last: null }));
        const said = new Map(all.map(({ id }) => [id, [] as { days: number; day: string }[]]));
        const letters: string[] = [];
        let today = '2026-03-01';
        for (const leap of [...leaps, 200, ...Array.from({ length: 60 }, () => 30)]) {
          today = plus(today, leap);
          const decided = decide(way, all, today, letters.includes(today));
          if (decided.letter.length > 0) letters.push(today);
          for (const { id, step } of [...decided.letter, ...decided.ended]) {
            const watched = all.find((one) => one.id === id)!;
            const before = said.get(id)!;
            const last = before.at(-1);
            expect(last === undefined || step.days > last.days).toBe(true);
            expect(today >= plus(watched.dueOn, step.days)).toBe(true);
            if (step.days < 0) expect(today < watched.dueOn).toBe(true);
            // As far from the one before as the setting has it.
            if (last && last.days >= 0) expect(today >= plus(last.day, step.days - last.days)).toBe(true);
            before.push({ days: step.days, day: today });
            watched.last = { days: step.days, day: today };
          }
        }
        expect(new Set(letters).size).toBe(letters.length);
        // In the end every step after its due day was taken.
        for (const { id } of all) {
          const taken = said.get(id)!.map((one) => one.days);
          expect(taken.filter((at) => at >= 0)).toEqual(way.map(({ days }) => days).filter((at) => at >= 0));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('waits for tomorrow where today’s letter has gone, and says when to look again', () => {
    expect(decide(steps, [open()], '2026-03-18', true)).toEqual({ letter: [], ended: [], nextDay: '2026-03-19' });
    expect(decide(steps, [open()], '2026-03-18', false)).toMatchObject({
      letter: [{ id: 'one' }],
      nextDay: '2026-03-25',
    });
    expect(decide(steps, [open()], '2026-03-02', false)).toEqual({ letter: [], ended: [], nextDay: '2026-03-12' });
    expect(decide([], [open()], '2026-03-18', false).nextDay).toBe(null);
  });
});

describe('a letter', () => {
  it('sounds by its place among those after the due day', () => {
    expect(firstSteps.slice(0, 3).map((one) => toneOf(firstSteps, one))).toEqual(['first', 'again', 'last']);
    expect([steps[0], steps[1], steps[2]].map((one) => toneOf(steps, one!))).toEqual(['soon', 'first', 'last']);
    expect(toneOf([step(3)], step(3))).toBe('first');
  });

  it('costs what its highest step with a fee says, in the currency that it was set in', () => {
    const charged = [step(3, { fee: '2.50' }), step(10, { fee: '5.00' }), step(20)];
    expect(feeOf(charged, 'EUR', 'EUR')).toBe(500_000_000n);
    expect([feeOf(charged, 'USD', 'EUR'), feeOf([step(3)], 'EUR', 'EUR')]).toEqual([0n, 0n]);
  });

  it('has own words with what they name filled in, and in HTML nothing that anybody wrote is markup', () => {
    const letter = overdueLetter({
      ...{ language: 'de', organization: 'Netz <b>', company: 'A & B', currency: 'EUR', tone: 'first' },
      own: { subject: 'Zu {number}', text: '{company}: {amount} seit {due}, {fee}' },
      invoices: [{ number: 'R-1', dueOn: due, leftMicros: 121_000_000_000n, payUrl: 'https://pay.example/x' }],
      fee: { number: 'R-2', micros: 500_000_000n },
    });
    expect(letter.subject).toBe('Zu R-1');
    expect(letter.text.replaceAll('\u00a0', ' ')).toContain('A & B: 1.215,00 EUR seit 15. März 2026, 5,00 EUR');
    expect(letter.text).toContain('https://pay.example/x');
    expect(letter.html).toContain('A &amp; B');
    expect(letter.html).not.toContain('<b>');
    expect([unknownIn('{company} {due}'), unknownIn('{iban}'), unknownIn('{}')]).toEqual([null, '{iban}', '{}']);
  });

  it('is written from eight in the morning on, also on the day when clocks change', () => {
    expect(beginsAt('2026-03-28', 'Europe/Berlin').toISOString()).toBe('2026-03-28T07:00:00.000Z');
    expect(beginsAt('2026-03-29', 'Europe/Berlin').toISOString()).toBe('2026-03-29T06:00:00.000Z');
  });
});
