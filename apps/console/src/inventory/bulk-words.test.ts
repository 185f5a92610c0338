import { expect, test } from 'vitest';
import type { SimRow } from '../api/sims.ts';
import { forecast } from './bulk-words.ts';

const plan = { id: 'pln_1', name: 'Plan', type: 'super_sim' as const };
const sim = (change: Partial<SimRow>) => ({ lifecycle: 'blank', registered: true, plan, ...change }) as SimRow;

test('who an action concerns, and why the others are left out', () => {
  const sims = [
    sim({}),
    sim({ lifecycle: 'active' }),
    sim({ registered: false }),
    sim({ plan: null }),
    sim({ lifecycle: 'archived' }),
  ];
  const ready = forecast('ready', sims);
  expect(ready.concerned).toEqual([sims[0]]);
  expect([...ready.passed.keys()]).toEqual([
    'active: cannot become ready',
    'in stock: not registered into an account',
    'no plan: put it into a fleet or assign one',
    'archived: cannot become ready',
  ]);
  expect(forecast('archive', sims).concerned).toHaveLength(4);
  expect(forecast('suspend', sims).concerned).toEqual([sims[1]]);
});
