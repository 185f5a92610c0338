import * as billing from '../billing/index.ts';
import { reviewPools } from '../charging/index.ts';
import { contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { isRelayQuiet, type Relay } from '../kit/relay.ts';
import * as ledger from '../ledger/index.ts';
import * as operations from '../operations/index.ts';
import * as periods from '../periods/index.ts';
import * as reminders from '../reminders/index.ts';
import { operationKinds } from './operations.ts';

/** Chunks of a turn: enough to come round to what the news of them set off. */
const rollChunks = 200;
const reviewPieces = 200;
const operationChunks = 10;

const waitMs = 20;
/** Turns that found nothing to do while somebody else was at it: half a minute. */
const longestWaits = 1_500;

/**
 * What is due of an organization, until nothing is: periods and months of pools roll over in their order, what expires is
 * blocked, changes of plan that waited are taken, months are billed, who is to be reminded is found, news is placed and set off what it does, wallets and pools at their limit are
 * looked at. Workers may be at the same: what they hold is waited for, so that it is done when this returns. Bounded.
 */
export async function runToQuiet(runtime: Runtime, organization: Organization, relay: Relay): Promise<void> {
  const as = (name: string) => contextFor(runtime, organization, systemActor(name));
  for (let waits = 0; waits < longestWaits; ) {
    let worked = await periods.rollAllDue(as('rollover'), rollChunks);
    worked += await ledger.endDue(as('wallets'));
    worked += await relay(runtime, organization);
    worked += await reviewPools(as('pool limits'), reviewPieces);
    worked += await periods.reviewWallets(as('wallets'));
    worked += await runBills(runtime, organization);
    worked += await reminders.lookAtDue(as('reminders'));
    if (worked > 0) continue;
    if (await isQuiet(runtime, organization)) return;
    waits += 1;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** A bill run that is due, begun and gone on with: time that passes in leaps bills each month on its way. */
async function runBills(runtime: Runtime, organization: Organization): Promise<number> {
  const ctx = contextFor(runtime, organization, systemActor('bill runs'));
  const begun = await billing.beginDueRuns(ctx);
  if (begun === 0 && !(await billing.isAnyRunDue(ctx))) return 0;
  return begun + (await operations.advance(runtime, organization, operationKinds, operationChunks));
}

async function isQuiet(runtime: Runtime, organization: Organization): Promise<boolean> {
  const ctx = contextFor(runtime, organization, systemActor('clock'));
  return reading(
    ctx,
    async (ctx) => (await isRelayQuiet(ctx)) && !(await periods.isAnyDue(ctx)) && !(await billing.isAnyRunDue(ctx)),
  );
}
