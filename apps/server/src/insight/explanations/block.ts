import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { blockWords } from '../words.ts';
import { type Explanation, type Step, step } from './model.ts';
import { quantityWords, timeWords } from './words.ts';

/** Why a line is or was blocked. Refuses `block.not_found`. */
export async function explainBlock(ctx: Ctx, id: Id): Promise<Explanation> {
  const block = await inventory.findBlock(ctx, id);
  if (!block) throw refuse.notFound('block');
  await inventory.getSim(ctx, block.lineId);
  const zone = ctx.organization.timeZone;
  const steps: Step[] = [
    step('fact', `The SIM was blocked on ${timeWords(block.openedAt, zone)} by ${block.openedBy}.`, {
      ...{ reason: block.reason, openedAt: block.openedAt.toISOString(), openedBy: block.openedBy },
    }),
    step('cause', `${blockWords[block.reason]}. ${detailWords(ctx, block)}`.trim(), textsOf(block.detail)),
    block.liftedAt
      ? step('next', `It was lifted on ${timeWords(block.liftedAt, zone)} by ${block.liftedBy ?? 'nobody named'}.`, {
          liftedAt: block.liftedAt.toISOString(),
        })
      : step('next', `What lifts it: ${lower(inventory.liftedByWhat(block.reason))}`),
  ];
  return {
    ...{ id: publicId('block', id), kind: 'block', title: block.liftedAt ? 'Block, lifted' : 'Block' },
    ...{ summary: `${blockWords[block.reason]}.`, at: block.openedAt, lineId: block.lineId, poolId: null },
    ...{ money: null, steps, entries: [] },
  };
}

const limitWords: Record<string, string> = {
  sim: 'the SIM’s own',
  fleet: 'that of its fleet',
  plan: 'that of its plan',
  pool: 'that of its pool',
};

/** What was kept with a block, as a sentence. */
function detailWords(ctx: Ctx, { reason, detail }: inventory.Block): string {
  const text = (name: string) => (detail[name] === undefined || detail[name] === null ? null : String(detail[name]));
  const bytes = (name: string) => {
    const value = text(name);
    return value && /^-?\d+$/.test(value) ? quantityWords('data', BigInt(value), ctx.organization.unitBase) : null;
  };
  if (reason === 'data_limit') {
    return `The limit is ${bytes('limitBytes')}, ${limitWords[text('limitFrom') ?? ''] ?? 'the lowest that holds'}; ${bytes('usedBytes')} were used.`;
  }
  if (reason === 'balance' && text('remaining')) {
    return `The wallet held ${text('currency')} ${text('remaining')}, and its minimum balance is ${text('currency')} ${text('floor')}.`;
  }
  if (reason === 'balance' && text('allowanceBytes')) {
    return `Of a balance of ${bytes('allowanceBytes')}, ${bytes('usedBytes')} were used.`;
  }
  if (reason === 'validity' && text('expiredAt')) {
    return `It was valid until ${timeWords(new Date(text('expiredAt')!), ctx.organization.timeZone)}.`;
  }
  if (reason === 'fee_unpaid' && text('amount')) {
    return `${text('currency')} ${text('amount')} are due since ${timeWords(new Date(text('dueSince')!), ctx.organization.timeZone)}, and the wallet did not hold enough.`;
  }
  return text('note') ? `They wrote: ${text('note')}` : '';
}

function textsOf(detail: Record<string, unknown>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
