import { expect } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import type { World } from '../world.ts';

/** What journeys of corrections do with the API, each step as a person or a carrier would. */

export type Period = {
  id: string;
  kind: 'ready' | 'active';
  startsAt: string;
  usedBytes: string;
  messages: string;
  seconds: string;
  charge: string;
  adjusted: string;
  total: string;
  state: string;
  planVersion: number;
};
export type Difference = { bytesUp: string; bytesDown: string; messages: string; seconds: string };
export type Told = {
  counts: Record<string, number>;
  results: {
    outcome: string;
    simId: string | null;
    difference: Difference | null;
    charge: string | null;
    reason: string | null;
    code: string | null;
    field: string | null;
  }[];
};
export type DayTotal = {
  sim: { iccid: string };
  source: string;
  day: string;
  service: string;
  told: Difference;
  booked: Difference;
  difference: Difference;
  revision: number;
};

export type Sim = { id: string; iccid: string; imsi: string; path: string };

/** The present of these journeys. */
export const now = new Date('2026-04-10T12:00:00Z');

let serial = 0;

/** Opens the steps in a world, with a plan that sells data, messages and calls by what is used. */
export async function openSteps(world: World) {
  const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
    ...{ name: 'Per MB', type: 'pay_per_mb', pricePerMb: '0.10', smsPrice: '0.05', voicePrice: '0.60' },
  });
  expect(plan.status).toBe(201);
  const planId = plan.body.id;
  const periodsOf = async ({ path }: Sim) =>
    (await world.api<{ items: Period[] }>('GET', `${path}/periods`)).body.items;
  return {
    planId,
    periodsOf,

    /** A SIM on the plan, active since the clock's present. */
    async activeSim(of = planId): Promise<Sim> {
      const [stock] = await world.stock(1);
      const id = publicId('sim', stock!.id);
      const path = `/api/v1/sims/${id}`;
      expect((await world.api('PUT', `${path}/plan`, { plan: of })).status).toBe(200);
      expect((await world.api('POST', `${path}/status`, { status: 'active' })).status).toBe(200);
      return { id, iccid: stock!.iccid, imsi: stock!.imsi, path };
    },

    /** The period that is charged now: the ready one before it may have begun at the same instant. */
    current: async (sim: Sim) => (await periodsOf(sim)).find((period) => period.kind === 'active')!,

    /** A usage record over HTTP. */
    async hand(sim: Sim, used: Record<string, unknown>, source = 'cdr') {
      serial += 1;
      const record = { id: `r-${serial}`, iccid: sim.iccid, occurredAt: world.ctx().now.toISOString(), ...used };
      const answer = await world.api<Told>('POST', `/api/v1/usage-records?source=${source}`, { records: [record] });
      return answer.body.results[0]!;
    },

    /** A carrier's total of a day. */
    async tell(sim: Sim, day: string, used: Record<string, unknown>, options: { zone?: string; source?: string } = {}) {
      const { zone = 'UTC', source = 'carrier' } = options;
      const answer = await world.api<Told>('POST', `/api/v1/usage-restatements?source=${source}`, {
        timeZone: zone,
        restatements: [{ iccid: sim.iccid, day, ...used }],
      });
      expect(answer.status).toBe(200);
      return answer.body.results[0]!;
    },

    daysOf: async (sim: Sim) =>
      (await world.api<{ items: DayTotal[] }>('GET', `/api/v1/usage-restatements?sim=${sim.id}`)).body.items,
  };
}

export const data = (bytesUp: number, bytesDown: number, more: object = {}) => ({
  bytesUp: String(bytesUp),
  bytesDown: String(bytesDown),
  ...more,
});
