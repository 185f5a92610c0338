import type { Micros } from '@simwright/measure';
import { amountOf, bytesOf, isZone, parseDate, type Reading, ScenarioError } from './text.ts';

/** What a person, a device or the clock does. */
export type Action =
  | { verb: 'assign' | 'ready' | 'activate' | 'suspend' | 'resume' | 'archive' | 'repeat'; sim: string }
  | { verb: 'use'; sim: string; bytes: bigint }
  | { verb: 'late'; sim: string; bytes: bigint; madeAt: Date }
  | { verb: 'limit'; of: string; bytes: bigint | null }
  | { verb: 'zone'; zone: string }
  | { verb: 'rolls' };

/** What must have happened (effects), or must hold (state), for `sim` after the step. */
export type Expectation = { sim: string } & (
  | { kind: 'fee' | 'activation' | 'charge'; micros: Micros }
  | { kind: 'block' | 'lift' | 'unrated'; reason: string }
  | { kind: 'refused' | 'nothing' | 'no_period' }
  | { kind: 'left' | 'used'; bytes: bigint }
  | { kind: 'status'; status: string }
  | { kind: 'period'; type: 'ready' | 'active'; startsAt: Date; endsAt: Date }
);

const statuses = [
  'Archived',
  'Not Available',
  'Pending',
  'Invalid',
  'Blank',
  'Suspended',
  'Activation Ready',
  'Active',
];
const blockReasons = ['data_limit', 'balance', 'validity', 'fee_unpaid', 'imei', 'rule', 'manual'];

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
      if (name === '' || more !== '') break;
      return { verb, sim: name };
    case 'use':
      return { verb, sim: name, bytes: bytesOf(more, reading) };
    case 'late': {
      const [, bytes, madeAt] = /^(.+) at (.+)$/.exec(more) ?? [];
      if (bytes === undefined || madeAt === undefined) break;
      return { verb, sim: name, bytes: bytesOf(bytes, reading), madeAt: parseDate(madeAt, reading.zone) };
    }
    case 'limit':
      return { verb, of: name, bytes: more === 'none' ? null : bytesOf(more, reading) };
    case 'zone':
      if (!isZone(name) || more !== '') break;
      return { verb, zone: name };
    case 'rolls':
      if (name !== '') break;
      return { verb };
  }
  throw new ScenarioError(`not an action: ${text}`);
}

export function parseExpectation(text: string, sim: string, reading: Reading): Expectation {
  const [word = '', ...rest] = text.split(' ');
  const value = rest.join(' ');
  switch (word) {
    case 'fee':
    case 'activation':
    case 'charge':
      return { sim, kind: word, micros: amountOf(value, reading) };
    case 'block':
    case 'lift':
      if (!blockReasons.includes(value)) break;
      return { sim, kind: word, reason: value };
    case 'unrated':
      if (!/^[a-z_]*$/.test(value)) break;
      return { sim, kind: word, reason: value };
    case 'left':
    case 'used':
      return { sim, kind: word, bytes: bytesOf(value, reading) };
    case 'status':
      if (!statuses.includes(value)) break;
      return { sim, kind: word, status: value };
    case 'period': {
      const [, type, from, to] = /^(ready|active) (.+) to (.+)$/.exec(value) ?? [];
      if ((type !== 'ready' && type !== 'active') || from === undefined || to === undefined) break;
      return {
        sim,
        kind: word,
        type,
        startsAt: parseDate(from, reading.zone),
        endsAt: parseDate(to, reading.zone),
      };
    }
    case 'refused':
    case 'nothing':
      if (value !== '') break;
      return { sim, kind: word };
    case 'no':
      if (value !== 'period') break;
      return { sim, kind: 'no_period' };
  }
  throw new ScenarioError(`not an expectation: ${text}`);
}
