import { fromHex, type Id, toHex } from '../kit/ids.ts';

/** A SID is two letters and the 32 hex digits of our id: no table maps one to the other. */
export const sidPrefixes = {
  account: 'AC',
  sim: 'HS',
  fleet: 'HF',
  profile: 'HA',
  period: 'HB',
  network: 'HW',
  sms_command: 'HC',
  session: 'PI',
  connection_event: 'EZ',
  ip_command: 'HG',
  esim_profile: 'HP',
  settings_update: 'OB',
} as const;
export type SidKind = keyof typeof sidPrefixes;

export function sidOf(kind: SidKind, id: Id): string {
  return `${sidPrefixes[kind]}${toHex(id)}`;
}

/** The id behind a SID; null when the text is not a SID of that kind. Hex digits count in either case. */
export function parseSid(kind: SidKind, text: string): Id | null {
  const match = /^([A-Z]{2})([0-9a-fA-F]{32})$/.exec(text);
  return match && match[1] === sidPrefixes[kind] ? fromHex(match[2]!.toLowerCase()) : null;
}
