import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { nextLook } from '../model.ts';
import type { Card, CardState } from './model.ts';

const columns = sql`id, owner_id, owner_kind, company_id, provider_id, state, is_default, setup, reference, action_url, brand, last4,
  expiry_month, expiry_year, failure_code, failure_message, last_declined_at, attempts, next_attempt_at, created_at, made_by`;

/** Who its owner is at the provider stands in a table of its own. */
const customer = sql`(select c.reference from payment_customers c
   where c.organization_id = payment_methods.organization_id and c.provider_id = payment_methods.provider_id
     and c.owner_id = payment_methods.owner_id) as customer`;

export async function insertCard(ctx: Ctx, c: Card): Promise<void> {
  await run(
    ctx,
    sql`/* cards.insert */ insert into payment_methods (organization_id, ${columns})
        values (${ctx.organization.id}, ${c.id}, ${c.ownerId}, ${c.ownerKind}, ${c.companyId}, ${c.providerId}, ${c.state}, ${c.isDefault},
                ${c.setup}, ${c.reference}, ${c.actionUrl}, ${c.brand}, ${c.last4}, ${c.expiryMonth}, ${c.expiryYear}, ${c.failureCode},
                ${c.failureMessage}, ${c.lastDeclinedAt}, ${c.attempts}, ${c.nextAttemptAt}, ${c.createdAt}, ${c.madeBy})`,
  );
}

/** Writes what a card has become: everything of it that changes. */
export async function saveCard(ctx: Ctx, c: Card): Promise<void> {
  await run(
    ctx,
    sql`/* cards.save */ update payment_methods
           set state = ${c.state}, is_default = ${c.isDefault}, setup = ${c.setup}, reference = ${c.reference}, action_url = ${c.actionUrl},
               brand = ${c.brand}, last4 = ${c.last4}, expiry_month = ${c.expiryMonth}, expiry_year = ${c.expiryYear},
               failure_code = ${c.failureCode}, failure_message = ${c.failureMessage}, last_declined_at = ${c.lastDeclinedAt},
               next_attempt_at = ${c.nextAttemptAt}
         where organization_id = ${ctx.organization.id} and id = ${c.id}`,
  );
}

export type CardFilter = { ids?: Id[]; ownerId?: Id; companyId?: Id; states?: CardState[]; isDefault?: true };

/** Newest first. */
export async function listCards(ctx: Ctx, filter: CardFilter, page: { after?: Id; limit: number }): Promise<Card[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (scope.kind === 'company' && scope.endUserId) conditions.push(sql`owner_id = ${scope.endUserId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.isDefault) conditions.push(sql`is_default`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Card>(
    ctx,
    sql`/* cards.list */ select ${columns}, ${customer} from payment_methods where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** A card, ours until the database transaction ends. */
export async function lockCard(ctx: Ctx, id: Id): Promise<Card | null> {
  return row<Card>(
    ctx,
    sql`/* cards.lock */ select ${columns}, ${customer} from payment_methods
         where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** One writer of an account's cards at a time: which is the default, and how many there are, is judged before it changes. */
export async function lockCardsOf(ctx: Ctx, ownerId: Id): Promise<void> {
  await rows(
    ctx,
    sql`/* cards.lock_owner */ select pg_advisory_xact_lock(hashtextextended(${`cards ${ctx.organization.id} ${ownerId}`}, 0))`,
  );
}

/** The account has no default card any more. */
export async function clearDefault(ctx: Ctx, ownerId: Id): Promise<void> {
  await run(
    ctx,
    sql`/* cards.clear_default */ update payment_methods set is_default = false
         where organization_id = ${ctx.organization.id} and owner_id = ${ownerId} and is_default`,
  );
}

/** Takes cards that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimDue(ctx: Ctx, providerId: Id, limit: number, until: Date): Promise<Card[]> {
  return rows<Card>(
    ctx,
    sql`/* cards.claim */ with due as (
          select id as due_id from payment_methods
           where organization_id = ${ctx.organization.id} and provider_id = ${providerId} and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update payment_methods set attempts = least(attempts + 1, 1000), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}, ${customer}`,
  );
}

/** Nothing new: the next look comes when it is time, and not when the lease ends. */
export async function lookLater(ctx: Ctx, { id, attempts }: Card): Promise<void> {
  await run(
    ctx,
    sql`/* cards.look_later */ update payment_methods set next_attempt_at = ${nextLook(attempts, ctx.now)}
         where organization_id = ${ctx.organization.id} and id = ${id} and next_attempt_at is not null`,
  );
}

/** Nothing is left to ask. */
export async function rest(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* cards.rest */ update payment_methods set next_attempt_at = null where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Keeps who an account is at a provider, the first that is told. */
export async function keepCustomer(
  ctx: Ctx,
  customer: { providerId: Id; ownerId: Id; reference: string },
): Promise<void> {
  await run(
    ctx,
    sql`/* cards.keep_customer */ insert into payment_customers (organization_id, provider_id, owner_id, reference, created_at)
        values (${ctx.organization.id}, ${customer.providerId}, ${customer.ownerId}, ${customer.reference}, ${ctx.now})
        on conflict (organization_id, provider_id, owner_id) do nothing`,
  );
}

/** Marks what a bank said when the card was charged. */
export async function noteDecline(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* cards.note_decline */ update payment_methods set last_declined_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}
