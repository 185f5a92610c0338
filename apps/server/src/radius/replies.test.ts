import { expect, test } from 'vitest';
import { keepReplies } from './replies.ts';

const reply = Buffer.from('reply');

test('a reply is kept for its time and no longer', () => {
  const replies = keepReplies({ ttlMs: 30_000, max: 10 });
  replies.put('a', reply, 0);
  expect(replies.get('a', 29_999)).toBe(reply);
  expect(replies.get('a', 30_000)).toBeUndefined();
});

test('the oldest leave first when it is full', () => {
  const replies = keepReplies({ ttlMs: 30_000, max: 2 });
  for (const key of ['a', 'b', 'c']) replies.put(key, reply, 0);
  expect(['a', 'b', 'c'].map((key) => replies.get(key, 1) !== undefined)).toEqual([false, true, true]);
});
