import type { BulkAction, Lifecycle, SimRow } from '../api/sims.ts';

type Words = { button: string; title: (sims: string) => string; what: string; to?: Lifecycle };

export const bulkWords: Record<BulkAction, Words> = {
  ready: {
    button: 'Make ready',
    title: (sims) => `Make ${sims} ready`,
    what: 'Each can use data at once. Usage is free until it becomes Active; then its plan’s fee is charged.',
    to: 'ready',
  },
  activate: {
    button: 'Activate',
    title: (sims) => `Activate ${sims}`,
    what: 'Each without a running period starts a paid one now, and its plan’s fee is charged at once.',
    to: 'active',
  },
  suspend: {
    button: 'Suspend',
    title: (sims) => `Suspend ${sims}`,
    what: 'Data stops and running sessions are ended. Activating resumes service. Running periods go on to their end.',
    to: 'suspended',
  },
  archive: {
    button: 'Archive',
    title: (sims) => `Archive ${sims}`,
    what: 'Service ends for good and cannot be restored. History, charges and records stay.',
    to: 'archived',
  },
  set_fleet: {
    button: 'Set fleet',
    title: (sims) => `Put ${sims} into a fleet`,
    what: 'The fleet gives its plan, data limit and networks.',
  },
  refill: {
    button: 'Refill',
    title: (sims) => `Refill ${sims}`,
    what: 'Each gets the data of the refill, and its days count from now. No money moves by it.',
  },
  set_labels: {
    button: 'Set labels',
    title: (sims) => `Set the labels of ${sims}`,
    what: 'These labels replace the ones there are.',
  },
};

/** blank → ready → active ⇄ suspended, any → archived; nothing returns to blank or ready. */
const allowed: Record<Lifecycle, readonly Lifecycle[]> = {
  blank: ['ready', 'active', 'archived'],
  ready: ['active', 'suspended', 'archived'],
  active: ['suspended', 'archived'],
  suspended: ['active', 'archived'],
  archived: [],
};

export function canBecome(from: Lifecycle, to: Lifecycle): boolean {
  return allowed[from].includes(to);
}

/** Who an action concerns and who it passes over, told before it runs. The server has the last word. */
export function forecast(
  action: BulkAction,
  sims: readonly SimRow[],
): { concerned: SimRow[]; passed: Map<string, number> } {
  const passed = new Map<string, number>();
  const pass = (why: string) => passed.set(why, (passed.get(why) ?? 0) + 1);
  const concerned = sims.filter((sim) => {
    const why = passedOver(action, sim);
    if (why) pass(why);
    return why === null;
  });
  return { concerned, passed };
}

function passedOver(action: BulkAction, sim: SimRow): string | null {
  const { to } = bulkWords[action];
  if (to) {
    if (sim.lifecycle === to) return `already ${to}`;
    if (!canBecome(sim.lifecycle, to)) return `${sim.lifecycle}: cannot become ${to}`;
    if (to !== 'archived' && !sim.registered) return 'in stock: not registered into an account';
    if ((to === 'ready' || to === 'active') && !sim.plan) return 'no plan: put it into a fleet or assign one';
    return null;
  }
  if (action === 'refill' && sim.plan?.type !== 'prepaid') return 'not on a prepaid plan';
  return sim.lifecycle === 'archived' ? 'archived' : null;
}
