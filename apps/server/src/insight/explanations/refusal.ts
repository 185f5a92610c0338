import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as usage from '../../usage/index.ts';
import { diagnosisOf } from '../explain.ts';
import { rejectionWords } from '../words.ts';
import { type Explanation, step } from './model.ts';
import { timeWords } from './words.ts';

/** Why a line was not let in when it came last. Refuses `refusal.not_found` where it never was refused. */
export async function explainRefusal(ctx: Ctx, lineId: Id): Promise<Explanation> {
  await inventory.getSim(ctx, lineId);
  const attachment = (await usage.attachmentsOf(ctx, [lineId])).get(lineId);
  if (!attachment?.rejectedAt) throw refuse.notFound('refusal');
  const zone = ctx.organization.timeZone;
  const reason = attachment.rejectedReason ?? '';
  const words = rejectionWords[reason] ?? 'no reason was kept';
  const since = attachment.acceptedAt && attachment.acceptedAt > attachment.rejectedAt ? attachment.acceptedAt : null;
  const now = await diagnosisOf(ctx, lineId);
  return {
    id: publicId('sim', lineId),
    kind: 'refusal',
    title: 'Refused to attach',
    summary: `The device was not let in, because ${words}.`,
    at: attachment.rejectedAt,
    lineId,
    poolId: null,
    money: null,
    steps: [
      step(
        'fact',
        `On ${timeWords(attachment.rejectedAt, zone)} the network asked whether this SIM may connect, and was told no.`,
        {
          ...{ rejectedAt: attachment.rejectedAt.toISOString(), plmn: attachment.plmn },
        },
      ),
      step('cause', `At that time ${words}.`, { reason }),
      since
        ? step('next', `It has been let in since, on ${timeWords(since, zone)}.`, { acceptedAt: since.toISOString() })
        : step('next', `${now.title}. ${now.explanation}`, { verdict: now.verdict }),
    ],
    entries: [],
  };
}
