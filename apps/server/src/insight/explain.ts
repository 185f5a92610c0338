import * as catalog from '../catalog/index.ts';
import * as charging from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';
import { type Diagnosis, type DiagnosisFacts, diagnose } from './diagnosis.ts';
import { loadFacts, type SimFacts } from './facts.ts';
import { showBlock, terminateText } from './words.ts';

/** Why does this SIM have no usage? Refuses `sim.not_found`. */
export async function diagnosisOf(ctx: Ctx, lineId: Id): Promise<Diagnosis> {
  return reading(ctx, async (ctx) => {
    const sim = await inventory.getSim(ctx, lineId);
    const [facts] = await loadFacts(ctx, [sim]);
    const unrated = (await usage.unratedOf(ctx, [lineId])).get(lineId);
    const [record] = await usage.listRecords(ctx, { lineId, limit: 1 });
    const period = facts!.period?.kind === 'ready' ? facts!.period : null;
    const version = period && (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId);
    return diagnose({
      ...standing(ctx, facts!),
      unrated: unrated ? { ...unrated, words: usage.unratedWords[unrated.reason] } : null,
      lastUsageAt: record?.occurredAt ?? null,
      ready: period && { usedBytes: period.usedBytes, exitBytes: version?.readyExitBytes ?? null },
    });
  });
}

function standing(ctx: Ctx, facts: SimFacts): Omit<DiagnosisFacts, 'unrated' | 'lastUsageAt' | 'ready'> {
  const { sim, session } = facts;
  return {
    now: ctx.now,
    unitBase: ctx.organization.unitBase,
    lifecycle: sim.lifecycle,
    registered: sim.registeredAt !== null,
    telecom: facts.telecom?.name ?? 'The telecom',
    link: facts.link,
    plan: facts.plan?.name ?? null,
    inFleet: facts.fleet !== null,
    blocks: facts.blocks,
    suspension: facts.suspension,
    attachment: facts.attachment,
    session: session && {
      open: session.state === 'open',
      startedAt: session.startedAt,
      lastReceivedAt: session.lastReceivedAt,
      endedText: terminateText(session.terminateCause),
      network: session.plmn ? catalog.networkOf(session.plmn).name : 'a network that gave no name',
    },
  };
}

/**
 * Where a SIM stands against its data limit, as the documented division of usage by limit gives it; and whether it is blocked,
 * which another reason than the limit may do as well.
 */
export async function dataLimitOf(ctx: Ctx, lineId: Id) {
  return reading(ctx, async (ctx) => {
    await inventory.getSim(ctx, lineId);
    const limit = (await charging.dataLimitsOf(ctx, [lineId])).get(lineId);
    const { usedBytes = 0n, limitBytes = null, limitFrom = null, resetsAt = null, reached = false } = limit ?? {};
    const blocks = (await inventory.openBlocksOf(ctx, [lineId])).get(lineId) ?? [];
    return {
      ...{ usedBytes, limitBytes, percentage: percentageOf(usedBytes, limitBytes), limitFrom, resetsAt, reached },
      ...{ blocked: blocks.length > 0, blocks: blocks.map(showBlock) },
    };
  });
}

/** `41.7`: one decimal, cut off rather than rounded, so that 100.0 means reached. */
export function percentageOf(usedBytes: bigint, limitBytes: bigint | null): string | null {
  if (limitBytes === null) return null;
  // A correction may have taken back more than was used.
  const tenths = ((usedBytes > 0n ? usedBytes : 0n) * 1000n) / limitBytes;
  return `${tenths / 10n}.${tenths % 10n}`;
}
