import * as accounting from '../accounting/index.ts';
import * as autorefill from '../autorefill/index.ts';
import * as charging from '../charging/index.ts';
import * as commands from '../commands/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, parsePublicId } from '../kit/ids.ts';
import type { PlacedEvent } from '../kit/relay.ts';
import * as ledger from '../ledger/index.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import * as receivables from '../receivables/index.ts';
import * as reminders from '../reminders/index.ts';
import * as superSim from '../supersim/index.ts';
import { blockDisputed } from './disputes.ts';

/** Lines looked at in one piece of work; a fleet of a million is a thousand pieces. */
const chunk = 1000;

/** All action at a distance, on one page: which event makes what happen in which room. */
export async function react(ctx: Ctx, event: PlacedEvent): Promise<void> {
  switch (event.name) {
    case 'fleet.limit_changed':
      return reconsiderFleet(ctx, event.subjectId);
    case 'sim.updated': {
      const fields = event.data.fields as string[];
      if (fields.some((field) => field === 'dataLimitBytes' || field === 'fleetId')) {
        await charging.reconsiderLimits(ctx, [event.subjectId]);
      }
      // In other hands it has other payers.
      if (fields.some((field) => field === 'companyId' || field === 'endUserId')) {
        await autorefill.askLook(ctx, { lineId: event.subjectId });
      }
      return;
    }
    case 'sim.registered':
      return autorefill.askLook(ctx, { lineId: event.subjectId });
    case 'usage.restated':
      return usageTakenBack(ctx, event);
    case 'sim.carrier_synced':
    case 'sim.carrier_failed':
      // What the carrier does for a block is no change of status.
      if (event.data.cause !== 'lifecycle') return;
      return superSim.simSettled(ctx, event.subjectId, event.name === 'sim.carrier_failed');
    case 'sms_command.sent':
    case 'sms_command.delivered':
    case 'sms_command.failed':
    case 'sms_command.received':
      return smsTold(ctx, event);
    case 'ip_command.sent':
    case 'ip_command.failed':
    case 'ip_command.received':
      return superSim.ipTold(ctx, parsePublicId('ip_command', String(event.data.command))!);
    case 'delivery.unanswered':
      return callbackUnanswered(ctx, event.data);
    case 'esim_profile.available':
    case 'esim_profile.failed':
      return superSim.esimProfileSettled(ctx, event.subjectId);
    case 'dispute.opened':
      return blockDisputed(ctx, event.subjectId);
    case 'sim.low_reached':
    case 'plan.assigned':
      return autorefill.askLook(ctx, { lineId: event.subjectId });
    case 'sim.blocked':
      if (event.data.reason !== 'balance' && event.data.reason !== 'validity') return;
      return autorefill.askLook(ctx, { lineId: event.subjectId });
    case 'wallet.low_reached':
    case 'wallet.debited':
    case 'wallet.part_expired':
      return autorefill.askLook(ctx, { walletId: event.subjectId });
    case 'payment.succeeded':
      await reminders.paymentSucceeded(ctx, event.subjectId);
      return autorefill.paymentTold(ctx, event.subjectId);
    case 'payment.action_needed':
    case 'payment.failed':
    case 'payment.canceled':
      return autorefill.paymentTold(ctx, event.subjectId);
    case 'refund.created':
    case 'refund.failed':
      return receivables.refundTold(ctx, parsePublicId('payment', String(event.data.payment))!);
    case 'invoice.issued':
      // What credit pays is not reminded of; what is written elsewhere is in line before what pays it.
      await accounting.documentIssued(ctx, event.subjectId);
      await receivables.invoiceIssued(ctx, event.subjectId);
      return reminders.billIssued(ctx, event.subjectId);
    case 'credit_note.issued':
      await accounting.documentIssued(ctx, event.subjectId);
      await receivables.creditNoteIssued(ctx, event.subjectId);
      return reminders.billIssued(ctx, event.subjectId);
    case 'invoice.reopened':
      return reminders.invoiceReopened(ctx, event.subjectId);
    case 'allocation.made':
      return accounting.allocationMade(ctx, parsePublicId('allocation', String(event.data.allocation))!);
    case 'allocation.undone':
      return accounting.allocationUndone(ctx, parsePublicId('allocation', String(event.data.allocation))!);
    case 'payment_method.stored':
    case 'payment_method.default_changed':
      return newCard(ctx, event.data);
    case 'wallet.credited':
      await autorefill.askLook(ctx, { waitsFor: event.subjectId });
      return periods.askReview(ctx, event.subjectId);
    case 'wallet.floor_changed':
    case 'wallet.hold_released':
    case 'wallet.floor_reached':
      // Its lines may be many, and what is due of them is collected under locks: not while everybody waits for this page.
      return periods.askReview(ctx, event.subjectId);
    default:
  }
}

/** Whose card it is, whatever kind of account that is. */
async function newCard(ctx: Ctx, { owner }: PlacedEvent['data']): Promise<void> {
  for (const kind of ['company', 'end_user', 'organization'] as const) {
    const id = parsePublicId(kind, String(owner));
    if (id) return autorefill.cardCame(ctx, id);
  }
}

/** The event's name says what became of the text at that moment. */
async function smsTold(ctx: Ctx, { name, data }: PlacedEvent): Promise<void> {
  const status = name.slice('sms_command.'.length) as commands.SmsStatus;
  await superSim.smsTold(ctx, parsePublicId('sms_command', String(data.command))!, status);
}

/** Data to and from SIMs keeps what became of its callback; other callbacks are in the log of deliveries alone. */
async function callbackUnanswered(ctx: Ctx, { about, status }: PlacedEvent['data']): Promise<void> {
  const command = typeof about === 'string' ? parsePublicId('ip_command', about) : null;
  const text = status === null ? 'The callback was not answered.' : `The callback was answered by ${status}.`;
  if (command) await commands.callbackUnanswered(ctx, command, text);
}

/** What a carrier took back may free other lines as well: those of the same pool, or of the same wallet. */
async function usageTakenBack(ctx: Ctx, { subjectId: lineId, data }: PlacedEvent): Promise<void> {
  const { bytesUp, bytesDown, units } = data as Record<string, string>;
  if (![bytesUp, bytesDown, units].some((quantity) => quantity?.startsWith('-'))) return;
  const period = (await periods.latestPeriodsOf(ctx, [lineId])).get(lineId);
  if (period?.poolId) await reviewLimited(ctx, period.poolId);
  if (period?.payerId && (await ledger.getWallets(ctx, [period.payerId])).length > 0) {
    await periods.askReview(ctx, period.payerId);
  }
}

/** Members of a pool without a limit have nothing to be lifted. */
async function reviewLimited(ctx: Ctx, poolId: Id): Promise<void> {
  const known = (await pools.poolsOf(ctx, [poolId])).get(poolId);
  if (known && known.pool.dataLimitBytes !== null) await pools.insertReviews(ctx, [poolId]);
}

/**
 * A suspended line keeps its period and its block, so a new limit is for it too; and a ready line may be in the middle of
 * becoming active, by a batch that blocks it at the old limit.
 */
async function reconsiderFleet(ctx: Ctx, fleetId: Id): Promise<void> {
  let after: Id | undefined;
  do {
    const sims = await inventory.listSims(
      ctx,
      { fleetId, lifecycle: ['ready', 'active', 'suspended'] },
      { after, limit: chunk },
    );
    await charging.reconsiderLimits(
      ctx,
      sims.map((sim) => sim.id),
    );
    after = sims.length === chunk ? sims.at(-1)!.id : undefined;
  } while (after);
}
