import type { Micros } from '@simwright/measure';
import { uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { AttemptState, PayerKind, Reason } from './model.ts';

export type State = 'on' | 'suspended' | 'off';

/** What refills a line or a wallet by itself. */
export type AutoRefill = {
  id: Id;
  lineId: Id | null;
  walletId: Id | null;
  /** Whose the line or wallet was when it was set. */
  ownerId: Id;
  companyId: Id | null;
  state: State;
  lowBytes: bigint | null;
  optionId: string | null;
  lowMicros: Micros | null;
  amountMicros: Micros | null;
  upToMicros: Micros | null;
  currency: string;
  payers: PayerKind[];
  cooldownMinutes: number;
  dailyCapMicros: Micros | null;
  monthlyCapMicros: Micros | null;
  countsFrom: Date;
  reason: Reason | null;
  reasonUntil: Date | null;
  waitsWalletId: Id | null;
  lookedAt: Date | null;
  dueAt: Date | null;
  setAt: Date;
  setBy: string;
};

const columns = sql`id, line_id, wallet_id, owner_id, company_id, state, low_bytes, option_id, low_micros, amount_micros, up_to_micros, currency,
  payers, cooldown_minutes, daily_cap_micros, monthly_cap_micros, counts_from, reason, reason_until, waits_wallet_id, looked_at, due_at,
  set_at, set_by`;

/** Writes settings: new ones, or in the place of those that the line or wallet has. */
export async function put(ctx: Ctx, a: AutoRefill): Promise<AutoRefill> {
  const written = await row<AutoRefill>(
    ctx,
    sql`/* autorefill.put */ insert into auto_refills as a (organization_id, ${columns})
        values (${ctx.organization.id}, ${a.id}, ${a.lineId}, ${a.walletId}, ${a.ownerId}, ${a.companyId}, ${a.state}, ${a.lowBytes},
                ${a.optionId}, ${a.lowMicros}, ${a.amountMicros}, ${a.upToMicros}, ${a.currency}, ${a.payers}, ${a.cooldownMinutes},
                ${a.dailyCapMicros}, ${a.monthlyCapMicros}, ${a.countsFrom}, ${a.reason}, ${a.reasonUntil}, ${a.waitsWalletId},
                ${a.lookedAt}, ${a.dueAt}, ${a.setAt}, ${a.setBy})
        on conflict (organization_id, ${a.lineId ? sql`line_id) where line_id is not null` : sql`wallet_id) where wallet_id is not null`} do update
           set owner_id = excluded.owner_id, company_id = excluded.company_id, state = excluded.state, low_bytes = excluded.low_bytes,
               option_id = excluded.option_id, low_micros = excluded.low_micros, amount_micros = excluded.amount_micros,
               up_to_micros = excluded.up_to_micros, currency = excluded.currency, payers = excluded.payers,
               cooldown_minutes = excluded.cooldown_minutes, daily_cap_micros = excluded.daily_cap_micros,
               monthly_cap_micros = excluded.monthly_cap_micros, counts_from = excluded.counts_from, reason = excluded.reason,
               reason_until = excluded.reason_until, waits_wallet_id = excluded.waits_wallet_id, due_at = excluded.due_at,
               set_at = excluded.set_at, set_by = excluded.set_by
        returning ${columns}`,
  );
  return written!;
}

/** Writes what a look made of it. */
export async function saveLook(ctx: Ctx, a: AutoRefill): Promise<void> {
  await run(
    ctx,
    sql`/* autorefill.save_look */ update auto_refills
           set state = ${a.state}, counts_from = ${a.countsFrom}, reason = ${a.reason}, reason_until = ${a.reasonUntil},
               waits_wallet_id = ${a.waitsWalletId}, looked_at = ${a.lookedAt}, due_at = ${a.dueAt}
         where organization_id = ${ctx.organization.id} and id = ${a.id}`,
  );
}

export type Filter = {
  ids?: Id[];
  lineId?: Id;
  walletId?: Id;
  companyId?: Id;
  ownerId?: Id;
  states?: State[];
  /** What the last look found in the way. */
  reasons?: Reason[];
  /** Those of any of these lines or holders. */
  found?: { lineIds: Id[]; ownerIds: Id[] };
};

/** Newest first, of those that the caller may see. */
export async function list(ctx: Ctx, filter: Filter, page: { after?: Id; limit: number }): Promise<AutoRefill[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (scope.kind === 'company' && scope.endUserId) conditions.push(sql`owner_id = ${scope.endUserId}`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.lineId) conditions.push(sql`line_id = ${filter.lineId}`);
  if (filter.walletId) conditions.push(sql`wallet_id = ${filter.walletId}`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.reasons) conditions.push(sql`reason = any(${filter.reasons}::text[])`);
  if (filter.found) {
    const { lineIds, ownerIds } = filter.found;
    conditions.push(sql`(line_id = any(${uuids(lineIds)}::uuid[]) or owner_id = any(${uuids(ownerIds)}::uuid[]))`);
  }
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<AutoRefill>(
    ctx,
    sql`/* autorefill.list */ select ${columns} from auto_refills where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** Ours until the database transaction ends. */
export async function lock(ctx: Ctx, id: Id): Promise<AutoRefill | null> {
  return row<AutoRefill>(
    ctx,
    sql`/* autorefill.lock */ select ${columns} from auto_refills where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** Takes those that somebody is to look at, by pushing their next look to `until`. */
export async function claimDue(ctx: Ctx, limit: number, until: Date): Promise<AutoRefill[]> {
  return rows<AutoRefill>(
    ctx,
    sql`/* autorefill.claim */ with due as (
          select id as due_id from auto_refills where organization_id = ${ctx.organization.id} and due_at <= ${ctx.now}
           order by due_at, id limit ${limit} for no key update skip locked)
        update auto_refills set due_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}`,
  );
}

/** Which of them are to be looked at now. */
export type Which = { lineId: Id } | { walletId: Id } | { waitsFor: Id };

/** Asks for a look at once; of many that wait for one wallet, at the thousand that were looked at longest ago. */
export async function askLook(ctx: Ctx, which: Which): Promise<void> {
  const condition =
    'lineId' in which
      ? sql`line_id = ${which.lineId}`
      : 'walletId' in which
        ? sql`wallet_id = ${which.walletId}`
        : sql`waits_wallet_id = ${which.waitsFor}`;
  await run(
    ctx,
    sql`/* autorefill.ask_look */ update auto_refills set due_at = ${ctx.now}
         where organization_id = ${ctx.organization.id}
           and id in (select id from auto_refills
                       where organization_id = ${ctx.organization.id} and ${condition} and due_at > ${ctx.now}
                       order by looked_at nulls first, id limit 1000 for no key update)`,
  );
}

export type Attempt = {
  id: Id;
  autoRefillId: Id;
  state: AttemptState;
  /** Bytes of a line, micro-minor units of a wallet. */
  had: bigint;
  pending: bigint;
  payer: PayerKind | null;
  paymentId: Id | null;
  times: number | null;
  currency: string;
  grossMicros: Micros;
  reason: string | null;
  message: string | null;
  /** In the organization's time zone. */
  day: string;
  createdAt: Date;
  settledAt: Date | null;
};

const attemptColumns = sql`id, auto_refill_id, state, had, pending, payer, payment_id, times, currency, gross_micros, reason, message, day,
  created_at, settled_at`;

/** False: one of it is open already. */
export async function insertAttempt(ctx: Ctx, a: Attempt): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* autorefill.insert_attempt */ insert into auto_refill_attempts (organization_id, ${attemptColumns})
        values (${ctx.organization.id}, ${a.id}, ${a.autoRefillId}, ${a.state}, ${a.had}, ${a.pending}, ${a.payer}, ${a.paymentId}, ${a.times},
                ${a.currency}, ${a.grossMicros}, ${a.reason}, ${a.message}, ${a.day}, ${a.createdAt}, ${a.settledAt})
        on conflict (organization_id, auto_refill_id) where settled_at is null do nothing`,
  );
  return inserted === 1;
}

export async function saveAttempt(ctx: Ctx, a: Attempt): Promise<void> {
  await run(
    ctx,
    sql`/* autorefill.save_attempt */ update auto_refill_attempts
           set state = ${a.state}, reason = ${a.reason}, message = ${a.message}, settled_at = ${a.settledAt}
         where organization_id = ${ctx.organization.id} and id = ${a.id}`,
  );
}

/** Attempts, newest first. @param filter.since those from then on, and what is open */
export async function listAttempts(
  ctx: Ctx,
  filter: { of?: Id[]; paymentId?: Id; since?: Date },
  page: { after?: Id; limit: number },
): Promise<Attempt[]> {
  return rows<Attempt>(
    ctx,
    sql`/* autorefill.attempts */ select ${attemptColumns} from auto_refill_attempts
         where organization_id = ${ctx.organization.id}
           ${filter.of ? sql`and auto_refill_id = any(${uuids(filter.of)}::uuid[])` : nothing}
           ${filter.paymentId ? sql`and payment_id = ${filter.paymentId}` : nothing}
           ${filter.since ? sql`and (created_at >= ${filter.since} or settled_at is null)` : nothing}
           ${page.after ? sql`and id < ${page.after}` : nothing}
         order by id desc limit ${page.limit}`,
  );
}

/** What was charged on a day and in its month, and what may still be; a failed charge took nothing. */
export async function spentOf(
  ctx: Ctx,
  autoRefillId: Id,
  { today, monthBegan }: { today: string; monthBegan: string },
): Promise<{ dayMicros: Micros; monthMicros: Micros; today: number }> {
  const found = await row<{ dayMicros: string; monthMicros: string; today: number }>(
    ctx,
    sql`/* autorefill.spent */ select
          coalesce(sum(gross_micros) filter (where day = ${today}::date and state in ('open', 'action_needed', 'succeeded')), 0)::text as day_micros,
          coalesce(sum(gross_micros) filter (where state in ('open', 'action_needed', 'succeeded')), 0)::text as month_micros,
          count(*) filter (where day = ${today}::date and state <> 'none')::int as today
        from auto_refill_attempts
       where organization_id = ${ctx.organization.id} and auto_refill_id = ${autoRefillId} and day >= ${monthBegan}::date`,
  );
  return {
    dayMicros: BigInt(found!.dayMicros),
    monthMicros: BigInt(found!.monthMicros),
    today: found!.today,
  };
}

/** Those that a card could be charged for: of its owner, or of end users of that company. A thousand at most. */
export async function listPaidByCardsOf(ctx: Ctx, ownerId: Id): Promise<AutoRefill[]> {
  return rows<AutoRefill>(
    ctx,
    sql`/* autorefill.paid_by_cards */ select ${columns} from auto_refills
         where organization_id = ${ctx.organization.id} and state <> 'off'
           and ((owner_id = ${ownerId} and 'own_card' = any(payers)) or (company_id = ${ownerId} and 'company_card' = any(payers)))
         order by id limit 1000 for no key update`,
  );
}
