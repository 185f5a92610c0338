import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as usage from '../../usage/index.ts';
import { type Explanation, step } from './model.ts';
import { networkWords, quantityWords, timeWords } from './words.ts';

/** Why usage is not charged. Refuses `unrated_usage.not_found`; only for the organization itself. */
export async function explainUnrated(ctx: Ctx, id: Id): Promise<Explanation> {
  const [row] = await usage.listUnrated(ctx, { ids: [id], limit: 1 });
  if (!row || ctx.actor.scope.kind === 'company') throw refuse.notFound('unrated_usage');
  const quantity = row.service === 'data' ? row.bytesUp + row.bytesDown : row.units;
  const used = quantityWords(row.service, quantity, ctx.organization.unitBase);
  const zone = ctx.organization.timeZone;
  const states: Record<usage.InboxState, string> = {
    waiting: 'It waits for another try.',
    unrated: 'Set right what is named above, then replay it; or dismiss it.',
    quarantined: 'It moved no counter. Look at what the network sent, then replay it; or dismiss it.',
    charged: `It was charged at last, by ${row.resolvedBy ?? 'a replay'}: it is a usage record now.`,
    dismissed: `${row.resolvedBy ?? 'Somebody'} ended it without a charge.`,
  };
  return {
    id: publicId('usage', id),
    kind: 'unrated',
    title: 'Usage that is not charged',
    summary: usage.unratedWords[row.reason],
    at: row.occurredAt,
    lineId: row.lineId,
    poolId: null,
    money: null,
    steps: [
      step('fact', `On ${timeWords(row.occurredAt, zone)} ${used} were used in ${networkWords(row.plmn)}.`, {
        ...{ occurredAt: row.occurredAt.toISOString(), receivedAt: row.receivedAt.toISOString(), imsi: row.imsi },
        ...{ quantity: String(quantity), service: row.service, plmn: row.plmn || null },
      }),
      step('cause', `${usage.unratedWords[row.reason]} Usage that cannot be charged is kept, never free by accident.`, {
        reason: row.reason,
        attempts: String(row.attempts),
      }),
      step('next', states[row.state], { state: row.state }),
    ],
    entries: [],
  };
}
