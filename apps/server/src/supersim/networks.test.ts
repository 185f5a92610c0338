import { expect, test } from 'vitest';
import { findNetwork, listNetworks, networkOfPlmn, networkSid, plmnsOf } from './networks.ts';

const all = { limit: 10_000, newestFirst: true };

test('a network has one SID, for ever', () => {
  expect(networkSid('26201')).toBe('HW2779f5745a9880f9041bddc92e799b21');
});

test('a network is found by SID, in either case, and by its codes', () => {
  const [telekom] = listNetworks({ mcc: '262', mnc: '01' }, all);
  expect(telekom).toMatchObject({ name: 'Telekom', country: 'DE', plmn: '26201' });
  expect(findNetwork(telekom!.sid)).toBe(telekom);
  expect(findNetwork(`HW${telekom!.sid.slice(2).toUpperCase()}`)).toBe(telekom);
  expect(findNetwork('HW0')).toBeNull();
});

test('each PLMN is listed once, with a SID of its own', () => {
  const networks = listNetworks({}, all);
  expect(networks.length).toBeGreaterThan(2500);
  expect(new Set(networks.map((network) => network.plmn)).size).toBe(networks.length);
  expect(new Set(networks.map((network) => network.sid)).size).toBe(networks.length);
  for (const network of networks) {
    expect(network.mcc + network.mnc).toBe(network.plmn);
    expect(network.country ?? 'XX').toMatch(/^[A-Z]{2}$/);
  }
});

test('a PLMN that several territories share is in one country', () => {
  expect(networkOfPlmn('310410')).toMatchObject({ name: 'AT&T', country: 'US' });
  expect(plmnsOf('US')).toContain('310410');
  expect(plmnsOf('VI')).not.toContain('310410');
  expect(listNetworks({ isoCountry: 'us', mcc: '310', mnc: '410' }, all)).toHaveLength(1);
});

test('test networks are in no country, and a PLMN that is not listed still has a SID', () => {
  expect(networkOfPlmn('00101')).toMatchObject({ country: null });
  expect(networkOfPlmn('99942')).toMatchObject({ sid: networkSid('99942'), name: '99942', country: null });
  expect(findNetwork(networkSid('99942'))).toBeNull();
});
