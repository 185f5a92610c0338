import * as billing from '../../billing/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as operations from '../../operations/index.ts';

/** How the demo is billed: all but one company without being asked, so that one pre-bill waits for whoever tries it. */
export async function makeTerms(ctx: Ctx, companies: Id[]): Promise<void> {
  await billing.changeSettings(ctx, ctx.organization.id, { graceDays: 1 });
  for (const [i, id] of companies.entries()) {
    if (i !== 1) await billing.changeSettings(ctx, id, { approval: 'automatic' });
  }
}

/** Pieces of a bill run of the demo: three accounts are two. */
const pieces = 20;

/** Bills what is due, as the product's own loop does. */
export async function billDue(runtime: Runtime, organization: Organization): Promise<void> {
  const begun = await billing.beginDueRuns(contextFor(runtime, organization, systemActor('bill runs')));
  if (begun > 0) await operations.advance(runtime, organization, { [billing.billRun.name]: billing.billRun }, pieces);
}
