import { describe, expect, test } from 'vitest';
import { type AccountingRecord, accountingAttributes, nasAttributes } from './client.ts';
import { type Attribute, decode, encodeRequest, type Packet } from './codec.ts';
import { attributes as a, integer, opaque, text, vendorSpecific, vsa, walledMark } from './dictionary.ts';
import { testNas } from './testing.ts';
import { luhnDigit, readAccounting, readUserLocation } from './update.ts';

const nas = testNas();
const receivedAt = new Date('2026-03-01T12:00:00Z');

function packetOf(attributes: readonly Attribute[]): Packet {
  const decoded = decode(encodeRequest({ code: 4, id: 1, secret: nas.secret, attributes }));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.packet;
}

function usageOf(attributes: readonly Attribute[]) {
  const told = readAccounting(packetOf(attributes), nas, receivedAt);
  if (told.kind !== 'usage') throw new Error(told.kind);
  return told.update;
}

const who = {
  imsi: '901700000000001',
  msisdn: '882285100000018',
  imei: '490154203237518',
  plmn: '310410',
  rat: 'LTE-M',
  apn: 'iot.example',
  framedIp: '10.1.2.3',
};
const record: AccountingRecord = {
  status: 'interim',
  acctSessionId: 'A1',
  chargingId: 77,
  nsapi: '5',
  up: 5n,
  down: 12_884_901_887n,
  sessionTime: 60,
  eventTime: new Date('2026-03-01T11:59:30Z'),
};

test('a device tells where it is, and a walled session returns our mark', () => {
  const location = { area: 0x1f2, cell: 0x0abcdef };
  const told = usageOf(accountingAttributes({ ...who, location }, { ...record, class: Buffer.from(walledMark) }));
  expect(told).toMatchObject({ plmn: '310410', area: '01f2', cell: '00abcdef', walled: true });
  const other = usageOf(accountingAttributes(who, { ...record, class: Buffer.from('somebody else') }));
  expect(other.walled).toBe(false);
});

test('an interim of a gateway in our words', () => {
  expect(usageOf(accountingAttributes(who, record))).toEqual({
    source: 'radius',
    nasId: 'nas_1',
    organizationId: 'org_1',
    telecomId: 'tel_1',
    kind: 'update',
    sessionKey: 'A1/77/5',
    acctSessionId: 'A1',
    chargingId: '77',
    ...who,
    up: 5n,
    down: 12_884_901_887n,
    hasGigawords: true,
    noGigawords: false,
    sessionTime: 60,
    terminateCause: null,
    area: null,
    cell: null,
    walled: false,
    eventTime: new Date('2026-03-01T11:59:30Z'),
    receivedAt,
  });
});

describe('counters', () => {
  test('2 gigawords + 4294967295 octets = 12,884,901,887', () => {
    const update = usageOf([
      integer(a.acctStatusType, 2),
      text(a.acctSessionId, 's'),
      integer(a.acctInputOctets, 4_294_967_295),
      integer(a.acctInputGigawords, 2),
    ]);
    expect(update).toMatchObject({ kind: 'stop', up: 12_884_901_887n, down: 0n, hasGigawords: true });
  });

  test('without gigawords the update says so', () => {
    const update = usageOf([integer(40, 3), text(44, 's'), integer(a.acctOutputOctets, 9)]);
    expect(update).toMatchObject({ up: 0n, down: 9n, hasGigawords: false, sessionKey: 's//' });
  });

  test('an impossible size is as good as absent, the rest is read', () => {
    const update = usageOf([
      integer(40, 3),
      text(44, 's'),
      text(a.acctInputOctets, 'abc'),
      integer(a.acctOutputOctets, 7),
      text(a.framedIpAddress, 'x'),
      vendorSpecific(10415, [text(vsa.imsi, 'not digits'), text(vsa.ratType, 'four'), text(vsa.sgsnMccMnc, '26201')]),
    ]);
    expect(update).toMatchObject({ up: 0n, down: 7n, framedIp: null, imsi: null, rat: null, plmn: '26201' });
  });
});

test('a gateway without 3GPP-IMSI names the subscriber by User-Name; fifteen digits are an IMSI', () => {
  const named = (name: string) => usageOf([integer(40, 1), text(44, 's'), text(a.userName, name)]).imsi;
  expect(named('901700000000001')).toBe('901700000000001');
  expect(named('491701234567')).toBeNull();
  expect(named('user@example')).toBeNull();
});

describe('time of the event', () => {
  test('Acct-Delay-Time counts back from arrival', () => {
    const update = usageOf([integer(40, 1), text(44, 's'), integer(a.acctDelayTime, 90)]);
    expect(update.eventTime).toEqual(new Date('2026-03-01T11:58:30Z'));
  });
  test('neither given: arrival', () => {
    expect(usageOf([integer(40, 1), text(44, 's')]).eventTime).toEqual(receivedAt);
  });
  test('the largest delay is still a date', () => {
    const update = usageOf([integer(40, 1), text(44, 's'), integer(a.acctDelayTime, 0xffff_ffff)]);
    expect(Number.isNaN(update.eventTime.getTime())).toBe(false);
  });
});

describe('unusable', () => {
  test.each([
    ['no session id', [integer(40, 3)]],
    ['an empty session id', [integer(40, 3), text(44, '')]],
    ['no status type', [text(44, 's')]],
    ['a status type we do not keep (tunnel start)', [integer(40, 9), text(44, 's')]],
  ])('%s', (_name, list) => {
    expect(readAccounting(packetOf(list), nas, receivedAt).kind).toBe('unusable');
  });
});

test('Accounting-On and -Off need no session', () => {
  const eventTime = new Date('2026-03-01T11:00:00Z');
  for (const kind of ['on', 'off'] as const) {
    const told = readAccounting(packetOf(nasAttributes(kind, eventTime)), nas, receivedAt);
    expect(told).toEqual({ kind: 'reset', reset: { nas, kind, eventTime, receivedAt } });
  }
});

test.each([
  ['plain', 'plain'],
  ['00ff41', 'hex:00ff41'],
  [Buffer.from('hex:1').toString('hex'), `hex:${Buffer.from('hex:1').toString('hex')}`],
])('a session id %s survives the way back to the NAS', (given, read) => {
  const value = given === 'plain' ? Buffer.from('plain') : Buffer.from(given, 'hex');
  const { acctSessionId } = usageOf([integer(40, 3), { type: 44, value }]);
  expect(acctSessionId).toBe(read);
  expect(opaque(44, acctSessionId).value).toEqual(value);
});

test('a NSAPI cannot forge the key of another session', () => {
  const update = usageOf([integer(40, 3), text(44, 's'), vendorSpecific(10415, [text(vsa.nsapi, '5/6')])]);
  expect(update.sessionKey).toBe('s//');
});

describe('user location', () => {
  test.each([
    ['CGI, MNC of two digits', '0062f2101a2bffee', { plmn: '26201', area: '1a2b', cell: 'ffee' }],
    ['RAI', '0262f2101a2b01ff', { plmn: '26201', area: '1a2b', cell: null }],
    ['TAI, MNC of three digits', '80130014 1a2b'.replace(' ', ''), { plmn: '310410', area: '1a2b', cell: null }],
    ['ECGI', '8162f2100abcdef1', { plmn: '26201', area: null, cell: '0abcdef1' }],
    ['TAI + ECGI', '8262f2101a2b62f2100abcdef1', { plmn: '26201', area: '1a2b', cell: '0abcdef1' }],
    ['an unknown type still has its network', '8862f210', { plmn: '26201', area: null, cell: null }],
    ['cut short', '8262f210', { plmn: '26201', area: null, cell: null }],
    ['no digits', '82aaaaaa1a2b', null],
    ['nothing', '82', null],
  ])('%s', (_name, hex, location) => {
    expect(readUserLocation(Buffer.from(hex, 'hex'))).toEqual(location);
  });

  test('it is the visited network when SGSN-MCC-MNC is missing', () => {
    const uli = { type: vsa.userLocationInfo, value: Buffer.from('8062f2101a2b', 'hex') };
    expect(usageOf([integer(40, 3), text(44, 's'), vendorSpecific(10415, [uli])]).plmn).toBe('26201');
  });
});

test('check digits: Luhn, IMEI, ICCID', () => {
  for (const number of ['79927398713', '490154203237518', '8944500102198304826', '8991101200003204514']) {
    expect(luhnDigit(number.slice(0, -1))).toBe(number.at(-1));
  }
});

test('NB-IoT, LTE-M and NR have names; an unknown access type keeps its number', () => {
  const ratOf = (n: number) =>
    usageOf([integer(40, 3), text(44, 's'), vendorSpecific(10415, [{ type: vsa.ratType, value: Buffer.from([n]) }])])
      .rat;
  expect([6, 8, 9, 10, 51].map(ratOf)).toEqual(['EUTRAN', 'NB-IoT', 'LTE-M', 'NR', '51']);
});
