import type { Plan } from '../language/index.ts';
import { anchorAt, endAfter } from './calendar.ts';
import { activate, changeNow, endPlan, makeReady, openMonth } from './periods.ts';
import { joinFee } from './pools.ts';
import { block, happen, type Line, lengthOf, type Period, type Pooled, type World, zoneOf } from './world.ts';

/** A blank line becomes ready, or active where its plan bills from assignment; others get the plan from now on. */
export function assign(world: World, line: Line, plan: Plan, pool: Pooled | null, at: Date): void {
  if (line.lifecycle === 'archived') {
    happen(world, line.sim.name, { kind: 'refused', reason: '' });
    return;
  }
  if (line.lifecycle !== 'blank') {
    changeNow(world, line, { plan, pool }, at);
    return;
  }
  Object.assign(line, { plan, pool });
  if (pool) joinFee(world, line);
  const isPrompt = plan.type === 'monthly_bundle' || plan.type === 'dynamic_pool';
  if (isPrompt && plan.billingStart === 'assignment') activate(world, line, at);
  else makeReady(world, line, at);
}

/** A change that waited for the end of the period. */
export function changeAtEnd(world: World, line: Line, ended: Period): void {
  const { plan, pool } = line.waiting!;
  const at = ended.endsAt!;
  if (plan === null) {
    endPlan(world, line, at);
    return;
  }
  Object.assign(line, { plan, pool, waiting: null });
  if (pool) joinFee(world, line);
  if (line.lifecycle !== 'active') return;
  const anchor = anchorAt(at, zoneOf(world, line));
  openMonth(world, line, 'active', at, endAfter(lengthOf(plan), anchor, at), anchor);
  if (plan.type === 'prepaid') block(world, line, 'balance');
}
