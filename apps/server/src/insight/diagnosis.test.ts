import { describe, expect, it } from 'vitest';
import { type ActionKind, type DiagnosisFacts, diagnose, type Verdict, verdicts } from './diagnosis.ts';
import { percentageOf } from './explain.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 15, hour));
const now = at(12);

/** A SIM that works: every row below spoils something. */
const fine: DiagnosisFacts = {
  now,
  unitBase: 1000,
  lifecycle: 'active',
  registered: true,
  telecom: 'Core network',
  link: { link: 'ok', linkReason: null, desired: 'active', reported: 'active', held: false },
  plan: 'Super SIM',
  inFleet: true,
  blocks: [],
  suspension: null,
  attachment: { acceptedAt: at(8), rejectedAt: null, rejectedReason: null },
  session: { open: true, startedAt: at(8), lastReceivedAt: at(11), endedText: null, network: 'Vodafone' },
  unrated: null,
  lastUsageAt: at(11),
  ready: null,
};
const link = fine.link!;
const session = fine.session!;
const block = (reason: 'manual' | 'data_limit' | 'imei' | 'balance' | 'validity' | 'fee_unpaid', hour = 9) => ({
  reason,
  openedAt: at(hour),
  openedBy: 'staff',
  detail: {},
});
const refusedFor = (rejectedReason: string) => ({ acceptedAt: at(7), rejectedAt: at(11), rejectedReason });
const closed = { ...session, open: false, lastReceivedAt: at(9), endedText: 'idle too long' };
const quiet = { lastUsageAt: null, session: null, attachment: null };

type Row = [string, Partial<DiagnosisFacts>, Verdict, ActionKind];
const rows: Row[] = [
  ['all is well', {}, 'working', 'none'],
  ['used an hour ago, not in session', { session: closed }, 'working', 'none'],
  ['archived', { lifecycle: 'archived', registered: false, plan: null }, 'archived', 'none'],
  ['never told to the telecom', { link: null }, 'not_integrated', 'open_telecom'],
  ['records only', { link: { ...link, link: 'none' }, plan: null }, 'not_integrated', 'open_telecom'],
  [
    'unknown to the carrier',
    { link: { ...link, link: 'error', linkReason: 'No such SIM.' } },
    'rejected_by_telecom',
    'recheck',
  ],
  ['in stock', { registered: false, plan: null, lifecycle: 'blank' }, 'not_registered', 'register'],
  ['without plan or fleet', { plan: null, inFleet: false, lifecycle: 'blank' }, 'no_plan', 'put_in_fleet'],
  ['in a fleet, without plan', { plan: null }, 'no_plan', 'assign_plan'],
  ['blank', { lifecycle: 'blank', ...quiet }, 'not_activated', 'make_ready'],
  [
    'suspended',
    { lifecycle: 'suspended', suspension: { reason: 'unpaid', openedAt: at(3), openedBy: 'Ada' } },
    'suspended',
    'activate',
  ],
  ['suspended and blocked', { lifecycle: 'suspended', blocks: [block('manual')] }, 'suspended', 'activate'],
  ['blocked by staff', { blocks: [block('manual')] }, 'blocked', 'unblock'],
  ['at its data limit', { blocks: [block('data_limit')] }, 'blocked', 'raise_limit'],
  [
    'at the limit of its pool',
    { blocks: [{ ...block('data_limit'), detail: { limitFrom: 'pool' } }] },
    'blocked',
    'open_pool',
  ],
  [
    'at the floor of its wallet',
    { blocks: [{ ...block('balance'), detail: { floor: '0.00' } }] },
    'blocked',
    'open_wallet',
  ],
  ['with nothing left of its own', { blocks: [block('balance')] }, 'blocked', 'refill'],
  ['whose days are over', { blocks: [block('validity')] }, 'blocked', 'refill'],
  ['with a fee unpaid', { blocks: [block('fee_unpaid')] }, 'blocked', 'open_wallet'],
  ['in another device', { blocks: [block('imei')] }, 'blocked', 'none'],
  [
    'blocked twice: the older speaks',
    { blocks: [block('manual', 10), block('data_limit', 9)] },
    'blocked',
    'raise_limit',
  ],
  ['not confirmed', { link: { ...link, link: 'checking', reported: null } }, 'waiting_for_telecom', 'open_telecom'],
  ['still off at the carrier', { link: { ...link, reported: 'inactive' } }, 'waiting_for_telecom', 'open_telecom'],
  [
    'blocked, and off because of it',
    { link: { ...link, desired: 'inactive', reported: 'active' }, blocks: [block('manual')] },
    'blocked',
    'unblock',
  ],
  ['never seen', quiet, 'never_attached', 'none'],
  [
    'never seen, and ready',
    { ...quiet, lifecycle: 'ready', ready: { usedBytes: 0n, exitBytes: null } },
    'never_attached',
    'none',
  ],
  [
    'refused for its network',
    { session: null, attachment: refusedFor('network_not_allowed') },
    'network_not_allowed',
    'open_profile',
  ],
  ['refused when it was blocked', { session: null, attachment: refusedFor('blocked') }, 'attach_refused', 'none'],
  [
    'refused, and let in after',
    { session: null, lastUsageAt: null, attachment: { ...refusedFor('blocked'), acceptedAt: at(12) } },
    'attached_no_session',
    'none',
  ],
  [
    'refused, but in session since',
    { attachment: refusedFor('blocked'), session: { ...session, lastReceivedAt: at(12) } },
    'working',
    'none',
  ],
  ['let in, no session', { session: null, lastUsageAt: null }, 'attached_no_session', 'none'],
  [
    'let in again after a session',
    { session: closed, attachment: { ...fine.attachment!, acceptedAt: at(10) } },
    'attached_no_session',
    'none',
  ],
  ['usage lies unrated', { unrated: { rows: 2, words: 'Why.', since: at(10) } }, 'unrated_usage', 'replay'],
  [
    'ready, in session',
    { lifecycle: 'ready', lastUsageAt: null, ready: { usedBytes: 0n, exitBytes: 250_000n } },
    'waiting_first_usage',
    'none',
  ],
  [
    'ready, a little used',
    { lifecycle: 'ready', ready: { usedBytes: 12_000n, exitBytes: 250_000n } },
    'waiting_first_usage',
    'none',
  ],
  ['in session without traffic', { lastUsageAt: null }, 'no_traffic', 'none'],
  [
    'in session, last traffic two days ago',
    { lastUsageAt: new Date(now.getTime() - 48 * 3_600_000) },
    'no_traffic',
    'none',
  ],
  ['gone', { session: closed, lastUsageAt: null }, 'offline', 'none'],
];

describe('why is there no usage', () => {
  it.each(rows)('%s', (_what, change, verdict, action) => {
    const diagnosis = diagnose({ ...fine, ...change });
    expect([diagnosis.verdict, diagnosis.action.kind]).toEqual([verdict, action]);
    expect(diagnosis.title.length).toBeGreaterThan(5);
    expect(diagnosis.explanation).toMatch(/[.?]$/);
    expect(diagnosis.action.label === '').toBe(action === 'none');
  });

  it('has a row for every verdict', () => {
    expect(new Set(rows.map(([, , verdict]) => verdict))).toEqual(new Set(verdicts));
  });

  it('says why, since when, and what lifts it', () => {
    const limited = diagnose({ ...fine, blocks: [block('data_limit')] });
    expect(limited).toMatchObject({ since: at(9), title: 'The SIM is blocked' });
    expect(limited.explanation).toBe(
      'The data limit of this billing period is reached. What lifts it: the next billing period, or a higher data limit.',
    );
    expect(
      diagnose({ ...fine, lifecycle: 'ready', ready: { usedBytes: 12_000n, exitBytes: 250_000n } }).explanation,
    ).toMatch(/12 kB.*250 kB/i);
  });

  it('says of a refusal that it is over when it is, and not while its reason holds', () => {
    const network = (change: Partial<DiagnosisFacts>) =>
      diagnose({ ...fine, session: null, ...change }).checks.find(({ name }) => name === 'Network')!.detail;
    const over = 'That is over; the device has not tried again since.';
    const blocked = { attachment: refusedFor('blocked') };
    expect(network(blocked)).toBe(`At that time the SIM was blocked. ${over}`);
    expect(network({ ...blocked, blocks: [block('balance')] })).toBe('At that time the SIM was blocked.');
    const suspended = { attachment: refusedFor('suspended') };
    expect(network({ ...suspended, lifecycle: 'suspended' })).toBe('At that time the SIM was suspended.');
    expect(network(suspended)).toContain(over);
    expect(network({ attachment: refusedFor('not_activated'), lifecycle: 'blank' })).not.toContain(over);
    expect(network({ attachment: refusedFor('not_registered'), registered: false })).not.toContain(over);
    expect(network({ attachment: refusedFor('data_disabled') })).not.toContain(over);
  });

  it('shows every check with what is unknown as unknown', () => {
    const checks = Object.fromEntries(diagnose({ ...fine, ...quiet }).checks.map((check) => [check.name, check.ok]));
    expect(checks).toEqual({
      Telecom: true,
      Account: true,
      Plan: true,
      Lifecycle: true,
      Blocks: true,
      Network: null,
      Session: null,
      'Usage charged': true,
      Traffic: null,
    });
  });
});

describe('the percentage of a limit', () => {
  it.each([
    [0n, 1000n, '0.0'],
    [417_000n, 1_000_000n, '41.7'],
    [999_999n, 1_000_000n, '99.9'],
    [1_000_000n, 1_000_000n, '100.0'],
    [3_000_000n, 1_000_000n, '300.0'],
    [5n, null, null],
  ])('of %s in %s is %s', (used, limit, shown) => {
    expect(percentageOf(used, limit)).toBe(shown);
  });
});
