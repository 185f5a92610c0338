import type { Ctx } from '../../kit/ctx.ts';
import { type Id, parsePublicId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import type * as operations from '../../operations/index.ts';
import { approve, type OnAccount } from '../approve.ts';
import { reject } from '../edit.ts';
import type { PreBill, PreBillKind } from '../model.ts';
import { listPreBills } from '../sql/pre-bills.ts';

/** Pre-bills settled in one database transaction; where one of them is refused, it is done alone. */
const chunkRows = 10;
/** Pre-bills found in one database transaction. */
const foundAtOnce = 1_000;

/** What a settlement of many was begun with, as everybody may read it; pre-bills that were named stand in its place. */
export type SettlementOf = {
  action: 'approve' | 'reject';
  late: 'accept' | 'refuse';
  reason: string;
  /** Public forms. Null: they were named. */
  matching: { company?: string; kind?: PreBillKind[]; operation?: string; from?: string; to?: string } | null;
};
/** Where checking goes on: at the pre-bills that were named, with the versions that were seen, or after one that was found. */
export type SettlementPlace = { named?: { id: Id; version: number | null }[]; after?: Id; line?: number };

/**
 * Approval or rejection of many pre-bills, a row for each. Checking finds them with the versions that they have; the run settles each as if
 * it was alone. A refusal of one stops no other.
 *
 * @param onAccount what pays invoices as they are issued
 */
export function settlementOfManyWith(onAccount: OnAccount | null): operations.Kind {
  return {
    name: 'pre_bill_settlement',
    permission: 'billing.pre_bill.approve',
    subject: 'pre_bill',
    effects: ['invoice', 'credit_note', 'rejected'],
    chunkRows,
    refusesRows: true,

    async check(ctx, operation) {
      const { named, after, line = 0 } = operation.place as SettlementPlace;
      if (named) return { ...found(await namedRows(ctx, named)), place: {}, ended: true };
      const { matching } = operation.parameters as SettlementOf;
      // The oldest first, so that the numbers of invoices are in the order of their pre-bills.
      const page = { after, limit: foundAtOnce, oldestFirst: true };
      const list = await listPreBills(ctx, { ...filterOf(matching ?? {}), states: ['pending'] }, page);
      const rows = list.map((one, i) => rowOf(line + i + 1, one, one.version));
      const place = { after: list.at(-1)?.id ?? after, line: line + list.length };
      return { ...found(rows), place, ended: list.length < foundAtOnce };
    },

    async run(ctx, operation, rows) {
      const { action, late, reason } = operation.parameters as SettlementOf;
      const verdicts: operations.Verdict[] = [];
      for (const row of rows) {
        const [id, version] = row.input as [Id, string];
        const done = { label: row.label, warning: null, subjectId: id, failure: null };
        if (action === 'reject') {
          await reject(ctx, id, reason);
          verdicts.push({ ...done, effect: 'rejected' });
        } else {
          const { kind } = await approve(ctx, id, { late, ...(version && { version: Number(version) }) }, onAccount);
          verdicts.push({ ...done, effect: kind });
        }
      }
      return verdicts;
    },
  };
}

/** Where invoices are paid later. */
export const settlementOfMany = settlementOfManyWith(null);

function filterOf({ company, kind, operation, from, to }: NonNullable<SettlementOf['matching']>) {
  return {
    ...(company && { ownerIds: [parsePublicId('company', company)!] }),
    ...(kind && { kinds: kind }),
    ...(operation && { operationId: parsePublicId('operation', operation)! }),
    ...(from && { from: new Date(from) }),
    ...(to && { to: new Date(to) }),
  };
}

async function namedRows(ctx: Ctx, named: NonNullable<SettlementPlace['named']>): Promise<operations.CheckedRow[]> {
  const ids = named.map(({ id }) => id);
  const byId = new Map((await listPreBills(ctx, { ids }, { limit: ids.length })).map((one) => [one.id, one]));
  return named.map(({ id, version }, i) => {
    const preBill = byId.get(id);
    if (preBill) return rowOf(i + 1, preBill, version);
    const { code, message: reason } = refuse.notFound('pre_bill', publicId('pre_bill', id));
    const none = { warning: null, effect: null, subjectId: null, failure: { code, field: null, reason } };
    return { line: i + 1, input: [id, ''], keys: [id], label: publicId('pre_bill', id), ...none };
  });
}

function rowOf(line: number, { id, number }: PreBill, version: number | null): operations.CheckedRow {
  const nothing = { warning: null, effect: null, subjectId: null, failure: null };
  return { line, input: [id, version === null ? '' : String(version)], keys: [id], label: number, ...nothing };
}

function found(rows: operations.CheckedRow[]) {
  return { rows, readBytes: 0, found: {}, refusal: null };
}
