import { formatAmount, formatBytes, formatDecimal, type Micros, type UnitBase } from '@simwright/measure';
import {
  countryName,
  networkOf,
  type PlanVersion,
  type PriceStep,
  type Pricing,
  type Service,
} from '../../catalog/index.ts';
import { componentOf, type PricedPart, ratesOf, termsOf } from '../../rating/index.ts';

/** `EUR 12.34` */
export function moneyWords(micros: Micros, currency: string): string {
  return `${currency} ${formatAmount(micros, currency)}`;
}

const grouped = new Intl.NumberFormat('en');

/** `1.23 MB (1,234,567 bytes)`; `3 messages`; `61 seconds` */
export function quantityWords(service: Service, quantity: bigint, base: UnitBase): string {
  if (service === 'sms') return `${grouped.format(quantity)} ${quantity === 1n ? 'message' : 'messages'}`;
  if (service === 'voice') return `${grouped.format(quantity)} ${quantity === 1n ? 'second' : 'seconds'}`;
  const exact = `${grouped.format(quantity)} bytes`;
  const short = formatBytes(quantity, base);
  return short.endsWith(' B') ? exact : `${short} (${exact})`;
}

const serviceWords: Record<Service, string> = { data: 'Data', sms: 'Messages', voice: 'Calls' };

/** `Telekom (26201), Germany` */
export function networkWords(plmn: string): string {
  if (plmn === '') return 'a network that was not named';
  const { name, country } = networkOf(plmn);
  return [name === plmn ? plmn : `${name} (${plmn})`, country && countryName(country)].filter(Boolean).join(', ');
}

/** `Data in zone Home`; `Messages` */
export function componentWords(component: string, version: PlanVersion): string {
  const [service, zoneId] = component.split(':') as [Service, string | undefined];
  const zone = version.zones.find(({ id }) => id === zoneId);
  return zoneId ? `${serviceWords[service]} in the zone ${zone?.name ?? zoneId}` : serviceWords[service];
}

export function baseOf(version: { mbBytes: bigint }): UnitBase {
  return version.mbBytes === 1_000_000n ? 1000 : 1024;
}

/** The price of a component in words; null: it has none of its own. */
export function rateWords(component: string, version: PlanVersion): string | null {
  const rate = ratesOf(termsOf(version)).find(({ service, zoneId }) => componentOf(service, zoneId) === component);
  return rate ? pricingWords(rate.service, rate.pricing, version) : null;
}

const units = { data: 'per MB', sms: 'per message', voice: 'per minute' } as const;

function pricingWords(service: Service, pricing: Pricing, version: PlanVersion): string {
  const { currency } = version;
  const size = (quantity: bigint) => quantityWords(service, quantity, baseOf(version)).replace(/ \(.*\)$/, '');
  const each = (price: PriceStep['price']) => `${currency} ${formatDecimal(price, 2)} ${units[service]}`;
  const increment =
    'increment' in pricing && pricing.increment !== null
      ? `; the total of the period is rounded up to multiples of ${size(pricing.increment)}`
      : '';
  const steps = (list: PriceStep[]) =>
    list
      .map(({ upTo, price }) => (upTo === null ? `${each(price)} beyond` : `${each(price)} up to ${size(upTo)}`))
      .join(', ');
  switch (pricing.model) {
    case 'flat':
      return `${moneyWords(pricing.amountMicros, currency)} once a period, as soon as anything is used`;
    case 'package':
      return `${moneyWords(pricing.priceMicros, currency)} for every started ${size(pricing.size)}`;
    case 'per_unit':
      return each(pricing.price) + increment;
    case 'graduated':
      return `each part of the total at its own price: ${steps(pricing.steps)}${increment}`;
    case 'volume':
      return `the whole total at the price of the step that it reaches: ${steps(pricing.steps)}${increment}`;
  }
}

/** The overage of a plan or a pool in words; null: use beyond the allowance costs nothing. */
export function overageWords(
  version: { overageSizeBytes: bigint | null; overagePriceMicros: Micros | null; currency: string; mbBytes: bigint },
  allowanceBytes: bigint,
): string | null {
  const { overageSizeBytes: size, overagePriceMicros: price, currency } = version;
  if (size === null || price === null) return null;
  const base = baseOf(version);
  return `${moneyWords(price, currency)} for every started ${formatBytes(size, base)} beyond ${formatBytes(allowanceBytes, base)}`;
}

/** `10 MB of data in the zone Home`; `2 messages`; `61 seconds of calls` */
export function usedWords(component: string, quantity: bigint, version: PlanVersion | null, base: UnitBase): string {
  const [service, zoneId] = component.split(':') as [Service, string | undefined];
  const of = { data: ' of data', sms: '', voice: ' of calls' }[service];
  const zone = zoneId ? ` in the zone ${version?.zones.find(({ id }) => id === zoneId)?.name ?? zoneId}` : '';
  return `${quantityWords(service, quantity, base)}${of}${zone}`;
}

/** All that was used: data first, of which zones have their part. */
export function totalsWords(
  bytes: bigint,
  components: Readonly<Record<string, bigint>> | null,
  version: PlanVersion | null,
  base: UnitBase,
): string {
  const used = Object.entries(components ?? {}).filter(([, quantity]) => quantity !== 0n);
  const say = (all: typeof used) => all.map(([component, quantity]) => usedWords(component, quantity, version, base));
  const zoned = say(used.filter(([component]) => component.startsWith('data:')));
  const others = say(used.filter(([component]) => !component.startsWith('data:')));
  const data = `${usedWords('data', bytes, version, base)}${zoned.length > 0 ? `, of it ${zoned.join(' and ')}` : ''}`;
  return [data, ...others].join('; ');
}

/** What totals cost, one summand after the other, exact. `block`: what a block of overage costs. */
export function partsWords(
  parts: readonly PricedPart[],
  version: PlanVersion | null,
  currency: string,
  base: UnitBase,
  block: Micros | null = version?.overagePriceMicros ?? null,
): string {
  if (parts.length === 0) return 'nothing to pay for';
  const nameOf = ({ component, quantity, numerator, divisor }: PricedPart) => {
    if (component !== 'overage') return usedWords(component, quantity, version, base);
    const blocks = block ? numerator / divisor / block : 0n;
    return blocks === 0n ? 'overage' : `${blocks} ${blocks === 1n ? 'block' : 'blocks'} of overage`;
  };
  return parts
    .map((part) => `${nameOf(part)}: ${currency} ${exactWords(part.numerator, part.divisor, currency)}`)
    .join('; ');
}

/** As a sentence begins. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An exact fraction of micro-minor units in major units, with three digits more than are kept; `…` where there are more. */
export function exactWords(numerator: bigint, divisor: bigint, currency: string): string {
  const scaled = (numerator * 1000n) / divisor;
  const rest = (numerator * 1000n) % divisor !== 0n;
  const whole = formatAmount(scaled / 1000n, currency);
  const fraction = scaled % 1000n;
  if (fraction === 0n && !rest) return whole;
  const digits = formatDecimal({ digits: scaled, scale: scaleOf(currency) + 3 });
  return `${digits}${rest ? '…' : ''}`;
}

function scaleOf(currency: string): number {
  return formatAmount(1n, currency).split('.')[1]!.length;
}

/** A time of day in a zone, as people of that zone write it. */
export function timeWords(at: Date, zone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  } as Intl.DateTimeFormatOptions).format(at);
  return `${text} (${zone})`;
}

export function spanWords(startsAt: Date, endsAt: Date | null, zone: string): string {
  const from = `from ${timeWords(startsAt, zone)}`;
  return endsAt ? `${from} to ${timeWords(endsAt, zone)}` : `${from} on, until its first usage`;
}
