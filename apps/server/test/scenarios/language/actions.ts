import type { Micros } from '@simwright/measure';
import { quantityOf, type Service } from './rates.ts';
import { amountOf, bytesOf, isZone, parseDate, parseDay, type Reading, ScenarioError } from './text.ts';

/** One usage record: made then (null: now), in that network (null: at home; `nowhere`: nobody told). */
export type Use = {
  verb: 'use';
  sim: string;
  service: Service;
  quantity: bigint;
  madeAt: Date | null;
  network: string | null;
};

/** What a person, a device or the clock does. */
export type Action =
  | { verb: 'assign' | 'ready' | 'activate' | 'suspend' | 'resume' | 'archive' | 'repeat' | 'place'; sim: string }
  | Use
  | { verb: 'restate'; sim: string; day: string; bytes: bigint }
  | { verb: 'change'; sim: string; plan: string; when: 'now' | 'next_period' }
  | { verb: 'unassign'; sim: string; when: 'now' | 'period_end' }
  | { verb: 'refill'; sim: string; bytes: bigint }
  | { verb: 'join'; sim: string; pool: string; when: 'now' | 'next_period' }
  | { verb: 'leave'; sim: string; pool: null; when: 'now' | 'period_end' }
  | { verb: 'move'; sim: string; company: string }
  | { verb: 'create'; pool: string }
  | { verb: 'credit' | 'floor'; company: string; micros: Micros }
  | { verb: 'edit'; of: string; term: string }
  | { verb: 'limit'; of: string; bytes: bigint | null }
  | { verb: 'zone'; zone: string; company: string | null }
  | { verb: 'rolls' };

export function parseAction(text: string, reading: Reading): Action {
  const [verb = '', name = '', ...rest] = text.split(' ');
  const more = rest.join(' ');
  switch (verb) {
    case 'assign':
    case 'ready':
    case 'activate':
    case 'suspend':
    case 'resume':
    case 'archive':
    case 'repeat':
    case 'place':
      if (name === '' || more !== '') break;
      return { verb, sim: name };
    case 'use':
    case 'late':
    case 'sms':
    case 'call':
      return parseUse(verb, name, more, reading);
    case 'restate': {
      const [, day, bytes] = /^(\d+ \S+ \d{4}) to (.+)$/.exec(more) ?? [];
      if (day === undefined || bytes === undefined) break;
      return { verb, sim: name, day: parseDay(day), bytes: bytesOf(bytes, reading) };
    }
    case 'change': {
      const [, plan, when] = /^to (\S+) (now|next period)$/.exec(more) ?? [];
      if (plan === undefined) break;
      return { verb, sim: name, plan, when: when === 'now' ? 'now' : 'next_period' };
    }
    case 'unassign':
    case 'leave': {
      if (more !== '' && more !== 'now' && more !== 'at period end') break;
      const when = more === 'at period end' ? 'period_end' : 'now';
      return verb === 'leave' ? { verb, sim: name, pool: null, when } : { verb, sim: name, when };
    }
    case 'refill':
      return { verb, sim: name, bytes: bytesOf(more, reading) };
    case 'join': {
      const [, pool, next] = /^(\S+)( next period)?$/.exec(more) ?? [];
      if (pool === undefined) break;
      return { verb, sim: name, pool, when: next === undefined ? 'now' : 'next_period' };
    }
    case 'move': {
      const company = /^to (\S+)$/.exec(more)?.[1];
      if (company === undefined) break;
      return { verb, sim: name, company };
    }
    case 'create':
      if (name === '' || more !== '') break;
      return { verb, pool: name };
    case 'credit':
    case 'floor':
      return { verb, company: name, micros: amountOf(more, reading) };
    case 'edit':
      if (more === '') break;
      return { verb, of: name, term: more };
    case 'limit':
      return { verb, of: name, bytes: more === 'none' ? null : bytesOf(more, reading) };
    case 'zone':
      if (isZone(name) && more === '') return { verb, zone: name, company: null };
      if (!isZone(more)) break;
      return { verb, zone: more, company: name };
    case 'rolls':
      if (name !== '') break;
      return { verb };
  }
  throw new ScenarioError(`not an action: ${text}`);
}

/** `600 MB`, `3`, `90 s`, each with ` at 3 Mar 2026 09:00` and ` in 26201` where it was not now and at home. */
function parseUse(verb: 'use' | 'late' | 'sms' | 'call', sim: string, text: string, reading: Reading): Use {
  const [, size = '', at, network = null] =
    /^(.+?)(?: at (\d+ \S+ \d{4}(?: \S+)?))?(?: in (\d{5,6}|nowhere))?$/.exec(text) ?? [];
  if ((verb === 'late') !== (at !== undefined)) throw new ScenarioError(`${verb} ${sim} and its time: ${text}`);
  const service = verb === 'sms' ? 'sms' : verb === 'call' ? 'voice' : undefined;
  const madeAt = at === undefined ? null : parseDate(at, reading.zone);
  return { verb: 'use', sim, ...quantityOf(size, reading, service), madeAt, network };
}
