import type { Micros } from '@simwright/measure';
import { amountOf, bytesOf, parseDate, type Reading, ScenarioError } from './text.ts';

/** What must have happened (effects), or must hold (state), for a SIM, a pool or a company after the step. */
export type Expectation = { of: string } & (
  | { kind: 'fee' | 'activation' | 'charge' | 'adjustment' | 'due' | 'wallet'; micros: Micros }
  | { kind: 'block' | 'lift' | 'unrated' | 'refused'; reason: string }
  | { kind: 'nothing' | 'no_period' | 'unknown_network' | 'fair_use' }
  | { kind: 'left' | 'used'; bytes: bigint }
  | { kind: 'status'; status: string }
  | { kind: 'period'; type: 'ready' | 'active'; startsAt: Date; endsAt: Date | null }
);

export const effectKinds = [
  ...(['fee', 'activation', 'charge', 'adjustment', 'block', 'lift', 'unrated', 'refused'] as const),
  ...(['unknown_network', 'fair_use'] as const),
];

export function isEffect({ kind }: Expectation): boolean {
  return effectKinds.some((effect) => effect === kind);
}

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
const bare = { nothing: 'nothing', 'no period': 'no_period', 'unknown network': 'unknown_network' } as const;

export function parseExpectation(text: string, of: string, reading: Reading): Expectation {
  const [word = '', ...rest] = text.split(' ');
  const value = rest.join(' ');
  if (text in bare) return { of, kind: bare[text as keyof typeof bare] };
  if (text === 'fair use') return { of, kind: 'fair_use' };
  switch (word) {
    case 'fee':
    case 'activation':
    case 'charge':
    case 'adjustment':
    case 'due':
    case 'wallet':
      return { of, kind: word, micros: amountOf(value, reading) };
    case 'block':
    case 'lift':
      if (!blockReasons.includes(value)) break;
      return { of, kind: word, reason: value };
    case 'unrated':
    case 'refused':
      if (!/^[a-z_.]*$/.test(value)) break;
      return { of, kind: word, reason: value };
    case 'left':
    case 'used':
      return { of, kind: word, bytes: bytesOf(value, reading) };
    case 'status':
      if (!statuses.includes(value)) break;
      return { of, kind: word, status: value };
    case 'period': {
      const [, type, from, to] = /^(ready|active) (.+?)(?: to (.+)| on)$/.exec(value) ?? [];
      if ((type !== 'ready' && type !== 'active') || from === undefined) break;
      const startsAt = parseDate(from, reading.zone);
      return { of, kind: word, type, startsAt, endsAt: to === undefined ? null : parseDate(to, reading.zone) };
    }
  }
  throw new ScenarioError(`not an expectation: ${text}`);
}
