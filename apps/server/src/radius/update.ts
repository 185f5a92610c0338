import type { Packet } from './codec.ts';
import type { AccessRequest, Nas, NasReset, UsageUpdate } from './contract.ts';
import {
  attributes as a,
  ratName,
  readAddress,
  readInteger,
  readIpv6Prefix,
  readOpaque,
  readText,
  readValues,
  statusTypes,
  type Values,
  vsa,
  walledMark,
} from './dictionary.ts';

export type Accounting =
  | { kind: 'usage'; update: UsageUpdate }
  | { kind: 'reset'; reset: NasReset }
  | { kind: 'unusable' };

const usageKinds: Record<number, UsageUpdate['kind']> = {
  [statusTypes.start]: 'start',
  [statusTypes.interim]: 'update',
  [statusTypes.stop]: 'stop',
};

/**
 * An Accounting-Request in our words. `unusable`: no status type we know, or a session without Acct-Session-Id.
 * Any other missing or impossible value is null (counters: zero); what can be read is read.
 */
export function readAccounting(packet: Packet, nas: Nas, receivedAt: Date): Accounting {
  const values = readValues(packet.attributes);
  const { standard, vendor } = values;
  const status = readInteger(standard.get(a.acctStatusType));
  const eventTime = readEventTime(values, receivedAt);
  if (status === statusTypes.on || status === statusTypes.off) {
    return { kind: 'reset', reset: { nas, kind: status === statusTypes.on ? 'on' : 'off', eventTime, receivedAt } };
  }

  const kind = status === null ? undefined : usageKinds[status];
  const acctSessionId = readOpaque(standard.get(a.acctSessionId));
  if (!kind || !acctSessionId) return { kind: 'unusable' };

  const chargingId = readInteger(vendor.get(vsa.chargingId))?.toString() ?? null;
  const nsapi = readText(vendor.get(vsa.nsapi)) ?? '';
  return {
    kind: 'usage',
    update: {
      source: 'radius',
      nasId: nas.id,
      organizationId: nas.organizationId,
      telecomId: nas.telecomId,
      kind,
      // The NSAPI is one hexadecimal digit (TS 29.061): anything longer could forge the separators.
      sessionKey: `${acctSessionId}/${chargingId ?? ''}/${/^[0-9a-f]{1,2}$/i.test(nsapi) ? nsapi : ''}`,
      acctSessionId,
      chargingId,
      ...readSubscriber(values),
      framedIp: readAddress(standard.get(a.framedIpAddress)) ?? readIpv6Prefix(standard.get(a.framedIpv6Prefix)),
      up: readCounter(standard.get(a.acctInputOctets), standard.get(a.acctInputGigawords)),
      down: readCounter(standard.get(a.acctOutputOctets), standard.get(a.acctOutputGigawords)),
      hasGigawords: standard.has(a.acctInputGigawords) || standard.has(a.acctOutputGigawords),
      noGigawords: nas.noGigawords,
      sessionTime: readBelow31Bits(standard.get(a.acctSessionTime)),
      terminateCause: readBelow31Bits(standard.get(a.acctTerminateCause)),
      walled: readText(standard.get(a.class)) === walledMark,
      eventTime,
      receivedAt,
    },
  };
}

/** An Access-Request in our words. The password is not read: the network has authenticated the SIM. */
export function readAccess(packet: Packet, nas: Nas): AccessRequest {
  const values = readValues(packet.attributes);
  return {
    nas,
    ...readSubscriber(values),
    userName: readText(values.standard.get(a.userName)),
    calledStationId: readText(values.standard.get(a.calledStationId)),
  };
}

type Subscriber = Pick<AccessRequest, 'imsi' | 'msisdn' | 'imei' | 'plmn' | 'area' | 'cell' | 'rat' | 'apn'>;

function readSubscriber({ standard, vendor }: Values): Subscriber {
  const rat = vendor.get(vsa.ratType);
  const location = readUserLocation(vendor.get(vsa.userLocationInfo));
  return {
    // A gateway that sends no 3GPP-IMSI often names the subscriber by it: fifteen digits are an IMSI, no phone number.
    imsi: readDigits(vendor.get(vsa.imsi), /^\d{6,15}$/) ?? readDigits(standard.get(a.userName), /^\d{15}$/),
    msisdn: readDigits(standard.get(a.callingStationId), /^\+?\d{5,15}$/)?.replace('+', '') ?? null,
    imei: readImei(vendor.get(vsa.imeisv)),
    plmn: readDigits(vendor.get(vsa.sgsnMccMnc), /^\d{5,6}$/) ?? location?.plmn ?? null,
    area: location?.area ?? null,
    cell: location?.cell ?? null,
    rat: rat?.length === 1 ? ratName(rat[0]!) : null,
    apn: readText(standard.get(a.calledStationId)),
  };
}

function readDigits(value: Buffer | undefined, form: RegExp): string | null {
  const found = readText(value);
  return found !== null && form.test(found) ? found : null;
}

/** IMEISV: TAC 8, serial 6, software version 2 (TS 23.003 section 6.2.2). The IMEI is its first 14 digits and a Luhn digit. */
function readImei(value: Buffer | undefined): string | null {
  const found = readDigits(value, /^\d{14,16}$/);
  if (found === null || found.length === 15) return found;
  return found.slice(0, 14) + luhnDigit(found.slice(0, 14));
}

/** The check digit that follows `digits` (ISO/IEC 7812-1 annex B). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const weighted = i % 2 === 0 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Octets and gigawords (RFC 2869 section 5.1): wraps × 2^32 + octets. */
function readCounter(octets: Buffer | undefined, gigawords: Buffer | undefined): bigint {
  return BigInt(readInteger(gigawords) ?? 0) * 4_294_967_296n + BigInt(readInteger(octets) ?? 0);
}

/** Above that, 68 years of a session or a cause nobody has defined, it is no fact but a broken counter. */
function readBelow31Bits(value: Buffer | undefined): number | null {
  const found = readInteger(value);
  return found !== null && found < 2 ** 31 ? found : null;
}

function readEventTime({ standard }: Values, receivedAt: Date): Date {
  const stamp = readInteger(standard.get(a.eventTimestamp));
  if (stamp !== null) return new Date(stamp * 1000);
  return new Date(receivedAt.getTime() - (readInteger(standard.get(a.acctDelayTime)) ?? 0) * 1000);
}

export type UserLocation = { plmn: string; area: string | null; cell: string | null };

// Where the area (LAC or TAC) and the cell stand behind the type octet, per type (TS 29.061, TS 29.274 section 8.21).
const locationForms: Record<number, { area: [number, number]; cell: [number, number] | null }> = {
  0: { area: [4, 6], cell: [6, 8] },
  1: { area: [4, 6], cell: [6, 8] },
  2: { area: [4, 6], cell: null },
  128: { area: [4, 6], cell: null },
  129: { area: [4, 4], cell: [4, 8] },
  130: { area: [4, 6], cell: [9, 13] },
};

/**
 * 3GPP-User-Location-Info: 0 CGI, 1 SAI, 2 RAI, 128 TAI, 129 ECGI, 130 TAI + ECGI. Area and cell in hexadecimal.
 * Every type begins with the network's code, so an unknown one still gives that.
 */
export function readUserLocation(value: Buffer | undefined): UserLocation | null {
  if (!value || value.length < 4) return null;
  const plmn = readPlmn(value.subarray(1, 4));
  if (plmn === null) return null;
  const form = locationForms[value[0]!];
  return { plmn, area: hexAt(value, form?.area), cell: hexAt(value, form?.cell) };
}

function hexAt(value: Buffer, span: [number, number] | null | undefined): string | null {
  if (!span || span[1] > value.length || span[0] === span[1]) return null;
  return value.toString('hex', span[0], span[1]);
}

/** MCC and MNC in swapped half-octets; F in the third digit of the MNC means it has two (TS 24.008 section 10.5.1.13). */
function readPlmn(value: Buffer): string | null {
  const half = value.toString('hex');
  const at = (i: number) => half[i]!;
  const plmn = at(1) + at(0) + at(3) + at(5) + at(4) + (at(2) === 'f' ? '' : at(2));
  return /^\d{5,6}$/.test(plmn) ? plmn : null;
}
