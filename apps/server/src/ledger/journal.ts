import type { Micros } from '@simwright/measure';
import type { Ctx } from '../kit/ctx.ts';
import { rows, sql } from '../kit/db.ts';
import { firstIdAt } from '../kit/ids.ts';
import type { LedgerAccountKind, TransferKind } from './model.ts';

/** What moved from one kind of account to another, of one kind of transfer, on a day or in a month. */
export type JournalPair = {
  /** `2026-03-31`, or the first day of a month, in the organization's time zone. */
  day: string;
  kind: TransferKind;
  debit: LedgerAccountKind;
  credit: LedgerAccountKind;
  currency: string;
  transfers: number;
  /** Above zero. */
  amountMicros: Micros;
};

/**
 * All that was posted from one instant until another, as debits and credits: every transfer is in it, so it balances. By when it was
 * posted: what comes late is in the journal of its own day, and one that was taken before stays as it was.
 */
export async function journalOf(
  ctx: Ctx,
  range: { from: Date; until: Date; by: 'day' | 'month' },
  limit: number,
): Promise<JournalPair[]> {
  const [from, until] = [firstIdAt(range.from), firstIdAt(range.until)];
  // The first 48 bits of an id are the milliseconds at which it was made.
  const at = sql`to_timestamp((('x' || substr(replace(t.id::text, '-', ''), 1, 12))::bit(48)::bigint) / 1000.0)`;
  const zone = ctx.organization.timeZone;
  return rows<JournalPair>(
    ctx,
    // The accounts are named last: a month has many transfers of few pairs of them.
    sql`/* ledger.journal */ with moved as materialized (
          select date_trunc(${range.by}, ${at} at time zone ${zone}) as day, t.kind, debited.ledger_account_id as debited, credited.ledger_account_id as credited,
                 count(*) as transfers, sum(debited.amount_micros) as amount_micros
            from transfers t
            join entries debited on debited.organization_id = ${ctx.organization.id} and debited.transfer_id = t.id and debited.amount_micros > 0
             and debited.transfer_id >= ${from}::uuid and debited.transfer_id < ${until}::uuid
            join entries credited on credited.organization_id = ${ctx.organization.id} and credited.transfer_id = t.id and credited.amount_micros < 0
             and credited.transfer_id >= ${from}::uuid and credited.transfer_id < ${until}::uuid
           where t.organization_id = ${ctx.organization.id} and t.id >= ${from}::uuid and t.id < ${until}::uuid
           group by 1, 2, 3, 4)
        select to_char(m.day, 'YYYY-MM-DD') as day, m.kind, d.kind as debit, c.kind as credit, d.currency, sum(m.transfers)::int as transfers,
               sum(m.amount_micros)::bigint as amount_micros
          from moved m
          join ledger_accounts d on d.organization_id = ${ctx.organization.id} and d.id = m.debited
          join ledger_accounts c on c.organization_id = ${ctx.organization.id} and c.id = m.credited
         group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5 limit ${limit}`,
  );
}
