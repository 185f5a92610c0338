import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import type { PreBillKind } from '../model.ts';
import { type SettlementOf, type SettlementPlace, settlementOfMany } from './kind.ts';

type Asked = {
  action: 'approve' | 'reject';
  late: 'accept' | 'refuse';
  reason: string;
  preBills?: { id: Id; version?: number | undefined }[] | undefined;
  matching?:
    | {
        company?: Id | undefined;
        kind?: PreBillKind[] | undefined;
        operation?: Id | undefined;
        from?: Date | undefined;
        to?: Date | undefined;
      }
    | undefined;
};

/**
 * Begins the approval or the rejection of many pre-bills: those that are named, each once, or all pending ones that match. Refuses
 * `pre_bill.which` where it is neither or both, and `operations.too_many`.
 */
export async function settleMany(ctx: Ctx, asked: Asked): Promise<operations.Operation> {
  const { action, late, reason, preBills, matching } = asked;
  if ((preBills === undefined) === (matching === undefined)) {
    throw refuse.invalid('pre_bill.which', 'Say which pre-bills: name them, or say what they have in common.', {
      ...{ field: 'body.preBills', expected: 'either preBills or matching' },
    });
  }
  const named = new Map((preBills ?? []).map(({ id, version }) => [id, { id, version: version ?? null }]));
  const place: SettlementPlace = preBills ? { named: [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) } : {};
  const parameters: SettlementOf = { action, late, reason, matching: matching ? inCommon(matching) : null };
  return atomically(ctx, (ctx) =>
    operations.begin(ctx, settlementOfMany, {
      ...{ title: action === 'approve' ? 'Approval of pre-bills' : 'Rejection of pre-bills', startsItself: true },
      ...{ parameters, found: preBills ? { matching: named.size } : {}, columns: ['pre_bill', 'version'] },
      ...{ place, file: null },
    }),
  );
}

function inCommon({ company, kind, operation, from, to }: NonNullable<Asked['matching']>): SettlementOf['matching'] {
  return {
    ...(company && { company: publicId('company', company) }),
    ...(kind && { kind }),
    ...(operation && { operation: publicId('operation', operation) }),
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
  };
}
