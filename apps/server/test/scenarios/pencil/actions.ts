import { type Action, readPoolTerm, readTerm } from '../language/index.ts';
import { lookAtLimit, lookAtPoolLimit } from './limits.ts';
import { activate, changeNow, endPlan, makeReady, refill } from './periods.ts';
import { assign } from './plans.ts';
import { createPool } from './pools.ts';
import { place, restate, use } from './usage.ts';
import { credit, lookAtWallet } from './wallets.ts';
import { current, happen, type Line, type World } from './world.ts';

export function act(world: World, action: Action, now: Date): void {
  if ('sim' in action) {
    actOnLine(world, world.lines.find(({ sim }) => sim.name === action.sim)!, action, now);
    return;
  }
  switch (action.verb) {
    case 'rolls':
      return;
    case 'zone':
      if (action.company === null) world.zone = action.zone;
      else world.companyZones.set(action.company, action.zone);
      return;
    case 'create':
      createPool(world, world.scenario.pools.find(({ name }) => name === action.pool)!, now);
      return;
    case 'credit':
      credit(world, action.company, action.micros);
      return;
    case 'floor':
      world.wallets.get(action.company)!.floor = action.micros;
      credit(world, action.company, 0n);
      lookAtWallet(world, action.company);
      return;
    case 'limit':
      limit(world, action.of, action.bytes);
      return;
    case 'edit':
      edit(world, action.of, action.term);
  }
}

type OnLine = Extract<Action, { sim: string }>;

function actOnLine(world: World, line: Line, action: OnLine, now: Date): void {
  switch (action.verb) {
    case 'use':
      use(world, line, action, now);
      break;
    case 'restate':
      restate(world, line, action.day, action.bytes);
      break;
    case 'place':
      place(world, line);
      break;
    case 'assign':
      assign(world, line, world.plans.get(line.sim.plan)!, null, now);
      break;
    case 'join': {
      const pool = world.pools.get(action.pool)!;
      const plan = world.plans.get(line.sim.plan)!;
      if (action.when === 'next_period' && line.lifecycle === 'active') line.waiting = { plan, pool };
      else assign(world, line, plan, pool, now);
      break;
    }
    case 'change': {
      const plan = world.plans.get(action.plan)!;
      if (action.when === 'now') changeNow(world, line, { plan, pool: null }, now);
      else line.waiting = { plan, pool: null };
      break;
    }
    case 'leave':
    case 'unassign':
      if (action.when === 'now') endPlan(world, line, now);
      else line.waiting = { plan: null, pool: null };
      break;
    case 'refill':
      refill(world, line, action.bytes, now);
      break;
    case 'ready':
      if (line.lifecycle === 'blank') makeReady(world, line, now);
      else refuse(world, line);
      break;
    case 'activate':
    case 'resume':
      if (line.lifecycle === 'archived' || line.plan === null) refuse(world, line);
      else activate(world, line, now);
      break;
    case 'suspend':
      suspend(line, now);
      break;
    case 'archive': {
      const period = current(line);
      if (period?.open) Object.assign(period, { open: false, endsAt: now });
      line.lifecycle = 'archived';
      break;
    }
    case 'move':
      line.company = action.company;
  }
}

/** A ready period ends then; an active one runs to its end. */
function suspend(line: Line, now: Date): void {
  const period = current(line);
  if (line.lifecycle === 'ready' && period) Object.assign(period, { open: false, endsAt: now });
  line.lifecycle = 'suspended';
}

function refuse(world: World, line: Line): void {
  happen(world, line.sim.name, { kind: 'refused', reason: '' });
}

function limit(world: World, of: string, bytes: bigint | null): void {
  const pooled = world.pools.get(of);
  if (pooled) {
    pooled.pool = { ...pooled.pool, limitBytes: bytes };
    lookAtPoolLimit(world, pooled);
    return;
  }
  const fleet = world.fleets.get(of);
  if (fleet) world.fleets.set(of, { ...fleet, limitBytes: bytes });
  for (const line of world.lines) if (line.sim.name === of) line.limit = bytes;
  for (const line of world.lines) lookAtLimit(world, line);
}

/** A new version: of a plan for who is assigned from now on, of a pool for its next month. */
function edit(world: World, of: string, term: string): void {
  const pooled = world.pools.get(of);
  if (pooled) {
    pooled.pool = { ...pooled.pool, ...readPoolTerm(pooled.pool, term, world.scenario) };
    return;
  }
  const plan = world.plans.get(of)!;
  const isRate = / per (MB|SMS|minute)|^each |^flat /.test(term);
  world.plans.set(of, { ...plan, ...readTerm(isRate ? { ...plan, rates: [] } : plan, term, world.scenario) });
}
