import { expect, test } from 'vitest';
import { luhnDigit } from '../radius/index.ts';
import { roster } from './roster.ts';

const devices = roster('demo', 2_000);

test('the same seed gives the same devices; a longer roster begins with the shorter one', () => {
  expect(roster('demo', 2_000)).toEqual(devices);
  expect(roster('demo', 50)).toEqual(devices.slice(0, 50));
  expect(roster('another', 50)).not.toEqual(devices.slice(0, 50));
});

test('identifiers are distinct', () => {
  for (const key of ['iccid', 'imsi', 'msisdn', 'imei'] as const) {
    expect(new Set(devices.map((device) => device[key])).size, key).toBe(devices.length);
  }
});

test('identifiers are well formed', () => {
  for (const { iccid, imsi, msisdn, imei } of devices) {
    expect(iccid).toMatch(/^8988\d{16}$/);
    expect(imsi).toMatch(/^90170\d{10}$/);
    expect(msisdn).toMatch(/^882285\d{9}$/);
    expect(imei).toMatch(/^\d{15}$/);
    for (const number of [iccid, imei]) expect(luhnDigit(number.slice(0, -1))).toBe(number.at(-1));
  }
});

test('networks are whole and devices live in about ten countries', () => {
  for (const { visited, roamsTo } of devices) {
    for (const network of [visited, roamsTo]) if (network) expect(network.mcc + network.mnc).toBe(network.plmn);
  }
  expect(new Set(devices.map(({ home }) => home)).size).toBe(10);
});

test('200 devices have some of every kind', () => {
  const kinds = new Set(devices.slice(0, 200).map(({ profile }) => profile.name));
  expect(kinds.size).toBe(6);
});

test('a roster has a bound', () => {
  expect(() => roster('demo', 1_000_001)).toThrow(RangeError);
});
