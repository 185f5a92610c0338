import { describe, expect, it } from 'vitest';
import { decideStanding, type Standing, type ToldSim, type ToldUsage } from './model.ts';

const now = new Date('2026-03-15T12:00:00Z');
const running = { startsAt: '2026-03-01T10:00:00Z', endsAt: '2026-04-01T10:00:00Z' };
const over = { startsAt: '2026-02-01T10:00:00Z', endsAt: '2026-03-01T10:00:00Z' };
const active = { kind: 'active' as const, ...running };
const ready = { kind: 'ready' as const, startsAt: running.startsAt, endsAt: '2026-06-01T10:00:00Z' };

type Row = [
  ToldSim['status'],
  ToldUsage['period'],
  Standing['to'] | 'refused',
  'active' | 'ready' | 'period.not_running' | 'period.missing' | 'sim.scheduled' | null,
];
const rows: Row[] = [
  ['new', null, null, null],
  ['ready', ready, 'ready', 'ready'],
  ['ready', { ...ready, endsAt: null }, 'ready', 'ready'],
  ['active', active, 'active', 'active'],
  ['inactive', active, 'suspended', 'active'],
  ['inactive', { kind: 'active', ...over }, 'suspended', null],
  ['inactive', ready, 'suspended', null],
  ['inactive', null, 'suspended', null],
  // The vendor has begun another one meanwhile, or is about to.
  ['active', { kind: 'active', ...over }, 'refused', 'period.not_running'],
  ['active', ready, 'refused', 'period.not_running'],
  ['active', { ...active, endsAt: null }, 'refused', 'period.not_running'],
  ['active', { ...active, startsAt: '2026-03-16T00:00:00Z' }, 'refused', 'period.not_running'],
  ['ready', active, 'refused', 'period.not_running'],
  ['active', null, 'refused', 'period.missing'],
  ['scheduled', active, 'refused', 'sim.scheduled'],
];

describe('how a SIM stands here by what was told of it', () => {
  it.each(rows)('%s, %j', (status, period, to, expected) => {
    const told: ToldSim = { iccid: '8988', name: null, status, fleetSid: null, card: null };
    const standing = decideStanding({ told, usage: { period, usedBytes: '12345' } }, now);
    if ('code' in standing) expect(['refused', standing.code]).toEqual([to, expected]);
    else expect([standing.to, standing.period?.kind ?? null]).toEqual([to, expected]);
    if (!('code' in standing) && standing.period) expect(standing.period.usedBytes).toBe(12_345n);
  });
});
