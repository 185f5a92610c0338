import { expect, test } from 'vitest';
import { afterAsking, afterReport, isSendable } from './model.ts';

const now = new Date('2026-11-01T12:00:00Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const text = (status: 'queued' | 'sent' | 'delivered' | 'failed', more: object = {}) => ({
  ...{ status, attempts: 1, expiresAt: inSeconds(86_400), carrierReference: null },
  ...more,
});

test('a text counts as used once: when it is taken, or delivered without that', () => {
  expect(afterAsking(text('queued'), { kind: 'sent', reference: 'r' }, now)).toMatchObject({
    status: 'sent',
    carrierReference: 'r',
    nextAttemptAt: inSeconds(2),
    counts: true,
  });
  expect(afterAsking(text('queued'), { kind: 'delivered' }, now)).toMatchObject({ counts: true, nextAttemptAt: null });
  const sent = text('sent', { carrierReference: 'r', attempts: 3 });
  expect(afterAsking(sent, { kind: 'sent', reference: 'r' }, now)).toMatchObject({
    nextAttemptAt: inSeconds(8),
    counts: false,
  });
  expect(afterAsking(sent, { kind: 'delivered' }, now)).toMatchObject({ status: 'delivered', counts: false });
});

test('one that nobody takes is given up after a day; of one that was taken no more is said', () => {
  const late = { attempts: 200, expiresAt: now };
  expect(afterAsking(text('queued', late), { kind: 'later', text: 'busy' }, now)).toMatchObject({ status: 'failed' });
  expect(afterAsking(text('sent', { ...late, carrierReference: 'r' }), { kind: 'later', text: 'busy' }, now)).toEqual({
    ...{ status: 'sent', failure: null, nextAttemptAt: null, carrierReference: 'r', counts: false },
  });
  expect(afterAsking(text('queued'), { kind: 'later', text: 'busy' }, now).nextAttemptAt).toEqual(inSeconds(5));
});

test('a report ends what is open, and nothing else', () => {
  const delivered = { status: 'delivered', reason: null } as const;
  const failed = { status: 'failed', reason: 'switched off' } as const;
  expect(afterReport(text('queued'), delivered)).toMatchObject({ status: 'delivered', counts: true });
  expect(afterReport(text('sent'), delivered)).toMatchObject({ status: 'delivered', counts: false });
  expect(afterReport(text('sent'), failed)).toMatchObject({ status: 'failed', failure: 'switched off', counts: false });
  expect(afterReport(text('queued'), failed)).toMatchObject({ counts: false });
  expect(afterReport(text('failed'), delivered)).toBeNull();
  expect(afterReport(text('delivered'), failed)).toBeNull();
});

test('one message holds 160 characters of Latin-1 with line breaks', () => {
  expect(['x', 'ÿ', 'a\r\nb', 'x'.repeat(160)].map(isSendable)).toEqual([true, true, true, true]);
  expect(['', 'x'.repeat(161), '€', '😀', 'a\tb', '\u0000'].map(isSendable)).toEqual(Array(6).fill(false));
});
