import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** A check of a VAT number at VIES. `by_hand`: it could not tell, and a person has to find out. */
export type Check = {
  id: Id;
  ownerId: Id;
  country: string;
  number: string;
  state: 'waiting' | 'answered' | 'by_hand';
  attempts: number;
  nextAttemptAt: Date | null;
  problem: string | null;
  valid: boolean | null;
  requestId: string;
  name: string;
  address: string;
  askedAt: Date;
  askedBy: string;
  settledAt: Date | null;
};

const columns = sql`id, owner_id, country, number, state, attempts, next_attempt_at, problem, valid, request_id, name, address, asked_at, asked_by,
  settled_at`;

/** A new check, due now; where one waits already, that is it. */
export async function insertCheck(
  ctx: Ctx,
  check: Pick<Check, 'id' | 'ownerId' | 'country' | 'number'>,
): Promise<void> {
  await run(
    ctx,
    sql`/* tax.insert_check */ insert into tax_checks
          (organization_id, id, owner_id, country, number, state, next_attempt_at, asked_at, asked_by)
        values (${ctx.organization.id}, ${check.id}, ${check.ownerId}, ${check.country}, ${check.number}, 'waiting', ${ctx.now}, ${ctx.now},
                ${ctx.actor.name})
        on conflict (organization_id, owner_id) where state = 'waiting'
        do update set country = excluded.country, number = excluded.number, attempts = 0, next_attempt_at = excluded.next_attempt_at`,
  );
}

/** The checks of an account, the newest first. */
export async function listChecks(ctx: Ctx, ownerId: Id, limit: number): Promise<Check[]> {
  return rows<Check>(
    ctx,
    sql`/* tax.list_checks */ select ${columns} from tax_checks where organization_id = ${ctx.organization.id} and owner_id = ${ownerId}
         order by id desc limit ${limit}`,
  );
}

/** Takes checks that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimDue(ctx: Ctx, limit: number, until: Date): Promise<Check[]> {
  return rows<Check>(
    ctx,
    sql`/* tax.claim_checks */ with due as (
          select id as due_id from tax_checks where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update tax_checks set attempts = least(attempts + 1, 100), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}`,
  );
}

/** It could not tell: another time, or never (null). */
export async function postpone(ctx: Ctx, id: Id, problem: string, next: Date | null): Promise<void> {
  await run(
    ctx,
    sql`/* tax.postpone_check */ update tax_checks
           set problem = ${problem.slice(0, 200)}, next_attempt_at = ${next}::timestamptz,
               state = case when ${next}::timestamptz is null then 'by_hand' else 'waiting' end,
               settled_at = case when ${next}::timestamptz is null then ${ctx.now}::timestamptz end
         where organization_id = ${ctx.organization.id} and id = ${id} and state = 'waiting'`,
  );
}

type Answer = Pick<Check, 'requestId' | 'name' | 'address' | 'problem'> & { valid: boolean };

export async function keepAnswer(
  ctx: Ctx,
  id: Id,
  { valid, requestId, name, address, problem }: Answer,
): Promise<void> {
  await row(
    ctx,
    sql`/* tax.keep_answer */ update tax_checks
           set state = 'answered', valid = ${valid}, request_id = ${requestId}, name = ${name}, address = ${address}, problem = ${problem},
               next_attempt_at = null, settled_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id} and state = 'waiting' returning id`,
  );
}
