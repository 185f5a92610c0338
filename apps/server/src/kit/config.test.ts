import { expect, test } from 'vitest';
import { ConfigFault, readConfig } from './config.ts';

const ranges = (env: NodeJS.ProcessEnv) => readConfig(env).outgoingPrivate;

test('private ranges that may be called: none, or this machine with the demo, or those that are named', () => {
  expect(ranges({})).toEqual(['127.0.0.0/8', '::1']);
  expect(ranges({ SIMWRIGHT_DEMO: 'off' })).toEqual([]);
  expect(ranges({ OUTGOING_PRIVATE: '' })).toEqual([]);
  expect(ranges({ OUTGOING_PRIVATE: ' 10.0.0.0/8, fd00::/8 ,192.0.2.7' })).toEqual([
    '10.0.0.0/8',
    'fd00::/8',
    '192.0.2.7',
  ]);
});

test.each([
  '10.0.0.0/99',
  '10.0.0/8',
  'fd00::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'internal',
  '1.2.3.4 5',
])('a range like %s refuses the start in one sentence', (wrong) => {
  const start = () => readConfig({ OUTGOING_PRIVATE: `10.0.0.0/8,${wrong}` });
  expect(start).toThrow(ConfigFault);
  expect(start).toThrow(`OUTGOING_PRIVATE has "${wrong}"; it must be ranges of addresses, like 10.0.0.0/8,fd00::/8.`);
});
