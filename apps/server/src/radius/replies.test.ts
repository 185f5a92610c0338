import { expect, test } from 'vitest';
import { keepReplies } from './replies.ts';

const reply = Buffer.from('reply');

test('a reply is kept for half its time at least, and not for ever', () => {
  const replies = keepReplies({ ttlMs: 30_000, max: 10 });
  replies.put('a', reply, 0);
  expect(replies.get('a', 15_000)).toBe(reply);
  expect(replies.get('a', 29_999)).toBe(reply);
  expect(replies.get('a', 60_000)).toBeUndefined();
});

test('traffic does not keep a reply alive', () => {
  const replies = keepReplies({ ttlMs: 30_000, max: 1_000 });
  replies.put('a', reply, 0);
  for (let at = 100; at <= 30_000; at += 100) replies.put(`b${at}`, reply, at);
  expect(replies.get('a', 30_001)).toBeUndefined();
  expect(replies.get('b29900', 30_001)).toBe(reply);
});

test('the oldest leave first when it is full', () => {
  const replies = keepReplies({ ttlMs: 30_000, max: 4 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) replies.put(key, reply, 0);
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => replies.get(key, 1) !== undefined)).toEqual([
    ...[false, false],
    ...[true, true, true],
  ]);
});
