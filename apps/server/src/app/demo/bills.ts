import * as billing from '../../billing/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as operations from '../../operations/index.ts';
import * as reminders from '../../reminders/index.ts';

/** How the demo is billed: all but one company without being asked, so that one pre-bill waits for whoever tries it. */
export async function makeTerms(ctx: Ctx, companies: Id[]): Promise<void> {
  await billing.changeSettings(ctx, ctx.organization.id, { graceDays: 1 });
  for (const [i, id] of companies.entries()) {
    if (i !== 1) await billing.changeSettings(ctx, id, { approval: 'automatic' });
  }
}

/** Bills and receipts go out by mail, and who does not pay is reminded; the last reminder costs something. */
export async function makeReminders(ctx: Ctx): Promise<void> {
  const letter = { action: 'letter' as const, fee: null, words: {} };
  const steps = [
    { ...letter, days: -3 },
    { ...letter, days: 3 },
    { ...letter, days: 14 },
  ];
  const last = [
    { ...letter, days: 28, fee: '5.00' },
    { ...letter, days: 42, action: 'stop' as const },
  ];
  const all = { invoices: true, receipts: true, overdue: true, steps: [...steps, ...last] };
  await reminders.changeSettings(ctx, ctx.organization.id, all);
}

/** Pieces of a bill run of the demo: three accounts are two. */
const pieces = 20;

/** Bills what is due, as the product's own loop does. */
export async function billDue(runtime: Runtime, organization: Organization): Promise<void> {
  const begun = await billing.beginDueRuns(contextFor(runtime, organization, systemActor('bill runs')));
  if (begun > 0) await operations.advance(runtime, organization, { [billing.billRun.name]: billing.billRun }, pieces);
}
