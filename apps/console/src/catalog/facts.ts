import type { PlanTerms, PlanType, PlanVersion, PriceStep, Rate, RatedZone, Service } from '../api/plans.ts';
import { bytes } from '../format/bytes.ts';
import { exactMoney, money } from '../format/money.ts';
import { count, number, paymentWords } from '../format/words.ts';
import { countryName } from './countries.ts';
import { serviceWords } from './example.ts';
import { soldBy } from './kinds.ts';
import { megabytes } from './price.ts';
import { ratesOf } from './pricing.ts';

export type FactGroup = 'price' | 'rates' | 'refills' | 'billing';
/** What a version says about one thing. The names stay the same from version to version. */
export type TermsFact = { group: FactGroup; name: string; value: string; none?: boolean };

/** A version in words, thing by thing: what a page shows of it, and by what two versions are compared. */
export function factsOf(type: PlanType, version: PlanVersion): TermsFact[] {
  const has = (part: Parameters<typeof soldBy>[1]) => soldBy(type, part);
  const { currency } = version;
  const facts: TermsFact[] = [];
  const add = (group: FactGroup, name: string, value: string | null, none = 'none') =>
    facts.push(value === null ? { group, name, value: none, none: true } : { group, name, value });
  const amount = (text: string) => (Number(text) === 0 ? null : money(text, currency));

  if (has('fee')) add('price', 'Monthly fee', amount(version.fee));
  if (has('activation')) add('price', 'Activation fee', amount(version.activationFee));
  if (has('allowance')) add('price', 'Allowance', `${megabytes(version.allowanceMb)} a month`);
  if (has('overage')) {
    const { overagePrice: price, overageSizeMb: size } = version;
    const block = price && size ? `${money(price, currency)} for every started ${megabytes(size)}` : null;
    add('price', 'Overage', block, 'free beyond the allowance');
  }
  if (has('refills')) add('price', 'Valid for', count(version.validityDays ?? 0, 'day'));
  if (has('fair_use')) {
    add('price', 'Fair use', version.fairUseMb && `${megabytes(version.fairUseMb)} a month`, 'not limited');
    add(
      'price',
      'Then slowed to',
      version.throttleKbps === null ? null : `${number(version.throttleKbps)} kbit/s`,
      'not slowed',
    );
  }
  if (type === 'static_pool') add('price', 'Data and fee', 'the pool’s own');
  if (type === 'dynamic_pool') add('price', 'Overage', 'the pool’s');

  for (const rate of ratesOf(version)) add('rates', rateName(rate, version.zones), rateInWords(rate, currency));
  for (const { mb, price } of version.refills) add('refills', megabytes(mb), money(price, currency));

  if (has('start')) {
    add(
      'billing',
      'Billing starts',
      version.billingStart === 'assignment' ? 'with the assignment' : 'with the first usage',
    );
  }
  if (has('scope')) {
    add('billing', 'The monthly fee is for', version.recurringScope === 'all' ? 'all lines' : 'active lines only');
  }
  if (has('proration')) add('billing', 'Prorated', version.prorated ? proratedWords(type) : null, 'no');
  if (has('ready')) add('billing', 'Ready ends', readyWords(version));
  add('billing', 'Data limit', version.dataLimitMb && `${megabytes(version.dataLimitMb)} in a period`);
  if (has('payment')) add('billing', 'Payment', paymentWords[version.paymentType]);
  add('billing', '1 MB', version.unitBase === 1000 ? '1,000,000 bytes' : '1,048,576 bytes');
  return facts;
}

export type Difference = { name: string; before: string | null; after: string | null };

/** What two versions say differently; null: it says nothing about it. */
export function differences(type: PlanType, before: PlanVersion, after: PlanVersion): Difference[] {
  const said = (version: PlanVersion) =>
    new Map([
      ...factsOf(type, version).map((fact): [string, string] => [factWords(fact), fact.value]),
      ...version.zones.map((zone): [string, string] => [`Zone ${zone.name}`, zoneWords(zone, before, after)]),
    ]);
  const [old, now] = [said(before), said(after)];
  if (before.currency !== after.currency) {
    old.set('Currency', before.currency);
    now.set('Currency', after.currency);
  }
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [from = null, to = null] = [old.get(name), now.get(name)];
    return from === to ? [] : [{ name, before: from, after: to }];
  });
}

function factWords({ group, name }: TermsFact): string {
  return group === 'refills' ? `Refill of ${name}` : name;
}

/** How much is in a zone; in the later of two versions also what came and what went. */
function zoneWords(zone: RatedZone, before: PlanVersion, after: PlanVersion): string {
  const was = before.zones.find(({ id }) => id === zone.id);
  const words = placesInWords(zone);
  if (!was || !after.zones.includes(zone)) return words;
  const [old, now] = [placesOf(was), placesOf(zone)];
  const came = now.filter((place) => !old.includes(place));
  const went = old.filter((place) => !now.includes(place));
  const parts = [came.length > 0 && `with ${came.join(', ')}`, went.length > 0 && `without ${went.join(', ')}`];
  const changed = parts.filter(Boolean).join(', ');
  return changed === '' ? words : `${words}: ${changed}`;
}

/** Every place of a zone by its name. */
export function placesOf({ countries, networks }: RatedZone): string[] {
  return [...countries.map(countryName).sort(), ...networks.map((plmn) => `network ${plmn}`)];
}

const units: Record<Service, string> = { data: 'MB', sms: 'message', voice: 'minute' };

function rateName({ service, zone }: Rate, zones: readonly RatedZone[]): string {
  if (zone === null) return serviceWords[service];
  return `${serviceWords[service]} in ${zones.find(({ id }) => id === zone)?.name ?? 'a zone'}`;
}

/** `EUR 0.10 per MB, rounded up to 1 KB`. */
export function rateInWords(rate: Rate, currency: string): string {
  const unit = units[rate.service];
  const many = (quantity: string) => (rate.service === 'data' ? megabytes(quantity) : count(Number(quantity), unit));
  switch (rate.model) {
    case 'flat':
      return `${money(rate.amount, currency)} a month, as soon as anything is used`;
    case 'package':
      return `${money(rate.price, currency)} for every started ${many(rate.size)}`;
    case 'per_unit':
      return `${exactMoney(rate.price, currency)} per ${unit}${steppedWords(rate.service, rate.increment)}`;
    default: {
      const whole = rate.model === 'volume' ? ', for the whole total' : '';
      return `${stepsInWords(rate.steps, currency, unit, many)}${whole}${steppedWords(rate.service, rate.increment)}`;
    }
  }
}

function stepsInWords(
  steps: readonly PriceStep[],
  currency: string,
  unit: string,
  many: (quantity: string) => string,
): string {
  const words = steps.map(({ upTo, price }, i) => {
    const bound = upTo === null ? `above ${many(steps[i - 1]?.upTo ?? '0')}` : `to ${many(upTo)}`;
    return `${exactMoney(price, currency)} ${bound}`;
  });
  return `per ${unit}: ${words.join(', ')}`;
}

function steppedWords(service: Service, increment: string | null): string {
  if (increment === null) return '';
  const step = { data: bytes(increment), sms: count(Number(increment), 'message'), voice: `${increment} s` }[service];
  return `, total rounded up to ${step}`;
}

function readyWords(terms: PlanTerms): string {
  const ends = [
    terms.readyExitBytes && `at ${bytes(terms.readyExitBytes)}`,
    terms.readyExitCommands && `at ${count(terms.readyExitCommands, 'SMS command')}`,
    terms.readyExitMonths && `after ${count(terms.readyExitMonths, 'month')}`,
  ];
  return ends.filter(Boolean).join(', ') || 'at the first usage';
}

export function proratedWords(type: PlanType): string {
  return soldBy(type, 'allowance') ? 'fee and allowance, at start and end' : 'the fee, at start and end';
}

/** `12 countries and 3 networks` */
export function placesInWords({
  countries,
  networks,
}: {
  countries: readonly unknown[];
  networks: readonly unknown[];
}): string {
  const words = [
    countries.length > 0 && count(countries.length, 'country', 'countries'),
    networks.length > 0 && count(networks.length, 'network'),
  ];
  return words.filter(Boolean).join(' and ');
}
