import { describe, expect, it } from 'vitest';
import { duration, isZero, messages, monthOf, monthStart, quantity } from './usage.ts';

const none = { bytesUp: '0', bytesDown: '0', messages: '0', seconds: '0' };

describe('what was used', () => {
  it.each([
    ['45', '45 s'],
    ['90', '1 min 30 s'],
    ['3900', '1 h 05 min'],
    ['-61', '−1 min 01 s'],
    ['0', '0 s'],
  ])('%s seconds are %s', (seconds, words) => expect(duration(seconds)).toBe(words));

  it('is told in the words of its service', () => {
    expect(messages('1')).toBe('1 message');
    expect(messages('-3')).toBe('-3 messages');
    expect(quantity('data', { ...none, bytesUp: '-500000', bytesDown: '2000000' })).toBe('1.5\u00a0MB');
    expect(quantity('sms', { ...none, messages: '2' })).toBe('2 messages');
  });

  it('is nothing only when both ways are', () => {
    expect(isZero('data', none)).toBe(true);
    expect(isZero('data', { ...none, bytesUp: '-5', bytesDown: '5' })).toBe(false);
    expect(isZero('voice', { ...none, bytesUp: '5' })).toBe(true);
  });
});

describe('a month', () => {
  it('begins at midnight of the organization’s zone', () => {
    expect(monthStart('2026-03')).toBe('2026-03-01T00:00:00.000Z');
    expect(monthOf(Date.UTC(2026, 2, 31, 23), -1)).toBe('2026-02');
    expect(monthOf(Date.UTC(2026, 0, 15), -1)).toBe('2025-12');
  });
});
