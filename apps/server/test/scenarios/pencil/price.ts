import type { Decimal, Micros } from '@simwright/measure';
import type { Area, Plan, Rate, Service } from '../language/index.ts';

/** An exact amount: micro-minor units as a fraction. */
export type Fraction = { over: bigint; under: bigint };

export const zero: Fraction = { over: 0n, under: 1n };

export function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

/** To whole units; exactly between two, to the even one. */
export function halfEven({ over, under }: Fraction): bigint {
  let whole = over / under;
  if (over < 0n && whole * under !== over) whole -= 1n;
  const rest = 2n * (over - whole * under);
  if (rest < under) return whole;
  return rest > under || whole % 2n !== 0n ? whole + 1n : whole;
}

/** What was used in a period: bytes, messages, seconds by rate. Every kind that a rate is named for has a line. */
export type Totals = Map<string, { rate: Rate | null; quantity: bigint }>;

/** One MB in bytes and one unit of the currency in micro-minor units. */
export type Units = { mb: bigint; major: Micros };

/** The price of all that was used: the sum of every rate's part and of the overage, rounded once. */
export function priceOf(plan: Plan, totals: Totals, allowance: bigint, units: Units, dataIsFree: boolean): Micros {
  let sum = zero;
  let data = 0n;
  for (const { rate, quantity } of totals.values()) {
    if (rate === null || rate.service === 'data') data += quantity;
    if (rate !== null && !(rate.service === 'data' && dataIsFree)) sum = plus(sum, partOf(rate, quantity, units));
  }
  if (!dataIsFree) sum = plus(sum, overage(plan, data, allowance));
  return halfEven(sum);
}

/** Every started block counts. */
export function overage(
  { overageSizeBytes: size, overagePriceMicros: price }: Pick<Plan, 'overageSizeBytes' | 'overagePriceMicros'>,
  used: bigint,
  allowance: bigint,
): Fraction {
  if (size === null || price === null || used <= allowance) return zero;
  return { over: startedTimes(used - allowance, size) * price, under: 1n };
}

function partOf(rate: Rate, quantity: bigint, units: Units): Fraction {
  if (quantity <= 0n) return zero;
  if (rate.model === 'flat') return { over: rate.micros, under: 1n };
  if (rate.model === 'package') return { over: startedTimes(quantity, rate.size) * rate.micros, under: 1n };
  const step = rate.increment ?? 1n;
  const rounded = startedTimes(quantity, step) * step;
  if (rate.whole) {
    const reached = rate.steps.find(({ upTo }) => upTo === null || rounded <= upTo)!;
    return times(reached.price, rounded, rate.service, units);
  }
  let sum = zero;
  let from = 0n;
  for (const { upTo, price } of rate.steps) {
    const to = upTo === null || upTo > rounded ? rounded : upTo;
    if (to > from) sum = plus(sum, times(price, to - from, rate.service, units));
    from = to > from ? to : from;
  }
  return sum;
}

/** A price is per MB, per message or per minute; the quantity is bytes, messages or seconds. */
function times(price: Decimal, quantity: bigint, service: Service, { mb, major }: Units): Fraction {
  const per = { data: mb, sms: 1n, voice: 60n }[service];
  return { over: price.digits * major * quantity, under: 10n ** BigInt(price.scale) * per };
}

function startedTimes(quantity: bigint, size: bigint): bigint {
  return (quantity + size - 1n) / size;
}

/** Countries by the first three digits of a network, those that scenarios use. */
const countries: Record<string, string> = {
  ...{ '204': 'NL', '208': 'FR', '214': 'ES', '222': 'IT', '228': 'CH', '232': 'AT', '234': 'GB', '240': 'SE' },
  ...{ '260': 'PL', '262': 'DE', '310': 'US', '440': 'JP' },
};

/** Where a SIM of a scenario is when nothing else is said. */
export const homeNetwork = '23410';

/**
 * The rate of a network: of a zone that names the network itself, else of one that names its country, else the one for
 * everywhere. `unknown` where zones are there and nobody can say which country it was.
 */
export function rateFor(plan: Plan, service: Service, network: string, areas: Area[]) {
  const rates = plan.rates.filter((rate) => rate.service === service);
  const country = countries[network.slice(0, 3)];
  const zoned = (fits: (area: Area) => boolean) =>
    rates.find((rate) => areas.some((area) => area.name === rate.zone && fits(area)));
  const rate =
    zoned((area) => area.networks.includes(network)) ??
    zoned((area) => country !== undefined && area.countries.includes(country)) ??
    rates.find((each) => each.zone === null) ??
    null;
  const unknown = rate?.zone === null && country === undefined && rates.some((each) => each.zone !== null);
  return { rate, unknown };
}
