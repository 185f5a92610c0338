import { expect, test } from 'vitest';
import { bytesIn, payloadProblem, readable, unsendable } from './payload.ts';

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

test('the bytes of a datagram are counted as they are sent', () => {
  expect(bytesIn('grün', 'text')).toBe(5);
  expect(bytesIn('AAEC', 'binary')).toBe(3);
  expect(bytesIn('', 'binary')).toBe(0);
  expect(['AAE', 'AA=C', 'A A='].map((text) => bytesIn(text, 'binary'))).toEqual([null, null, null]);
});

test('bytes that are text are shown as text, and others are not', () => {
  expect(readable(btoa('temp=21.5\n'))).toBe('temp=21.5\n');
  expect(readable('Z3LDvG4=')).toBe('grün');
  expect(readable(btoa('\x00\x01'))).toBeNull();
  expect(readable(btoa('\xff\xfe'))).toBeNull();
  expect(readable('no base64!')).toBeNull();
});
