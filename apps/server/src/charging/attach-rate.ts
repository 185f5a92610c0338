import { Recent } from '../kit/recent.ts';

/** Access-Requests that one SIM may make in a minute, at one NAS. A device that follows its standard makes a few. */
export const attachesPerMinute = 60;

const windowMs = 60_000;
const remembered = 100_000;

/**
 * How often SIMs ask to attach, so that a device gone mad costs no statement for each of its requests. `count` says of one more request whether it is
 * too much: `first` is told and kept, what follows within the minute is refused without a look at anything.
 *
 * @param nowMs a clock that only goes forward
 */
export function openAttachRate(): { count(sim: string, nowMs: number): 'fine' | 'first' | 'again' } {
  const windows = new Recent<string, { since: number; asked: number }>(remembered);
  return {
    count(sim, nowMs) {
      const window = windows.get(sim);
      if (!window || nowMs - window.since >= windowMs) {
        windows.set(sim, { since: nowMs, asked: 1 });
        return 'fine';
      }
      window.asked += 1;
      if (window.asked <= attachesPerMinute) return 'fine';
      return window.asked === attachesPerMinute + 1 ? 'first' : 'again';
    },
  };
}
