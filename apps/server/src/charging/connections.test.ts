import { describe, expect, it } from 'vitest';
import * as usage from '../usage/index.ts';
import { connectionsOf, type Move } from './connections.ts';

const start = new Date('2026-03-01T12:00:00Z');
const line = { id: 'line', companyId: 'company', fleetId: null };
const ids = () => '01980000-0000-7000-8000-000000000000';

type Step = Partial<usage.SessionUpdate> & { at: number };

/** The events of records one after the other, as `type: bytes since the event before/of the session`. */
function told(...steps: Step[]): string[] {
  let session: usage.Session | null = null;
  const moves: Move[] = [];
  for (const { at, ...step } of steps) {
    const eventTime = new Date(start.getTime() + at * 1000);
    const update: usage.SessionUpdate = {
      ...{ kind: 'update', nasId: 'nas', telecomId: 'telecom', sessionKey: 's', acctSessionId: 's', chargingId: null },
      ...{ imsi: '1', plmn: '26201', rat: 'NR', apn: 'iot', framedIp: null, imei: null, up: 0n, down: 0n },
      ...{
        hasGigawords: true,
        noGigawords: false,
        sessionTime: at,
        terminateCause: null,
        eventTime,
        receivedAt: eventTime,
      },
      ...step,
    };
    const moved = usage.advanceSession(session, update, ids);
    if (moved.kind === 'impossible') throw new Error('impossible');
    moves.push({ line, update, before: session, moved });
    session = moved.session;
  }
  const seconds = (date: Date) => (date.getTime() - start.getTime()) / 1000;
  return connectionsOf(moves).map(({ type, session: of }) => {
    const { stretch, up, down } = of!;
    const since = stretch ? ` ${stretch.up + stretch.down} in ${seconds(stretch.from)}..${seconds(stretch.to)},` : '';
    return `${type.slice(13)}${since} ${up + down}`;
  });
}

describe('what a session is told to have done', () => {
  it('starts, goes on and ends', () => {
    const records = [
      { at: 0, kind: 'start' },
      { at: 60, up: 5n },
      { at: 120, up: 5n },
      { at: 180, up: 9n, kind: 'stop' },
    ] as const;
    expect(told(...records)).toEqual([
      'started 0',
      'updated 5 in 0..60, 5',
      'updated 0 in 60..120, 5',
      'ended 4 in 120..180, 9',
    ]);
  });

  it('is not told again by a repeat, or by what is older and brings nothing', () => {
    const records = [
      { at: 0, kind: 'start' },
      { at: 60, up: 5n },
      { at: 60, up: 5n },
      { at: 30, up: 2n },
      { at: 0, kind: 'start' },
    ] as const;
    expect(told(...records)).toEqual(['started 0', 'updated 5 in 0..60, 5']);
  });

  it('starts with its first interim where the start got lost', () => {
    expect(told({ at: 60, up: 5n })).toEqual(['started 0', 'updated 5 in 0..60, 5']);
  });

  it('is told of bytes that come after its end, once', () => {
    const records = [
      { at: 0, kind: 'start' },
      { at: 60, up: 5n, kind: 'stop' },
      { at: 50, up: 8n },
      { at: 60, up: 5n, kind: 'stop' },
    ] as const;
    expect(told(...records)).toEqual(['started 0', 'ended 5 in 0..60, 5', 'updated 3 in 60..60, 8']);
  });

  it('starts anew when its counters do, and goes on adding up', () => {
    const records = [
      { at: 0, kind: 'start' },
      { at: 60, up: 5n },
      { at: 90, up: 2n, sessionTime: 10 },
    ] as const;
    expect(told(...records)).toEqual(['started 0', 'updated 5 in 0..60, 5', 'started 5', 'updated 2 in 80..90, 7']);
  });
});
