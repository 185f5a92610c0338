import { formatAmount, type Micros } from '@simwright/measure';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';
import { emit } from '../../../kit/outbox.ts';
import { refuse } from '../../../kit/refusal.ts';
import { taxDay } from '../../../tax/index.ts';
import { ownersOf } from '../../../tenancy/index.ts';
import type { NewTransfer } from '../../model.ts';
import { accountKey, openAccounts, post } from '../../service.ts';
import type { Wallet } from '../model.ts';
import { getWallet, type OwnedWallet } from '../reads.ts';
import { walletEvent } from '../told.ts';
import { closeLine, monthOf, type VatLine } from './model.ts';
import { lockWallets, vatAccounts } from './service.ts';
import * as store from './sql.ts';

/** A month is closed when it has been over so long: what began in it is posted by then. */
const restsMs = 3_600_000;
/** Wallets in one turn, each in a database transaction of its own. */
const closedAtOnce = 200;

/**
 * Closes the months that are over: VAT of each wallet, category and rate in whole smallest units, rounded once, and what was posted
 * beyond that goes to rounding. Returns how many wallets there were.
 */
export async function closeMonths(ctx: Ctx): Promise<number> {
  const month = monthOf(taxDay(ctx, new Date(ctx.now.getTime() - restsMs)));
  const due = await reading(ctx, (ctx) => store.walletsToClose(ctx, month, closedAtOnce));
  for (const id of due) await atomically(ctx, (ctx) => closeWallet(ctx, id, month));
  return due.length;
}

async function closeWallet(ctx: Ctx, walletId: Id, month: string): Promise<void> {
  const [wallet] = await lockWallets(ctx, [walletId]);
  const lines = (await store.openBefore(ctx, walletId, month)).map((line) => closeLine(line, ctx.now));
  if (!wallet || lines.length === 0) return;
  await store.closeLines(ctx, lines);
  const { currency } = wallet;
  const rounding = { kind: 'rounding' as const, ownerId: ctx.organization.id, currency };
  const account = (await openAccounts(ctx, [rounding])).get(accountKey(rounding))!;
  const vat = (await vatAccounts(ctx, [wallet])).get(currency)!;
  await post(
    ctx,
    lines.flatMap(({ id, roundingMicros }): NewTransfer[] => {
      if (roundingMicros === 0n) return [];
      const of = { key: `wallet_vat:${id}:rounding`, kind: 'vat' as const, at: ctx.now };
      return roundingMicros > 0n
        ? [{ ...of, to: vat, from: account, amountMicros: roundingMicros }]
        : [{ ...of, to: account, from: vat, amountMicros: -roundingMicros }];
    }),
  );
  await tellClosed(ctx, wallet, lines);
}

async function tellClosed(ctx: Ctx, wallet: Wallet, lines: VatLine[]): Promise<void> {
  const owner = (await ownersOf(ctx, [wallet.ownerId])).get(wallet.ownerId) ?? { companyId: null };
  await emit(
    ctx,
    monthsOf(lines).map(({ month, netMicros, vatMicros }) =>
      walletEvent(wallet, owner, 'wallet.vat_closed', {
        month: month.slice(0, 7),
        net: formatAmount(netMicros, wallet.currency),
        vat: formatAmount(vatMicros, wallet.currency),
      }),
    ),
  );
}

/** VAT of what a wallet spent in a month. */
export type VatMonth = { month: string; netMicros: Micros; vatMicros: Micros; closedAt: Date | null; lines: VatLine[] };

/** Lines put together by their months, in the order in which they come. */
export function monthsOf(lines: VatLine[]): VatMonth[] {
  return [...Map.groupBy(lines, ({ month }) => month)].map(([month, lines]) => ({
    ...{ month, lines, closedAt: lines[0]!.closedAt },
    netMicros: lines.reduce((sum, line) => sum + line.netMicros, 0n),
    vatMicros: lines.reduce((sum, line) => sum + line.vatMicros, 0n),
  }));
}

/** Lines that are shown: ten years, with a rate or two in each month. */
const mostLines = 240;

/** VAT of what a wallet spent, the latest month first. Refuses `wallet.not_found`. */
export async function vatOfWallet(ctx: Ctx, walletId: Id): Promise<OwnedWallet & { months: VatMonth[] }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, walletId);
    return { ...found, months: monthsOf(await store.listLines(ctx, walletId, {}, mostLines)) };
  });
}

/**
 * VAT of what a wallet spent in a month that is closed. Refuses `wallet.not_found`, `wallet_vat.not_found`, and `wallet_vat.month_open`.
 *
 * @param month `2026-11`
 */
export async function closedMonthOf(ctx: Ctx, walletId: Id, month: string): Promise<OwnedWallet & { month: VatMonth }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, walletId);
    const [one] = monthsOf(await store.listLines(ctx, walletId, { month: `${month}-01` }, mostLines));
    if (!one) throw refuse.notFound('wallet_vat', month);
    if (one.closedAt) return { ...found, month: one };
    throw refuse.conflict('wallet_vat.month_open', 'There is a receipt an hour after the month is over.');
  });
}
