import type { AdjustmentKind } from '../api/corrections.ts';
import type { Event } from '../api/developers.ts';
import type { PlanTerms, PlanType } from '../api/plans.ts';
import type { BlockReason, Lifecycle, ShownStatus, TimelineKind } from '../api/sims.ts';

/** What codes are called on a page: the words of the product, never the code alone. */

/** green working, blue ready, amber attention, red stopped, grey gone */
export type Tone = 'green' | 'blue' | 'amber' | 'red' | 'grey';

export const statusTone: Record<ShownStatus, Tone> = {
  Active: 'green',
  'Activation Ready': 'blue',
  Blank: 'grey',
  Pending: 'amber',
  Suspended: 'red',
  Invalid: 'red',
  'Not Available': 'grey',
  Archived: 'grey',
};

export const statusMeaning: Record<ShownStatus, string> = {
  Active: 'In service; usage is charged.',
  'Activation Ready': 'Active at the operator, no paid usage yet. The first usage makes it Active.',
  Blank: 'In stock: nobody has put it into service.',
  Pending: 'The telecom has been asked and has not answered yet.',
  Suspended: 'Paused by somebody, or stopped by a block.',
  Invalid: 'The telecom rejects this SIM.',
  'Not Available': 'Its telecom has no integration: records only.',
  Archived: 'Out of service for good.',
};

export const blockWords: Record<BlockReason, string> = {
  data_limit: 'Data limit reached',
  balance: 'No balance left',
  validity: 'Validity is over',
  fee_unpaid: 'A fee is unpaid',
  imei: 'Another device (IMEI)',
  rule: 'Blocked by a rule',
  manual: 'Blocked by staff',
};

export const planTypeWords: Record<PlanType, string> = {
  prepaid: 'Prepaid',
  monthly_bundle: 'Monthly bundle',
  pay_per_mb: 'Pay per MB',
  unlimited: 'Unlimited',
  static_pool: 'Static pool',
  dynamic_pool: 'Dynamic pool',
  paygo: 'PAYGO',
  super_sim: 'Super SIM',
};

export const paymentWords: Record<PlanTerms['paymentType'], string> = {
  pre_billing: 'Pre-Billing',
  advanced_billing: 'Advanced Billing',
  post_billing: 'Post-Billing',
  manual: 'Manual Invoice Creation',
};

export const feeWords: Record<string, string> = {
  activation: 'Activation fee',
  recurring: 'Monthly fee',
  monthly: 'Monthly fee',
  period: 'Monthly fee',
};

export const adjustmentWords: Record<AdjustmentKind, string> = {
  rerating: 'Rated again',
  manual: 'By hand',
  plan_change: 'Plan changed',
  contribution: 'Share of a pool',
};

export const connectorWords = {
  none: 'Records only',
  radius: 'RADIUS',
  simulated: 'Simulated',
} as const;

export const lifecycleWords: Record<Lifecycle, string> = {
  blank: 'Blank',
  ready: 'Ready',
  active: 'Active',
  suspended: 'Suspended',
  archived: 'Archived',
};

export const timelineWords: Record<TimelineKind, string> = {
  status: 'Status',
  session: 'Sessions',
  charge: 'Charges',
  block: 'Blocks',
  change: 'Changes',
  carrier: 'Telecom',
  usage: 'Usage',
};

const eventTitles: Record<string, string> = {
  'sim.created': 'Came into stock',
  'sim.registered': 'Registered',
  'sim.updated': 'Changed',
  'sim.blocked': 'Blocked',
  'sim.unblocked': 'Block lifted',
  'sim.carrier_synced': 'The telecom confirmed its state',
  'sim.carrier_failed': 'The telecom did not do what was asked',
  'sim.carrier_drifted': 'The telecom reported another state',
  'sim.link_changed': 'Its standing at the telecom changed',
  'plan.assigned': 'Plan assigned',
  'session.started': 'Session started',
  'session.ended': 'Session ended',
  'usage.unrated': 'Usage not charged',
  'usage.restated': 'A carrier’s daily total was booked',
  'sms_command.sent': 'Text sent to the device',
  'sms_command.delivered': 'Text delivered to the device',
  'sms_command.failed': 'Text not sent to the device',
  'sms_command.received': 'Text received from the device',
  'ip_command.sent': 'Data sent to the device',
  'ip_command.failed': 'Data not sent to the device',
  'ip_command.received': 'Data received from the device',
  'adjustment.posted': 'Correction posted',
  'esim_profile.created': 'An eSIM was reserved',
  'esim_profile.available': 'An eSIM profile can be downloaded',
  'esim_profile.downloaded': 'An eSIM profile was downloaded',
  'esim_profile.installed': 'An eSIM profile was installed',
  'esim_profile.failed': 'An eSIM profile failed',
  'settings_update.successful': 'Settings are on the SIM',
  'settings_update.failed': 'Settings did not get onto the SIM',
  'payment.created': 'A payment was begun',
  'payment.action_needed': 'A payment waits for its payer',
  'payment.pending': 'The outcome of a payment is not known yet',
  'payment.succeeded': 'A payment succeeded',
  'payment.failed': 'A payment failed',
  'payment.canceled': 'A payment was canceled',
  'payment.delivered': 'What was paid is given after all',
  'payment_method.created': 'The storing of a card was begun',
  'payment_method.action_needed': 'A card waits for its holder',
  'payment_method.stored': 'A card was stored',
  'payment_method.failed': 'A card could not be stored',
  'payment_method.expired': 'A card has expired',
  'payment_method.default_changed': 'Another card is the default',
  'payment_method.removed': 'A card was removed',
  'payment_provider.connected': 'A payment provider was connected',
  'payment_provider.changed': 'A payment provider was changed',
  'payment_provider.disconnected': 'A payment provider was disconnected',
  'dispute.opened': 'A payment is disputed',
  'dispute.funds_withdrawn': 'A bank took the money of a disputed payment back',
  'dispute.funds_reinstated': 'A bank gave the money of a disputed payment again',
  'dispute.won': 'A dispute was won',
  'dispute.lost': 'A dispute was lost',
  'refund.created': 'A refund is on its way',
  'refund.succeeded': 'A refund succeeded',
  'refund.failed': 'A refund failed',
  'tax.rate_set': 'VAT of an account set',
  'tax.number_set': 'VAT number set',
  'tax.number_checked': 'VAT number checked',
  'billing_details.changed': 'Billing details changed',
  'document_settings.changed': 'Look of documents changed',
  'wallet.opened': 'Wallet opened',
  'wallet.credited': 'Money put into a wallet',
  'wallet.debited': 'Money taken out of a wallet',
  'wallet.part_expired': 'Given money left a wallet',
  'wallet.hold_placed': 'Money of a wallet set aside',
  'wallet.hold_captured': 'Money that was set aside was taken',
  'wallet.hold_released': 'Money of a wallet set free',
  'wallet_adjustment.asked': 'Adjustment of a wallet asked for',
  'wallet_adjustment.posted': 'Wallet adjusted',
  'wallet_adjustment.rejected': 'Adjustment of a wallet rejected',
  'wallet_adjustment.expired': 'Adjustment of a wallet not decided in time',
  'wallet_limit.set': 'Limit of adjustments set',
  'wallet.vat_changed': 'VAT of a wallet changed',
  'wallet.vat_closed': 'VAT of a month of a wallet closed',
  'wallet_settings.set': 'VAT of new wallets set',
  'wallet.floor_changed': 'Minimum balance of a wallet changed',
  'wallet.floor_reached': 'A wallet reached its minimum balance',
};

const feeEnds: Record<string, string> = {
  'fee.charged': 'charged',
  'fee.refused': 'due: the wallet cannot pay it',
  'fee.waived': 'waived',
};

/** A title for an event; a name we have no title for is spelled out: `pool.topped_up` is "Pool topped up". */
export function eventTitle({ name, data }: Pick<Event, 'name' | 'data'>): string {
  if (name === 'sim.lifecycle_changed' && isLifecycle(data.to))
    return `Became ${lifecycleWords[data.to].toLowerCase()}`;
  if (name.startsWith('period.')) return `${sentence(String(data.kind ?? ''))} period ${name.slice(7)}`.trim();
  if (name.startsWith('fee.'))
    return `${feeWords[String(data.kind)] ?? 'Fee'} of ${data.amount} ${data.currency} ${feeEnds[name]}`;
  return eventTitles[name] ?? sentence(name.replaceAll('.', ' '));
}

/** What an event says beside its title, in a few words; empty when its title says it all. */
export function eventDetail({ name, data }: Pick<Event, 'name' | 'data'>): string {
  if (name === 'sim.blocked' || name === 'sim.unblocked') {
    return blockWords[data.reason as BlockReason] ?? String(data.reason ?? '');
  }
  if (name === 'sim.lifecycle_changed' && isLifecycle(data.from)) return `was ${lifecycleWords[data.from]}`;
  if (name.startsWith('wallet.') || name.startsWith('payment.'))
    return [data.amount ?? data.remaining, data.currency].filter(Boolean).join(' ');
  if (name.startsWith('session.')) return [data.plmn, data.rat, data.apn].filter(Boolean).join(' · ');
  if (name.endsWith('_command.failed')) return String(data.failure ?? '');
  if (name === 'usage.unrated') return sentence(String(data.reason ?? ''));
  return typeof data.name === 'string' ? data.name : '';
}

export function eventTone(name: string): Tone {
  if (/\.blocked$|failed|unrated|drifted|floor_reached|fee\.refused/.test(name)) return 'red';
  if (name === 'sim.suspended') return 'amber';
  if (/session\.started|unblocked|resumed/.test(name)) return 'green';
  if (/lifecycle|period\.opened|fee/.test(name)) return 'blue';
  return 'grey';
}

function isLifecycle(value: unknown): value is Lifecycle {
  return typeof value === 'string' && value in lifecycleWords;
}

/** `data_limit_mb` → "Data limit mb" */
export function sentence(code: string): string {
  const words = code
    .replaceAll('_', ' ')
    .trim()
    .replace(/\b(sim|nas|api|imsi|imei|iccid)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat().format(n)} ${n === 1 ? one : many}`;
}

export function number(n: number): string {
  return new Intl.NumberFormat().format(n);
}

/** The ICCID as it is printed on the card: groups of four, read more easily and copied without the spaces. */
export function iccidGroups(iccid: string): string {
  return iccid.replace(/(.{4})(?=.)/g, '$1\u2009');
}
