import { describe, expect, it } from 'vitest';
import { changeTitles, eventTitles, titleOf } from './titles.ts';

const told = (data: Record<string, unknown>) => ({ data, changes: [], unitBase: 1000 as const });

describe('titles', () => {
  it.each([
    ['sim.blocked', { reason: 'data_limit', limitBytes: '1000000000' }, 'Data limit of 1 GB reached: blocked'],
    [
      'sim.blocked',
      { reason: 'data_limit', limitBytes: '5000000', limitFrom: 'pool' },
      'Data limit of its pool of 5 MB reached: blocked',
    ],
    ['sim.blocked', { reason: 'manual' }, 'Blocked: set by staff'],
    ['pool.limit_reached', { limitBytes: '5000000' }, 'A pool reached its data limit of 5 MB'],
    ['sim.blocked', { reason: 'balance' }, 'Blocked: balance'],
    ['sim.blocked', { reason: 'balance', floor: '0.00' }, 'The wallet reached its minimum balance: blocked'],
    ['fee.refused', { amount: '2.00', currency: 'EUR' }, 'Fee 2.00 EUR due: the wallet cannot pay it'],
    ['fee.charged', { kind: 'recurring', amount: '2.00', currency: 'EUR' }, 'Fee 2.00 EUR charged'],
    ['period.opened', { kind: 'active' }, 'Active period opened'],
    ['session.started', { plmn: '26202' }, 'Session started in Vodafone DE (26202)'],
    ['session.started', { plmn: '80077' }, 'Session started in 80077'],
    ['session.started', { plmn: null }, 'Session started'],
    [
      'session.ended',
      { bytesUp: '1000', bytesDown: '500', terminateCause: 4 },
      'Session ended after 1.5 KB, idle too long',
    ],
    ['sim.lifecycle_changed', { from: 'suspended', to: 'active' }, 'Activated again'],
    ['sim.carrier_synced', { state: 'inactive' }, 'The telecom confirmed: switched off'],
    ['ip_command.received', {}, 'Data received from the device'],
    ['ip_command.failed', { failure: 'No route.' }, 'Data not sent to the device: No route.'],
    [
      'settings_update.failed',
      { package: 'base', version: '1', failure: 'It is away.' },
      'Settings base 1 are not on the SIM: It is away.',
    ],
    ['some.future_event', {}, 'Some future event'],
  ])('%s %j', (name, data, title) => {
    expect(titleOf(eventTitles, name, told(data)).title).toBe(title);
  });

  it('tell changes with what was changed', () => {
    const changes = [
      { field: 'fleetId', old: null, new: 'x' },
      { field: 'dataLimitBytes', old: null, new: '5' },
    ];
    expect(titleOf(changeTitles, 'sim.updated', { data: {}, changes, unitBase: 1000 })).toEqual({
      kind: 'change',
      title: 'Fleet, data limit changed',
    });
    const plan = [{ field: 'plan', old: null, new: 'World' }];
    const settings = [{ field: 'package', old: null, new: 'base 1' }];
    expect(
      titleOf(changeTitles, 'settings_update.created', { data: {}, changes: settings, unitBase: 1000 }).title,
    ).toBe('Settings ordered: base 1');
    expect(titleOf(changeTitles, 'sim.plan_assigned', { data: {}, changes: plan, unitBase: 1000 }).title).toBe(
      'Plan assigned: World',
    );
  });
});
