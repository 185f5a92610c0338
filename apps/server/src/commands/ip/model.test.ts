import { describe, expect, it, test } from 'vitest';
import { afterSending, bytesOf, decideAddress, ipErrors, type Reachable, writtenPayload } from './model.ts';
import { openReach } from './reach.ts';

const now = new Date('2026-03-01T12:00:00Z');

describe('a payload', () => {
  test.each([
    ['text', 'checkin', 7],
    ['text', 'ü', 2],
    ['text', 'x'.repeat(1300), 1300],
    ['binary', 'AAEC', 3],
    ['binary', 'AA==', 1],
  ] as const)('%s %j is %d bytes, and is written as it came', (payloadType, payload, length) => {
    const bytes = bytesOf(payload, payloadType)!;
    expect(bytes.length).toBe(length);
    expect(writtenPayload({ payload: bytes, payloadType })).toBe(payload);
  });

  test.each([
    ['text', ''],
    ['text', 'x'.repeat(1301)],
    ['text', 'half a character \ud800'],
    ['binary', ''],
    ['binary', 'AAE'],
    ['binary', 'A-_A'],
    ['binary', Buffer.alloc(1301).toString('base64')],
  ] as const)('%s %j cannot be sent', (payloadType, payload) => {
    expect(bytesOf(payload, payloadType)).toBeNull();
  });
});

describe('where data goes', () => {
  const attached: Reachable = {
    inUse: true,
    deviceRanges: ['10.0.0.0/8'],
    addresses: [{ address: '10.0.0.9', inRange: true, isHeld: true }],
  };
  const failure = (known: Partial<Reachable>) => {
    const decided = decideAddress({ ...attached, ...known });
    return typeof decided === 'string' ? decided : decided.code;
  };

  it('is the address that the SIM has now', () => {
    expect(failure({})).toBe('10.0.0.9');
    const old = { address: '10.0.0.8', inRange: true, isHeld: false };
    const elsewhere = { address: '192.0.2.1', inRange: false, isHeld: true };
    expect(failure({ addresses: [elsewhere, old, ...attached.addresses] })).toBe('10.0.0.9');
  });

  it('is nowhere else', () => {
    expect(failure({ addresses: [] })).toBe(ipErrors.notAttached);
    expect(failure({ addresses: [{ address: '10.0.0.9', inRange: true, isHeld: false }] })).toBe(ipErrors.notAttached);
    expect(failure({ addresses: [{ address: '192.0.2.1', inRange: false, isHeld: true }] })).toBe(ipErrors.other);
    expect(failure({ deviceRanges: [] })).toBe(ipErrors.other);
    expect(failure({ inUse: false })).toBe(ipErrors.other);
  });
});

it('is tried six times, five seconds later at first', () => {
  const later = { kind: 'later', text: 'no route' } as const;
  const first = afterSending({ attempts: 1 }, later, now);
  expect(first).toMatchObject({ status: 'queued', nextAttemptAt: new Date('2026-03-01T12:00:05Z'), failure: null });
  expect(afterSending({ attempts: 5 }, later, now).nextAttemptAt).toEqual(new Date('2026-03-01T12:01:20Z'));
  expect(afterSending({ attempts: 6 }, later, now)).toMatchObject({
    status: 'failed',
    errorCode: 83400,
    failure: 'no route',
  });
});

describe('what the instance reaches', () => {
  const ports = new Set([1812, 1813]);
  const reach = openReach(['127.0.0.0/8', '100.64.0.0/10'], () => ports);

  it('is what whoever runs it has named', () => {
    expect(reach.refuses('100.64.0.1', 1812)).toBeNull();
    expect(reach.refuses('127.0.0.9', 4000)).toBeNull();
    expect(reach.refuses('10.0.0.1', 4000)).toContain('does not name it');
    expect(reach.refuses('2001:db8::1', 4000)).toContain('does not name it');
    expect(openReach([], () => ports).refuses('127.0.0.9', 4000)).toContain('names no addresses');
    expect([reach.covers('100.127.255.255'), reach.covers('100.128.0.0')]).toEqual([true, false]);
  });

  it('is no port of our own on this machine, also one that was taken since', () => {
    expect(reach.refuses('127.0.0.9', 1813)).toContain('one of Simwright itself');
    ports.add(4000);
    expect(reach.refuses('127.1.2.3', 4000)).toContain('one of Simwright itself');
  });
});
