import { describe, expect, it } from 'vitest';
import { afterTry, isDelivered, pauses } from './model.ts';

const now = new Date('2026-03-01T12:00:00Z');
const failed = { status: 500, final: false };

describe('after a try', () => {
  it('is done with any 2xx, and with nothing else', () => {
    for (const status of [200, 201, 204, 299])
      expect(afterTry(1, { status, final: false }, now, 0.5).state).toBe('delivered');
    for (const status of [null, 0, 199, 300, 301, 404, 500]) expect(isDelivered(status)).toBe(false);
  });

  it('waits longer from try to try, for about three days, and then gives up', () => {
    let at = now;
    for (let attempts = 1; attempts <= pauses.length; attempts++) {
      const next = afterTry(attempts, failed, at, 0.5);
      expect(next).toEqual({ state: 'waiting', nextAttemptAt: new Date(at.getTime() + pauses[attempts - 1]! * 1000) });
      at = next.nextAttemptAt;
    }
    expect(afterTry(pauses.length + 1, failed, at, 0.5).state).toBe('failed');
    const days = (at.getTime() - now.getTime()) / 86_400_000;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.3);
  });

  it('spreads what failed together by a fifth in both directions', () => {
    const pause = (chance: number) => afterTry(3, failed, now, chance).nextAttemptAt.getTime() - now.getTime();
    expect([pause(0), pause(0.5), pause(1)]).toEqual([96_000, 120_000, 144_000]);
  });

  it('gives up at once where trying again is pointless', () => {
    expect(afterTry(1, { status: 410, final: false }, now, 0.5).state).toBe('failed');
    expect(afterTry(1, { status: null, final: true }, now, 0.5).state).toBe('failed');
  });
});
