import { bytes } from './bytes.ts';
import { measures } from './organization.ts';
import { offsetOf } from './series.ts';

/** What was used: bytes of data, messages, seconds of calls. All decimal strings; below zero where it was taken back. */
export type Used = { bytesUp: string; bytesDown: string; messages: string; seconds: string };

export type Service = 'data' | 'sms' | 'voice';

export const serviceWords: Record<Service, string> = { data: 'Data', sms: 'Messages', voice: 'Calls' };

const whole = new Intl.NumberFormat();

/** `3 messages` */
export function messages(count: string): string {
  return `${whole.format(BigInt(count))} ${count === '1' || count === '-1' ? 'message' : 'messages'}`;
}

/** `1 h 05 min`, `1 min 30 s`, `45 s` */
export function duration(seconds: string): string {
  const all = BigInt(seconds);
  const sign = all < 0n ? '−' : '';
  const size = all < 0n ? -all : all;
  const [hours, minutes, rest] = [size / 3600n, (size / 60n) % 60n, size % 60n];
  const two = (n: bigint) => n.toString().padStart(2, '0');
  if (hours > 0n) return `${sign}${whole.format(hours)} h ${two(minutes)} min`;
  return minutes > 0n ? `${sign}${minutes} min ${two(rest)} s` : `${sign}${rest} s`;
}

/** What was used of one service, in its own words. */
export function quantity(service: Service, { bytesUp, bytesDown, ...units }: Used): string {
  if (service === 'sms') return messages(units.messages);
  if (service === 'voice') return duration(units.seconds);
  return bytes(BigInt(bytesUp) + BigInt(bytesDown));
}

/** The same in its unit alone, for a file: bytes, messages or seconds. */
export function plainQuantity(service: Service, { bytesUp, bytesDown, ...units }: Used): string {
  if (service === 'sms') return units.messages;
  return service === 'voice' ? units.seconds : (BigInt(bytesUp) + BigInt(bytesDown)).toString();
}

export function isZero(service: Service, { bytesUp, bytesDown, ...units }: Used): boolean {
  if (service === 'data') return bytesUp === '0' && bytesDown === '0';
  return plainQuantity(service, { bytesUp, bytesDown, ...units }) === '0';
}

/** The first moment of a month, `2026-03`, in the organization's zone, as the API takes it. */
export function monthStart(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const utc = Date.UTC(year, number - 1, 1);
  const { timeZone } = measures();
  // Clocks are never changed twice within a day: what shows midnight at the second try is midnight.
  const first = utc - offsetOf(utc, timeZone);
  return new Date(utc - offsetOf(first, timeZone)).toISOString();
}

/** The month, `2026-03`, so many months from a moment, in the organization's zone. */
export function monthOf(ms: number, months = 0): string {
  const shown = new Date(ms + offsetOf(ms, measures().timeZone));
  return new Date(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth() + months, 1)).toISOString().slice(0, 7);
}
