import type * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';
import { type LineName, lineName } from './memory.ts';
import type { Candidate } from './model/decide.ts';
import { StaleBatch } from './save.ts';
import { digest } from './updates.ts';

/** A usage record that brings its own id; times are on the organization's clock. */
export type ReceivedRecord = {
  claim: usage.Claim;
  line: LineName;
  bytesUp: bigint;
  bytesDown: bigint;
  service: usage.Service;
  /** Messages, or seconds of calls; 0 for data. */
  units: bigint;
  plmn: string;
  occurredAt: Date;
  receivedAt: Date;
};

/** What became of a record. A repeat gets the answer that the first one got; another body under its id gets none. */
export type RecordOutcome = (usage.ClaimOutcome & { repeat: boolean }) | { outcome: 'conflict' };

type Claims = {
  /** Those that nobody claimed before; of several in one batch the first. */
  fresh: ReceivedRecord[];
  /** Claims the fresh ones with what became of them, and answers each record in the order given. */
  settle(ctx: Ctx, outcomes: ReadonlyMap<Candidate, usage.ClaimOutcome>): Promise<RecordOutcome[]>;
};

/** Tells new records from repeats, and both from those that use an id twice. */
export async function sortClaims(ctx: Ctx, records: ReceivedRecord[]): Promise<Claims> {
  if (records.length === 0) return { fresh: [], settle: async () => [] };
  const kept = new Map(
    (await usage.findClaims(ctx, firstOfEach(records.map((r) => r.claim)))).map((claim) => [
      usage.claimName(claim),
      claim,
    ]),
  );
  const fresh = new Map<string, ReceivedRecord>();
  for (const record of records) {
    const name = usage.claimName(record.claim);
    if (!kept.has(name) && !fresh.has(name)) fresh.set(name, record);
  }
  return {
    fresh: [...fresh.values()],
    async settle(ctx, outcomes) {
      const settled = new Map<string, usage.KeptClaim>(kept);
      const made: usage.KeptClaim[] = [];
      for (const [candidate, outcome] of outcomes) {
        const claim = { ...candidate.claim!, ...outcome };
        settled.set(usage.claimName(claim), claim);
        made.push(claim);
      }
      // Sorted, so that two writers that claim the same ids wait for each other in one order.
      made.sort((a, b) => (usage.claimName(a) < usage.claimName(b) ? -1 : 1));
      if ((await usage.insertClaims(ctx, made)) !== made.length) throw new StaleBatch('a record was claimed meanwhile');
      return records.map((record): RecordOutcome => {
        const name = usage.claimName(record.claim);
        const claim = settled.get(name)!;
        if (!claim.bodyHash.equals(record.claim.bodyHash)) return { outcome: 'conflict' };
        const repeat = fresh.get(name) !== record;
        if (claim.outcome === 'unrated') return { outcome: 'unrated', reason: claim.reason, repeat };
        const { lineId, periodId, chargeMicros } = claim;
        return { outcome: 'charged', lineId, periodId, chargeMicros, repeat };
      });
    },
  };
}

function firstOfEach(claims: usage.Claim[]): usage.Claim[] {
  return [...new Map(claims.map((claim) => [usage.claimName(claim), claim])).values()];
}

/** A record as charging decides on it. */
export function candidateOf(
  ctx: Ctx,
  record: ReceivedRecord,
  lines: ReadonlyMap<string, inventory.ChargedSim>,
): Candidate {
  const sim = lines.get(lineName(ctx.organization.id, record.line));
  const { at, problem } = usage.occurrence(record.occurredAt, record.receivedAt);
  return {
    inboxId: null,
    lineId: sim?.id ?? null,
    imsi: 'imsi' in record.line ? record.line.imsi : (sim?.imsi ?? null),
    problem,
    sourceId: record.claim.sourceId,
    sourceKey: keyOf(record.claim),
    sessionId: null,
    bytesUp: record.bytesUp,
    bytesDown: record.bytesDown,
    service: record.service,
    units: record.units,
    plmn: record.plmn,
    occurredAt: at,
    receivedAt: record.receivedAt,
    raw: { ...record, claim: { sourceId: record.claim.sourceId, recordId: record.claim.recordId } },
    claim: record.claim,
  };
}

function keyOf(claim: usage.Claim): Id {
  return digest(usage.claimName(claim));
}
