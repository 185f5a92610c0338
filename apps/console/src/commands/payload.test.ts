import { expect, test } from 'vitest';
import { payloadProblem, unsendable } from './payload.ts';

test('160 characters of Latin-1 with line breaks are one message', () => {
  expect(['', 'ping', 'Grüße, 5 £\nzwei\r\n', 'ÿ'.repeat(160)].map(payloadProblem)).toEqual([null, null, null, null]);
  expect(payloadProblem('x'.repeat(163))).toBe('3 too many: one message holds 160.');
});

test('what it cannot hold is named, each once', () => {
  expect(unsendable('5 € or 6 €, 😀')).toEqual(['€', '😀']);
  expect(payloadProblem('5 €')).toBe('A text message cannot hold €.');
  expect(payloadProblem('a\tb\u0007')).toBe('A text message cannot hold a tab U+0007.');
  expect(payloadProblem('абвгдежз')).toBe('A text message cannot hold а б в г д and others.');
});
