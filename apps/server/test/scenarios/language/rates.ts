import type { Decimal, Micros } from '@simwright/measure';
import { amountOf, bytesOf, priceOf, type Reading, ScenarioError } from './text.ts';

export type Service = 'data' | 'sms' | 'voice';

/** Up to this quantity of the period's total: bytes, messages or seconds. The last step is open. */
export type PriceStep = { upTo: bigint | null; price: Decimal };

/** What a plan says of one service, in one zone or (null) wherever no zone says another. */
export type Rate = { service: Service; zone: string | null; increment: bigint | null } & (
  | { model: 'steps'; steps: PriceStep[]; whole: boolean }
  | { model: 'package'; size: bigint; micros: Micros }
  | { model: 'flat'; micros: Micros }
);

const services: Record<string, Service> = { MB: 'data', SMS: 'sms', minute: 'voice', data: 'data', calls: 'voice' };

const stepped = /^(volume )?(\S+) per (MB|SMS|minute)(?: to (.+?))?(?: in (\S+))?$/;
const packaged = /^each (.+?) for (\S+?)(?: in (\S+))?$/;
const once = /^flat (\S+) for (data|SMS|calls)(?: in (\S+))?$/;
const rounded = /^increment (.+?)(?: in (\S+))?$/;

/** The rates with what this column adds to them; null: it is about something else. */
export function addRate(rates: Rate[], column: string, reading: Reading): Rate[] | null {
  const step = stepped.exec(column);
  if (step) return addStep(rates, step, reading);
  const block = packaged.exec(column);
  if (block) {
    const [, size = '', price = '', zone = null] = block;
    const { service, quantity } = quantityOf(size, reading);
    return [...rates, { ...place(service, zone), model: 'package', size: quantity, micros: amountOf(price, reading) }];
  }
  const flat = once.exec(column);
  if (flat) {
    const [, price = '', of = '', zone = null] = flat;
    return [...rates, { ...place(services[of]!, zone), model: 'flat', micros: amountOf(price, reading) }];
  }
  const increment = rounded.exec(column);
  if (increment) return addIncrement(rates, increment[1]!, increment[2] ?? null, reading);
  return null;
}

function addStep(rates: Rate[], match: RegExpExecArray, reading: Reading): Rate[] {
  const [, volume, price = '', unit = '', bound, zone = null] = match;
  const service = services[unit]!;
  const upTo = bound === undefined ? null : quantityOf(bound, reading, service).quantity;
  const step: PriceStep = { upTo, price: priceOf(price) };
  const known = rates.find((rate) => rate.service === service && rate.zone === zone);
  if (!known) {
    return [...rates, { ...place(service, zone), model: 'steps', steps: [step], whole: volume !== undefined }];
  }
  if (known.model !== 'steps' || known.whole !== (volume !== undefined)) throw new ScenarioError('two prices for one');
  const before = known.steps.at(-1)!;
  if (before.upTo === null) throw new ScenarioError('only the last price is without `to`');
  if (upTo !== null && upTo <= before.upTo) throw new ScenarioError('prices stand in order of their bounds');
  return rates.map((rate) => (rate === known ? { ...known, steps: [...known.steps, step] } : rate));
}

function addIncrement(rates: Rate[], text: string, zone: string | null, reading: Reading): Rate[] {
  const { service, quantity } = quantityOf(text, reading);
  const known = rates.find((rate) => rate.service === service && rate.zone === zone);
  if (known?.model !== 'steps') throw new ScenarioError('an increment follows the price that it rounds for');
  return rates.map((rate) => (rate === known ? { ...rate, increment: quantity } : rate));
}

/** A quantity says its service: `100 MB`, `10 SMS`, `60 s`; a bare number where the service is known. */
export function quantityOf(text: string, reading: Reading, of?: Service): { service: Service; quantity: bigint } {
  const [, number = '', unit = ''] = /^(\d+)(?: (SMS|s))?$/.exec(text) ?? [];
  const service = unit === 'SMS' ? 'sms' : unit === 's' ? 'voice' : (of ?? 'data');
  if (of !== undefined && service !== of) throw new ScenarioError(`not a quantity of ${of}: ${text}`);
  if (service === 'data') return { service, quantity: bytesOf(text, reading) };
  if (number === '') throw new ScenarioError(`not a quantity: ${text}`);
  return { service, quantity: BigInt(number) };
}

function place(service: Service, zone: string | null) {
  return { service, zone, increment: null };
}
