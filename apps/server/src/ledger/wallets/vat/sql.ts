import { bigints, texts, uuids } from '../../../kit/arrays.ts';
import { boundTo, type Ctx } from '../../../kit/ctx.ts';
import { nothing, row, rows, run, sql } from '../../../kit/db.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import type { Tax } from '../../../tax/index.ts';
import type { VatAt, VatLine } from './model.ts';

const columns = sql`v.id, v.wallet_id, v.month::text as month, v.category, v.rate_ppm, v.reason, v.net_micros, v.vat_micros, v.rounding_micros, v.closed_at`;

/**
 * The lines of a month for wallets that are locked, each at the rate that applies to it; made where there is none. What is posted after a
 * month was closed counts in the next.
 */
export async function openLines(
  ctx: Ctx,
  month: string,
  wanted: { walletId: Id; tax: Pick<Tax, 'category' | 'ratePpm' | 'reason'> }[],
): Promise<VatLine[]> {
  return rows<VatLine>(
    ctx,
    sql`/* wallet_vat.open_lines */ insert into wallet_vat as v (organization_id, id, wallet_id, month, category, rate_ppm, reason, net_micros, vat_micros)
        select ${ctx.organization.id}, u.id, u.wallet,
               greatest(${month}::date, (select (max(c.month) + interval '1 month')::date from wallet_vat c
                                          where c.organization_id = ${ctx.organization.id} and c.wallet_id = u.wallet and c.closed_at is not null)),
               u.category, u.rate::int, u.reason, 0, 0
          from unnest(${uuids(wanted.map(() => newId(ctx)))}::uuid[], ${uuids(wanted.map((w) => w.walletId))}::uuid[],
                      ${texts(wanted.map((w) => w.tax.category))}::text[], ${bigints(wanted.map((w) => BigInt(w.tax.ratePpm)))}::bigint[],
                      ${texts(wanted.map((w) => w.tax.reason))}::text[]) as u(id, wallet, category, rate, reason)
        on conflict (organization_id, wallet_id, month, category, rate_ppm) do update set reason = excluded.reason
        returning ${columns}`,
  );
}

/** Keeps lines of an open month. Returns how many were. */
export async function saveLines(ctx: Ctx, lines: VatLine[]): Promise<number> {
  return run(
    ctx,
    sql`/* wallet_vat.save_lines */ update wallet_vat v set net_micros = u.net, vat_micros = u.vat
          from unnest(${uuids(lines.map((l) => l.id))}::uuid[], ${bigints(lines.map((l) => l.netMicros))}::bigint[],
                      ${bigints(lines.map((l) => l.vatMicros))}::bigint[]) as u(id, net, vat)
         where v.organization_id = ${ctx.organization.id} and v.id = u.id and v.closed_at is null`,
  );
}

export async function closeLines(ctx: Ctx, lines: VatLine[]): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_vat.close_lines */ update wallet_vat v set vat_micros = u.vat, rounding_micros = u.rounding, closed_at = ${ctx.now}
          from unnest(${uuids(lines.map((l) => l.id))}::uuid[], ${bigints(lines.map((l) => l.vatMicros))}::bigint[],
                      ${bigints(lines.map((l) => l.roundingMicros))}::bigint[]) as u(id, vat, rounding)
         where v.organization_id = ${ctx.organization.id} and v.id = u.id and v.closed_at is null`,
  );
}

/** The open lines of a wallet of months before this one; the wallet is locked, so they stay as they are. */
export async function openBefore(ctx: Ctx, walletId: Id, month: string): Promise<VatLine[]> {
  return rows<VatLine>(
    ctx,
    sql`/* wallet_vat.open_before */ select ${columns} from wallet_vat v
         where v.organization_id = ${ctx.organization.id} and v.wallet_id = ${walletId} and v.month < ${month}::date and v.closed_at is null
         order by v.month, v.category, v.rate_ppm`,
  );
}

/** Wallets with an open line of a month before this one. */
export async function walletsToClose(ctx: Ctx, month: string, limit: number): Promise<Id[]> {
  const found = await rows<{ walletId: Id }>(
    ctx,
    sql`/* wallet_vat.wallets_to_close */ select distinct v.wallet_id from wallet_vat v
         where v.organization_id = ${ctx.organization.id} and v.month < ${month}::date and v.closed_at is null limit ${limit}`,
  );
  return found.map(({ walletId }) => walletId);
}

/** What these wallets spent is taxed from now on. */
export async function clearUntaxed(ctx: Ctx, walletIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_vat.clear_untaxed */ update ledger_accounts set untaxed_micros = 0, untaxed_since = null
         where organization_id = ${ctx.organization.id} and id = any(${uuids(walletIds)}::uuid[])`,
  );
}

/** Counts what corrections take from wallets that bear VAT when they are spent, or give back; other accounts have nothing to count. */
export async function addUntaxed(ctx: Ctx, sums: { account: Id; amount: bigint }[]): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_vat.add_untaxed */ update ledger_accounts t
           set untaxed_micros = t.untaxed_micros + u.amount, untaxed_since = coalesce(t.untaxed_since, ${ctx.now}::timestamptz)
          from unnest(${uuids(sums.map((s) => s.account))}::uuid[], ${bigints(sums.map((s) => s.amount))}::bigint[]) as u(id, amount)
         where t.organization_id = ${ctx.organization.id} and t.id = u.id and t.kind = 'wallet' and t.vat_at = 'spending'`,
  );
}

/** Wallets whose VAT has waited since `before`, or that it may take to their floor: VAT is never more than what it is on. */
export async function dueWallets(ctx: Ctx, before: Date, limit: number): Promise<Id[]> {
  const found = await rows<{ id: Id }>(
    ctx,
    sql`/* wallet_vat.due_wallets */ select w.id from ledger_accounts w
         where w.organization_id = ${ctx.organization.id} and w.untaxed_since is not null
           and (w.untaxed_since <= ${before}::timestamptz
                or (w.untaxed_micros > 0 and -w.balance_micros > coalesce(w.floor_micros, 0)
                    and -w.balance_micros - coalesce(w.floor_micros, 0) <= w.untaxed_micros))
         order by w.untaxed_since limit ${limit}`,
  );
  return found.map(({ id }) => id);
}

/** Lines of a wallet, the latest month first. A company sees its own. */
export async function listLines(ctx: Ctx, walletId: Id, filter: { month?: string }, limit: number): Promise<VatLine[]> {
  const own = boundTo(ctx.actor);
  return rows<VatLine>(
    ctx,
    sql`/* wallet_vat.list */ select ${columns} from wallet_vat v
          join ledger_accounts a on a.organization_id = v.organization_id and a.id = v.wallet_id
         where v.organization_id = ${ctx.organization.id} and v.wallet_id = ${walletId} ${own ? sql`and a.owner_id = ${own}` : nothing}
           ${filter.month ? sql`and v.month = ${filter.month}::date` : nothing}
         order by v.month desc, v.category, v.rate_ppm limit ${limit}`,
  );
}

export async function setVatAt(ctx: Ctx, walletId: Id, vatAt: VatAt): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_vat.set */ update ledger_accounts set vat_at = ${vatAt} where organization_id = ${ctx.organization.id} and id = ${walletId}`,
  );
}

/** What new wallets get; null: nobody has set it. */
export async function findSetting(ctx: Ctx): Promise<VatAt | null> {
  const found = await row<{ vatAt: VatAt }>(
    ctx,
    sql`/* wallet_vat.find_setting */ select vat_at from wallet_settings where organization_id = ${ctx.organization.id}`,
  );
  return found?.vatAt ?? null;
}

export async function saveSetting(ctx: Ctx, vatAt: VatAt): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_vat.save_setting */ insert into wallet_settings (organization_id, vat_at, set_at, set_by)
        values (${ctx.organization.id}, ${vatAt}, ${ctx.now}, ${ctx.actor.name})
        on conflict (organization_id) do update set vat_at = excluded.vat_at, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}
