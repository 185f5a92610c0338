import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import type * as operations from '../../operations/index.ts';
import { approve, type OnAccount } from '../approve.ts';
import { collect, type Wanted } from '../collect.ts';
import { lockPayers } from '../sql/claims.ts';
import { type CycleKind, type Due, insertCycles, listDue } from '../sql/cycles.ts';

/** Accounts billed in one database transaction: with a thousand lines each, some tenths of a second. */
const chunkRows = 20;

/** What a bill run was begun with. */
export type RunOf = { kind: CycleKind; month: string; byHand: boolean };

/**
 * A bill run: a row for each account whose month is to be billed. Checking finds them; the run collects each, and approves it where the
 * account says so. A month of an account is billed once, whoever runs, and however often it is killed in the middle.
 *
 * @param onAccount what pays invoices that are approved by themselves as they are issued */
export function billRunWith(onAccount: OnAccount | null): operations.Kind {
  return {
    name: 'bill_run',
    permission: 'billing.pre_bill.create',
    subject: 'pre_bill',
    effects: ['pending', 'approved', 'nothing'],
    chunkRows,

    async check(ctx, operation) {
      const { kind, month, byHand } = operation.parameters as RunOf;
      const { after, line = 0 } = operation.place as { after?: Id; line?: number };
      const found = await listDue(ctx, kind, { after, until: month, byHand, limit: 1_000 });
      return {
        rows: found.map(({ id, ownerName }, i) => ({
          ...{ line: line + i + 1, input: [id], keys: [id], label: ownerName },
          ...{ warning: null, effect: null, subjectId: null, failure: null },
        })),
        place: { after: found.at(-1)?.id ?? after, line: line + found.length },
        ...{ readBytes: 0, found: {}, ended: found.length < 1_000, refusal: null },
      };
    },

    async run(ctx, operation, rows) {
      const { kind, month, byHand } = operation.parameters as RunOf;
      const ids = rows.map((row) => row.input[0]!);
      // Whoever else bills them now comes first; then their month is not due any more.
      await lockPayers(ctx, ids);
      const due = await listDue(ctx, kind, { ids, until: month, byHand, limit: ids.length });
      const made = new Map(
        (
          await collect(
            ctx,
            due.map((one) => wantedOf(ctx, kind, one)),
            operation.id,
          )
        ).map((one) => [one.preBill.payerId, one]),
      );
      await insertCycles(
        ctx,
        kind,
        due.map((one) => ({ payerId: one.id, month: one.month, preBillId: made.get(one.id)?.preBill.id ?? null })),
      );
      for (const { preBill, terms } of made.values()) {
        if (terms.approval === 'automatic') await approve(ctx, preBill.id, { late: 'accept' }, onAccount);
      }
      return rows.map((row): operations.Verdict => {
        const one = made.get(row.input[0]!);
        const effect = !one ? 'nothing' : one.terms.approval === 'automatic' ? 'approved' : 'pending';
        return { label: row.label, warning: null, effect, subjectId: one?.preBill.id ?? null, failure: null };
      });
    },
  };
}

/** Where invoices are paid later. */
export const billRun = billRunWith(null);

function wantedOf(ctx: Ctx, kind: CycleKind, { month, startsAt, endsAt, ...payer }: Due): Wanted {
  const last = Temporal.PlainDate.from(month).add({ months: 1 }).subtract({ days: 1 }).toString();
  const span = { payer, periodFrom: month, periodUntil: last };
  return kind === 'cycle'
    ? { ...span, kind: 'cycle', cutAt: endsAt }
    : { ...span, kind: 'advance', cutAt: startsAt < ctx.now ? ctx.now : startsAt, horizonAt: endsAt };
}
