import { expect, test } from 'vitest';
import { parseSid, sidOf } from './sids.ts';

const id = '0192f0a1-b2c3-7d4e-8f50-61728394a5b6';

test('a SID is two letters and the hex digits of the id, and goes back to it', () => {
  expect(sidOf('sim', id)).toBe('HS0192f0a1b2c37d4e8f5061728394a5b6');
  expect(parseSid('sim', sidOf('sim', id))).toBe(id);
  expect(parseSid('sim', 'HS0192F0A1B2C37D4E8F5061728394A5B6')).toBe(id);
});

test.each(['HF0192f0a1b2c37d4e8f5061728394a5b6', 'HS0192', 'hs0192f0a1b2c37d4e8f5061728394a5b6', 'My SIM', ''])(
  '%j is no SID of a SIM',
  (text) => {
    expect(parseSid('sim', text)).toBeNull();
  },
);
