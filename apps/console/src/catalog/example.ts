import { ceilDiv, formatAmount, formatBytes, isCurrency, parseBytes } from '@simwright/measure';
import type { PlanTerms, PlanType, Refill, Service } from '../api/plans.ts';
import { soldBy } from './kinds.ts';
import { micros, NotYet, partOf, rateIn, ratesOf, rounded, scaleOf, unitOf, whole } from './pricing.ts';

/** What a customer uses in a month, as it is typed. `zone`: its id and name; null: in none. */
export type Use = { mb: string; messages: string; minutes: string; zone: { id: string; name: string } | null };

export type Example = {
  /** `1.3 GB, 20 messages and 10 minutes in Europe` */
  uses: string;
  lines: { what: string; amount: string }[];
  total: string;
  /** What is not in the total, in sentences. */
  notes: string[];
};

/** What a month on a plan would cost a customer who uses this. Null where a field is not a number yet. */
export function example(type: PlanType, terms: PlanTerms, use: Use, unitBase: 1000 | 1024): Example | null {
  if (!isCurrency(terms.currency)) return null;
  try {
    return workOut(type, terms, use, unitBase);
  } catch (error) {
    if (error instanceof NotYet) return null;
    throw error;
  }
}

function workOut(type: PlanType, terms: PlanTerms, use: Use, unitBase: 1000 | 1024): Example {
  const { currency } = terms;
  const scale = scaleOf(currency, unitBase);
  const words = (bytes: bigint) => formatBytes(bytes, unitBase);
  const mb = (text: string) => whole(text) * scale.mbBytes;
  const lines: Example['lines'] = [];
  const notes: string[] = [];
  let fixed = 0n;
  let usage = 0n;
  const addFixed = (what: string, amount: bigint) => {
    lines.push({ what, amount: formatAmount(amount, currency) });
    fixed += amount;
  };
  const addUsage = (what: string, part: bigint) => {
    lines.push({ what, amount: formatAmount(rounded(part, scale), currency) });
    usage += part;
  };

  const used = quantities(use, unitBase);
  const fee = micros(terms.fee, currency);
  if (soldBy(type, 'fee') && (fee > 0n || soldBy(type, 'allowance'))) addFixed('Monthly fee', fee);
  if (type === 'prepaid') {
    const bought = refillsFor(terms.refills, used.data, scale.mbBytes, currency);
    if (bought) addFixed(bought.what(words), bought.micros);
    else if (used.data > 0n) notes.push('It sells no refill yet.');
  }
  if (soldBy(type, 'overage')) {
    const beyond = used.data - allowanceOf(terms, scale.mbBytes);
    if (beyond > 0n && terms.overageSizeMb && terms.overagePrice) {
      const blocks = ceilDiv(beyond, mb(terms.overageSizeMb));
      const what = `Overage: ${blocks} ${blocks === 1n ? 'block' : 'blocks'} of ${words(mb(terms.overageSizeMb))}`;
      addFixed(what, blocks * micros(terms.overagePrice, currency));
    } else if (beyond > 0n) notes.push('Data beyond the allowance is free.');
  }

  const rates = ratesOf(terms);
  for (const service of ['data', 'sms', 'voice'] as const) {
    const quantity = used[service];
    if (quantity === 0n || (service === 'data' && !soldBy(type, 'data'))) continue;
    const rate = rateIn(rates, service, use.zone?.id ?? null);
    if (!rate) {
      notes.push(
        `${serviceWords[service]} ${use.zone ? `in ${use.zone.name}` : 'outside of the zones'} have no price here.`,
      );
      continue;
    }
    const where = rate.zone === null ? '' : ` in ${use.zone?.name}`;
    const each = unitOf(service, scale.mbBytes);
    const much =
      rate.model === 'package'
        ? `${ceilDiv(quantity, whole(rate.size) * each)} × ${amountOf(service, whole(rate.size) * each, words)}`
        : amountOf(service, quantity, words);
    addUsage(`${serviceWords[service]}${where}: ${much}`, partOf(service, rate, quantity, scale));
  }
  if (used.data > 0n) notes.push(...dataNotes(type, terms, used.data, mb, words));
  const activation = micros(terms.activationFee, currency);
  if (soldBy(type, 'activation') && activation > 0n) {
    notes.push(`Once, at the start: ${formatAmount(activation, currency)} ${currency} for the activation.`);
  }
  const total = formatAmount(fixed + rounded(usage, scale), currency);
  return { uses: usesInWords(used, use.zone?.name, words), lines, total, notes };
}

export const serviceWords: Record<Service, string> = { data: 'Data', sms: 'Messages', voice: 'Calls' };

function usesInWords(
  { data, sms, voice }: Record<Service, bigint>,
  zone: string | undefined,
  words: (bytes: bigint) => string,
): string {
  const parts = [
    words(data),
    ...(sms > 0n ? [sms === 1n ? '1 message' : `${sms} messages`] : []),
    ...(voice > 0n ? [voice === 60n ? '1 minute' : `${voice / 60n} minutes`] : []),
  ];
  const last = parts.pop();
  return `${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last}${zone === undefined ? '' : ` in ${zone}`}`;
}

function quantities(use: Use, unitBase: 1000 | 1024): Record<Service, bigint> {
  const data = parseBytes(`${use.mb.trim().replace(',', '.') || '0'} MB`, unitBase);
  const count = (text: string) => {
    if (!/^\d{0,9}$/.test(text.trim())) throw new NotYet('a number');
    return BigInt(text.trim() || '0');
  };
  if (!data.ok) throw new NotYet('a number of bytes');
  return { data: data.value, sms: count(use.messages), voice: count(use.minutes) * 60n };
}

function allowanceOf(terms: PlanTerms, mbBytes: bigint): bigint {
  if (!/^\d{1,15}$/.test(terms.allowanceMb ?? '')) throw new NotYet('an allowance');
  return BigInt(terms.allowanceMb!) * mbBytes;
}

function amountOf(service: Service, quantity: bigint, words: (bytes: bigint) => string): string {
  if (service === 'data') return words(quantity);
  return service === 'voice' ? `${quantity / 60n} min` : String(quantity);
}

/** The cheapest refill of which enough are bought. */
function refillsFor(refills: readonly Refill[], used: bigint, mbBytes: bigint, currency: string) {
  if (used === 0n) return null;
  const ways = refills.map(({ mb, price }) => {
    const size = whole(mb) * mbBytes;
    const count = ceilDiv(used, size);
    const what = (words: (bytes: bigint) => string) =>
      `${count} ${count === 1n ? 'refill' : 'refills'} of ${words(size)}`;
    return { what, micros: count * micros(price, currency) };
  });
  return ways.reduce<(typeof ways)[number] | null>(
    (best, way) => (!best || way.micros < best.micros ? way : best),
    null,
  );
}

function dataNotes(
  type: PlanType,
  terms: PlanTerms,
  used: bigint,
  mb: (text: string) => bigint,
  words: (bytes: bigint) => string,
): string[] {
  const notes: string[] = [];
  if (type === 'static_pool') notes.push('Fee, data and overage are the pool’s.');
  if (type === 'dynamic_pool') notes.push('Overage of the members together is the pool’s.');
  if (type === 'unlimited' && terms.fairUseMb && used > mb(terms.fairUseMb)) {
    const rate = terms.throttleKbps ? `: slowed down to ${terms.throttleKbps} kbit/s where the telecom can` : '';
    notes.push(`That is beyond the fair use of ${words(mb(terms.fairUseMb))}${rate}.`);
  }
  if (terms.dataLimitMb && used > mb(terms.dataLimitMb)) {
    notes.push(`The line is blocked at its data limit of ${words(mb(terms.dataLimitMb))}.`);
  }
  return notes;
}
