import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { instantOf, localOf } from './zone.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];
const from = Date.UTC(2009, 0, 1);
const to = Date.UTC(2040, 0, 1);
const time = fc.integer({ min: from, max: to });

it('says what Temporal says, at any time and close to every change of clocks', () => {
  const changes = zones.flatMap((zone) => changesOf(zone).map((at) => ({ zone, at })));
  expect(changes.length).toBeGreaterThan(100);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record({ zone: fc.constantFrom(...zones), at: time }),
        fc
          .tuple(fc.constantFrom(...changes), fc.integer({ min: -5 * 86_400_000, max: 5 * 86_400_000 }))
          .map(([change, by]) => ({ zone: change.zone, at: change.at + by })),
      ),
      ({ zone, at }) => {
        const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
        expect(localOf(at, zone)).toBe(shown.toZonedDateTime('UTC').epochMilliseconds);
        const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').toPlainDateTime();
        expect(instantOf(at, zone)).toBe(local.toZonedDateTime(zone).epochMilliseconds);
      },
    ),
    { numRuns: 3000 },
  );
});

it('refuses a zone that is not', () => {
  expect(() => localOf(0, 'Mars/Olympus')).toThrow(RangeError);
  expect(() => instantOf(0, 'Mars/Olympus')).toThrow(RangeError);
});

function changesOf(zone: string): number[] {
  const found: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  for (let i = 0; i < 100; i++) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds > to) break;
    found.push(next.epochMilliseconds);
    at = next;
  }
  return found;
}
