import { expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { bonusFor } from './bonus.ts';

const minor = 1_000_000n;
const bonuses = [
  { fromMicros: 2_500n * minor, micros: 200n * minor },
  { fromMicros: 5_000n * minor, micros: 500n * minor },
];
const at = { now: new Date('2026-10-20T12:00:00Z'), organization: { timeZone: 'Europe/Berlin' } as Organization };

it('gives the bonus of the largest step that is reached', () => {
  const given = (units: bigint) => bonusFor({ bonuses, bonusDays: null }, units * minor, at);
  expect(given(2_499n)).toBeUndefined();
  expect(given(2_500n)).toEqual({ micros: String(200n * minor), expiresAt: null });
  expect(given(4_999n)).toEqual({ micros: String(200n * minor), expiresAt: null });
  expect(given(9_000n)).toEqual({ micros: String(500n * minor), expiresAt: null });
  expect(bonusFor({ bonuses: [], bonusDays: 30 }, 9_000n * minor, at)).toBeUndefined();
});

it('ends so many dates later at the same local time, over the change of the clocks', () => {
  expect(bonusFor({ bonuses, bonusDays: 10 }, 2_500n * minor, at)?.expiresAt).toBe('2026-10-30T13:00:00.000Z');
});
