import { luhnDigit } from '../radius/index.ts';
import { pick, type Random, seeded, seededNumber } from './random.ts';

export type ProfileName = 'meter' | 'tracker' | 'router' | 'camera' | 'payment' | 'idle';

/** How a kind of device behaves. Traffic in bytes per 15 s interim; times in seconds of a demo at speed 1. */
export type Profile = {
  name: ProfileName;
  weight: number;
  rats: readonly string[];
  apn: string;
  /** Type allocation code: the first eight digits of the IMEI. */
  tac: string;
  up: number;
  down: number;
  /** Interims in a session, on average; zero: it never attaches. */
  interims: number;
  sleep: number;
  roams: boolean;
};

export type Network = { plmn: string; mcc: string; mnc: string; country: string };

export type SimulatedDevice = {
  /** 20 digits with a right Luhn digit. */
  iccid: string;
  /** 15 digits, 901 70: an international network. */
  imsi: string;
  /** International number without '+', country code 882. */
  msisdn: string;
  imei: string;
  /** ISO country where it lives. */
  home: string;
  visited: Network;
  /** Where it is now and then instead; null for what never moves. */
  roamsTo: Network | null;
  rat: string;
  apn: string;
  profile: Profile;
};

/** Networks of ten countries (ITU operational bulletin, E.212). The weight is the share of devices that live there. */
const networks: readonly (Network & { weight: number })[] = [
  { plmn: '26201', mcc: '262', mnc: '01', country: 'DE', weight: 26 },
  { plmn: '20801', mcc: '208', mnc: '01', country: 'FR', weight: 14 },
  { plmn: '23410', mcc: '234', mnc: '10', country: 'GB', weight: 12 },
  { plmn: '310260', mcc: '310', mnc: '260', country: 'US', weight: 12 },
  { plmn: '21407', mcc: '214', mnc: '07', country: 'ES', weight: 8 },
  { plmn: '22210', mcc: '222', mnc: '10', country: 'IT', weight: 8 },
  { plmn: '24001', mcc: '240', mnc: '01', country: 'SE', weight: 6 },
  { plmn: '26001', mcc: '260', mnc: '01', country: 'PL', weight: 6 },
  { plmn: '40445', mcc: '404', mnc: '45', country: 'IN', weight: 4 },
  { plmn: '72405', mcc: '724', mnc: '05', country: 'BR', weight: 4 },
];

const KB = 1_000;

export const profiles: readonly Profile[] = [
  profile('meter', 34, ['NB-IoT', 'LTE-M', 'GERAN'], 'meter.iot', '35209900', [3 * KB, 1 * KB], 4, 240),
  profile('tracker', 28, ['LTE-M', 'EUTRAN', 'GERAN'], 'track.iot', '86412804', [14 * KB, 3 * KB], 40, 60, true),
  profile('router', 12, ['EUTRAN', 'NR'], 'internet', '35781210', [60 * KB, 400 * KB], 120, 20),
  profile('camera', 8, ['EUTRAN', 'NR'], 'video.iot', '35316609', [150 * KB, 5 * KB], 60, 45),
  profile('payment', 10, ['EUTRAN', 'UTRAN'], 'pay.iot', '35982105', [6 * KB, 9 * KB], 20, 90, true),
  profile('idle', 8, ['LTE-M'], 'track.iot', '86412804', [0, 0], 0, 0),
];

function profile(
  name: ProfileName,
  weight: number,
  rats: readonly string[],
  apn: string,
  tac: string,
  [up, down]: [number, number],
  interims: number,
  sleep: number,
  roams = false,
): Profile {
  return { name, weight, rats, apn, tac, up, down, interims, sleep, roams };
}

/** The most devices one roster may have: their serial numbers have six digits. */
export const MAX_DEVICES = 1_000_000;

/**
 * The devices of a simulated telecom, at most a million: the same seed gives the same devices in the same order, and a
 * longer roster begins with the shorter one. Identifiers are distinct within a roster, and another seed has its own.
 */
export function roster(seed: string, count: number): SimulatedDevice[] {
  if (!Number.isSafeInteger(count) || count < 0 || count > MAX_DEVICES)
    throw new RangeError('A roster has 0 to 1,000,000 devices');
  const random = seeded(`roster ${seed}`);
  const block = seededNumber(`block ${seed}`, 10_000).toString().padStart(4, '0');
  return Array.from({ length: count }, (_, i) => deviceOf(i, block, random));
}

/** The eSIMs of a simulated telecom: no device has them before they are downloaded. */
export function esimRoster(seed: string, count: number): SimulatedDevice[] {
  return roster(`${seed} esim`, count);
}

function deviceOf(index: number, block: string, random: Random): SimulatedDevice {
  const profile = pick(profiles, random);
  const home = pick(networks, random);
  const away = pick(networks, random);
  const rat = profile.rats[Math.floor(random() ** 1.5 * profile.rats.length)]!;
  const serial = index.toString().padStart(6, '0');
  const iccid = `8988303${block}00${serial}`;
  const imei = profile.tac + serial;
  return {
    iccid: iccid + luhnDigit(iccid),
    imsi: `90170${block}${serial}`,
    msisdn: `882285${block.slice(1)}${serial}`,
    imei: imei + luhnDigit(imei),
    home: home.country,
    visited: networkOf(home),
    roamsTo: profile.roams && away.plmn !== home.plmn ? networkOf(away) : null,
    rat,
    apn: profile.apn,
    profile,
  };
}

function networkOf({ plmn, mcc, mnc, country }: Network): Network {
  return { plmn, mcc, mnc, country };
}
