import { expect, it } from 'vitest';
import { cheapestRefills } from './refills.ts';

const mb = 1_000_000n;
const option = (id: string, megabytes: bigint, price: bigint) => ({
  id,
  amountBytes: megabytes * mb,
  priceMicros: price,
});
const small = option('small', 100n, 300n);
const large = option('large', 1_000n, 1_000n);

function bought(uses: [day: number, megabytes: bigint][], options: (typeof small)[], days: number): string | null {
  const found = cheapestRefills(
    uses.map(([day, megabytes]) => ({ day, bytes: megabytes * mb })),
    options,
    days,
  );
  return found && `${found.bought.map(({ day, option }) => `${option.id}@${day}`).join(' ')} = ${found.cost}`;
}

it('buys nothing for a line that used nothing, and finds nothing where nothing is sold', () => {
  expect(bought([], [small], 30)).toBe(' = 0');
  expect(bought([[0, 1n]], [], 30)).toBeNull();
});

it('takes the small one for little use, and the large one where several small ones cost more', () => {
  expect(bought([[3, 80n]], [small, large], 30)).toBe('small@3 = 300');
  expect(
    bought(
      [
        [0, 150n],
        [5, 150n],
        [9, 90n],
      ],
      [small, large],
      30,
    ),
  ).toBe('large@0 = 1000');
});

it('tops up when the data runs out, which makes it valid anew', () => {
  // 100 MB last until day 20; the second refill is then valid beyond day 30.
  expect(
    bought(
      [
        [0, 60n],
        [20, 60n],
        [45, 30n],
      ],
      [small],
      30,
    ),
  ).toBe('small@0 small@20 = 600');
});

it('lets the rest lapse where nothing is used before its end, and buys anew', () => {
  expect(
    bought(
      [
        [0, 10n],
        [100, 10n],
      ],
      [small],
      30,
    ),
  ).toBe('small@0 small@100 = 600');
});

it('keeps a rest with a small refill on the last day of validity where that is cheaper than a large one later', () => {
  // After day 0 there are 900 MB left; 850 of them are wanted on day 35.
  expect(
    bought(
      [
        [0, 100n],
        [35, 850n],
      ],
      [small, large],
      30,
    ),
  ).toBe('large@0 small@29 = 1300');
});

it('buys several on one day for more than any refill holds, and gives up on thousands', () => {
  expect(bought([[2, 2_050n]], [small, large], 30)).toBe('small@2 large@2 large@2 = 2300');
  expect(bought([[0, 10_000_000n]], [small], 30)).toBeNull();
});

it('is never beaten by any other way to buy', () => {
  const options = [option('a', 50n, 90n), option('b', 120n, 200n), option('c', 400n, 520n)];
  let seed = 7;
  const draw = (n: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % n;
  };
  for (let round = 0; round < 25; round++) {
    const days = [...new Set(Array.from({ length: 1 + draw(5) }, () => draw(25)))].sort((a, b) => a - b);
    const uses = days.map((day) => ({ day, bytes: BigInt(1 + draw(260)) * mb }));
    const validity = 1 + draw(20);
    expect(cheapestRefills(uses, options, validity)?.cost, `round ${round}`).toBe(byHand(uses, validity));
  }

  /** Every choice on every day, in the plainest way there is. */
  function byHand(uses: { day: number; bytes: bigint }[], validity: number): bigint {
    const known = new Map<string, bigint>();
    const last = uses.at(-1)!.day;
    const cost = (day: number, left: bigint, until: number): bigint => {
      if (day > last) return 0n;
      const name = `${day} ${left} ${until}`;
      const seen = known.get(name);
      if (seen !== undefined) return seen;
      const held = until < day ? 0n : left;
      const need = uses.find((use) => use.day === day)?.bytes ?? 0n;
      let least = held >= need ? cost(day + 1, held - need, until) : null;
      // More than everything that is used never helps.
      if (held < 1_500n * mb) {
        for (const { amountBytes, priceMicros } of options) {
          const bought = priceMicros + cost(day, held + amountBytes, day + validity - 1);
          if (least === null || bought < least) least = bought;
        }
      }
      known.set(name, least!);
      return least!;
    };
    return cost(0, 0n, -1);
  }
});
