import { formatBytes, type UnitBase } from '@simwright/measure';
import * as catalog from '../catalog/index.ts';
import type { Change } from '../kit/audit.ts';
import { unratedWords } from '../usage/index.ts';
import { terminateText } from './words.ts';

/** What a filter of the timeline chooses by. */
export const timelineKinds = ['status', 'session', 'charge', 'block', 'change', 'carrier', 'usage'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

type Told = { data: Record<string, unknown>; changes: Change[]; unitBase: UnitBase };
type Title = { kind: TimelineKind; title: (told: Told) => string };

/** Every event of a SIM, in the words of the person who reads its story. */
export const eventTitles: Record<string, Title> = {
  'sim.created': { kind: 'status', title: () => 'Came into stock' },
  'sim.registered': { kind: 'status', title: () => 'Registered' },
  'sim.lifecycle_changed': { kind: 'status', title: ({ data }) => became(data.from, data.to) },
  'sim.updated': { kind: 'change', title: ({ data }) => changed(list(data.fields)) },
  'plan.assigned': { kind: 'change', title: () => 'Plan assigned' },
  'plan.ended': { kind: 'change', title: () => 'Plan ended' },
  'plan_change.asked': { kind: 'change', title: ({ data }) => asked(data) },
  'plan_change.cancelled': { kind: 'change', title: () => 'Change of plan taken back' },
  'plan_change.refused': { kind: 'change', title: ({ data }) => `Change of plan refused: ${data.reason}` },
  'sim.refilled': { kind: 'charge', title: ({ data, unitBase }) => refilled(data, unitBase) },
  'sim.blocked': { kind: 'block', title: ({ data, unitBase }) => blocked(data, unitBase) },
  'sim.unblocked': { kind: 'block', title: ({ data }) => `Block lifted: ${shortBlock(data.reason)}` },
  'period.opened': { kind: 'charge', title: ({ data }) => `${upper(data.kind)} period opened` },
  'period.closed': { kind: 'charge', title: ({ data }) => `${upper(data.kind)} period closed` },
  'fee.charged': {
    kind: 'charge',
    title: ({ data }) =>
      `${data.kind === 'activation' ? 'Activation fee' : 'Fee'} ${data.amount} ${data.currency} charged`,
  },
  'fee.refused': {
    kind: 'charge',
    title: ({ data }) => `Fee ${data.amount} ${data.currency} due: the wallet cannot pay it`,
  },
  'fee.waived': {
    kind: 'charge',
    title: ({ data }) => `Fee ${data.amount} ${data.currency} waived: ${data.reason}`,
  },
  'session.started': { kind: 'session', title: ({ data }) => `Session started${inNetwork(data.plmn)}` },
  'session.ended': { kind: 'session', title: ({ data, unitBase }) => ended(data, unitBase) },
  'usage.restated': { kind: 'usage', title: ({ data, unitBase }) => restated(data, unitBase) },
  'adjustment.posted': {
    kind: 'charge',
    title: ({ data }) =>
      String(data.amount).startsWith('-')
        ? `Credit of ${String(data.amount).slice(1)} ${data.currency} posted: ${data.reason}`
        : `${data.amount} ${data.currency} charged beside the period: ${data.reason}`,
  },
  'usage.unrated': { kind: 'usage', title: ({ data, unitBase }) => unrated(data, unitBase) },
  'sim.link_changed': { kind: 'carrier', title: ({ data }) => linkChanged(data) },
  'sim.carrier_synced': {
    kind: 'carrier',
    title: ({ data }) => `The telecom confirmed: switched ${data.state === 'active' ? 'on' : 'off'}`,
  },
  'sim.carrier_failed': {
    kind: 'carrier',
    title: ({ data }) =>
      data.kind === 'disconnect'
        ? 'The network did not end the session'
        : `The telecom did not switch it ${data.state === 'active' ? 'on' : 'off'}`,
  },
  'sms_command.sent': { kind: 'session', title: () => 'Text sent to the device' },
  'sms_command.delivered': { kind: 'session', title: () => 'Text delivered to the device' },
  'sms_command.failed': { kind: 'session', title: ({ data }) => `Text not sent to the device: ${data.failure}` },
  'sms_command.received': { kind: 'session', title: () => 'Text received from the device' },
  'ip_command.sent': { kind: 'session', title: () => 'Data sent to the device' },
  'ip_command.received': { kind: 'session', title: () => 'Data received from the device' },
  'ip_command.failed': { kind: 'session', title: ({ data }) => `Data not sent to the device: ${data.failure}` },
  'ip_command.callback_unanswered': { kind: 'session', title: () => 'A callback of an IP command was not answered' },
  'settings_update.successful': {
    kind: 'carrier',
    title: ({ data }) => `Settings ${data.package} ${data.version} are on the SIM`,
  },
  'settings_update.failed': {
    kind: 'carrier',
    title: ({ data }) => `Settings ${data.package} ${data.version} are not on the SIM: ${data.failure}`,
  },
  // Of pools: no SIM's story has them, the feed of the organization does.
  'pool.created': { kind: 'change', title: ({ data }) => `Pool ${data.name} created` },
  'pool.updated': { kind: 'change', title: () => 'Pool changed' },
  'pool.archived': { kind: 'change', title: () => 'Pool archived' },
  'pool.limit_changed': { kind: 'change', title: () => 'Data limit of a pool changed' },
  'pool.limit_reached': { kind: 'block', title: ({ data, unitBase }) => poolLimitReached(data, unitBase) },
  'pool.period_opened': { kind: 'charge', title: () => 'Month of a pool opened' },
  'pool.period_closed': { kind: 'charge', title: () => 'Month of a pool closed' },
  'sim.carrier_drifted': {
    kind: 'carrier',
    title: ({ data }) => `The telecom reported ${data.reported ?? 'an unknown state'}, wanted is ${data.desired}`,
  },
};

/** What people and the product itself did to a SIM, from the audit log. */
export const changeTitles: Record<string, Title> = {
  'sim.created': eventTitles['sim.created']!,
  'sim.registered': eventTitles['sim.registered']!,
  'sim.reserved': { kind: 'status', title: () => 'Reserved for an account' },
  'settings_update.created': {
    kind: 'carrier',
    title: ({ changes }) => `Settings ordered: ${changes.find(({ field }) => field === 'package')?.new ?? ''}`,
  },
  'sim.registration_code_seen': { kind: 'change', title: () => 'Registration code looked at' },
  'sim.lifecycle_changed': {
    kind: 'status',
    title: ({ changes }) => became(changes[0]?.old, changes[0]?.new),
  },
  'sim.updated': { kind: 'change', title: ({ changes }) => changed(changes.map((change) => change.field)) },
  'sim.plan_assigned': { kind: 'change', title: ({ changes }) => `Plan assigned: ${changes[0]?.new ?? ''}` },
  'sim.plan_ended': { kind: 'change', title: ({ changes }) => `Plan ended: ${changes[0]?.old ?? ''}` },
  'sim.plan_change_asked': {
    kind: 'change',
    title: ({ changes }) =>
      changes[0]?.new ? `Change to ${changes[0].new} waits for the end of the period` : 'The plan ends with the period',
  },
  'sim.plan_change_cancelled': {
    kind: 'change',
    title: ({ changes }) => `Change of plan taken back: ${changes[0]?.new ?? ''}`,
  },
  'sim.plan_change_refused': {
    kind: 'change',
    title: ({ changes }) => `Change of plan refused: ${changes[0]?.new ?? ''}`,
  },
};

/** Told by the audit log, with author and values; shown as an event only to those who do not see the log. */
export const toldByAudit = [
  ...['sim.created', 'sim.registered', 'sim.lifecycle_changed', 'sim.updated'],
  ...['plan.assigned', 'plan.ended', 'plan_change.asked', 'plan_change.cancelled', 'plan_change.refused'],
];
/** Told by the event, with more detail than the log has. */
export const toldByEvent = ['sim.blocked', 'sim.unblocked', 'sim.refilled', 'adjustment.posted'];

/** A happening without an entry is called by its name rather than left out. */
export function titleOf(
  titles: Record<string, Title>,
  name: string,
  told: Told,
): { kind: TimelineKind; title: string } {
  const entry = titles[name];
  return entry
    ? { kind: entry.kind, title: entry.title(told) }
    : { kind: 'change', title: upper(name.replace(/[._]/g, ' ')) };
}

const becameWords: Record<string, string> = {
  ready: 'Made ready',
  active: 'Became active',
  suspended: 'Suspended',
  archived: 'Archived',
};

function became(from: unknown, to: unknown): string {
  if (from === 'suspended' && to === 'active') return 'Activated again';
  return becameWords[String(to)] ?? `Became ${to}`;
}

const fieldWords: Record<string, string> = {
  uniqueName: 'name',
  note: 'note',
  labels: 'labels',
  companyId: 'company',
  endUserId: 'end user',
  fleetId: 'fleet',
  dataLimitBytes: 'data limit',
  imsi: 'IMSI',
  msisdn: 'MSISDN',
};

function changed(fields: string[]): string {
  const words = fields.map((field) => fieldWords[field] ?? field);
  return words.length === 0 ? 'Changed' : `${upper(words.join(', '))} changed`;
}

const shortBlocks: Record<string, string> = {
  data_limit: 'data limit',
  balance: 'balance',
  validity: 'validity',
  fee_unpaid: 'unpaid fee',
  imei: 'device not allowed',
  rule: 'rule',
  manual: 'set by staff',
};

function shortBlock(reason: unknown): string {
  return shortBlocks[String(reason)] ?? String(reason);
}

function blocked(data: Record<string, unknown>, base: UnitBase): string {
  if (data.reason === 'balance' && data.floor) return 'The wallet reached its minimum balance: blocked';
  if (data.reason !== 'data_limit') return `Blocked: ${shortBlock(data.reason)}`;
  const limit = bytes(data.limitBytes);
  const whose = data.limitFrom === 'pool' ? ' of its pool' : '';
  return `Data limit${whose}${limit === null ? '' : ` of ${formatBytes(limit, base)}`} reached: blocked`;
}

function poolLimitReached(data: Record<string, unknown>, base: UnitBase): string {
  const limit = bytes(data.limitBytes);
  return `A pool reached its data limit${limit === null ? '' : ` of ${formatBytes(limit, base)}`}`;
}

/** ` in Vodafone DE (26202)` */
export function inNetwork(plmn: unknown): string {
  if (typeof plmn !== 'string' || plmn === '') return '';
  const { name, country } = catalog.networkOf(plmn);
  return name === plmn ? ` in ${plmn}` : ` in ${name}${country ? ` ${country}` : ''} (${plmn})`;
}

function ended(data: Record<string, unknown>, base: UnitBase): string {
  const total = (bytes(data.bytesUp) ?? 0n) + (bytes(data.bytesDown) ?? 0n);
  const why = typeof data.terminateCause === 'number' ? `, ${terminateText(data.terminateCause)}` : '';
  return `Session ended after ${formatBytes(total, base)}${why}`;
}

function restated(data: Record<string, unknown>, base: UnitBase): string {
  return `The carrier’s total of ${data.day} booked ${quantity(data, base)}`;
}

/** `12 MB of usage`, `3 messages`, `90 seconds of calls` */
function quantity(data: Record<string, unknown>, base: UnitBase): string {
  const units = bytes(data.units) ?? 0n;
  if (data.service === 'sms') return `${units} ${units === 1n ? 'message' : 'messages'}`;
  if (data.service === 'voice') return `${units} ${units === 1n ? 'second' : 'seconds'} of calls`;
  return `${formatBytes((bytes(data.bytesUp) ?? 0n) + (bytes(data.bytesDown) ?? 0n), base)} of usage`;
}

function unrated(data: Record<string, unknown>, base: UnitBase): string {
  const words = (unratedWords as Record<string, string>)[String(data.reason)];
  return `${quantity(data, base)} not charged${words ? `: ${words}` : ''}`;
}

function asked({ plan, at }: Record<string, unknown>): string {
  const day = typeof at === 'string' ? ` on ${at.slice(0, 10)}` : '';
  return plan ? `Change of plan waits for the end of the period${day}` : `The plan ends with the period${day}`;
}

function refilled({ bytes: amount, price, currency }: Record<string, unknown>, base: UnitBase): string {
  const more = bytes(amount);
  return `Refilled${more === null ? '' : `: ${formatBytes(more, base)}`} for ${price} ${currency}`;
}

function linkChanged({ to, reason }: Record<string, unknown>): string {
  switch (to) {
    case 'ok':
      return 'The telecom confirmed the SIM';
    case 'error':
      return `The telecom rejected the SIM${reason ? `: ${reason}` : ''}`;
    case 'checking':
      return 'The telecom is asked about the SIM';
    default:
      return 'The telecom is not integrated';
  }
}

function bytes(value: unknown): bigint | null {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : null;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function upper(value: unknown): string {
  const text = String(value ?? '');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
