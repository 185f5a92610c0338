import type { Micros } from '@simwright/measure';
import { z } from 'zod';
import type { Http } from '../../../kit/http/app.ts';
import { route } from '../../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp } from '../../../kit/http/schemas.ts';
import { categories, percentOf } from '../../../tax/index.ts';
import { VatAtField } from '../schemas.ts';
import { type VatMonth, vatOfWallet } from './months.ts';
import { setVatAt, vatAtOf } from './settings.ts';

const WalletVat = reply('WalletVat', {
  wallet: idOf('wallet'),
  currency: Currency,
  items: z.array(
    z.object({
      month: z.string().meta({ description: '`2026-11`, in the time zone of the organization.' }),
      net: Amount.meta({ description: 'Usage and fees.' }),
      vat: Amount.meta({ description: 'Posted so far; in whole smallest units when the month is closed.' }),
      gross: Amount,
      closedAt: Timestamp.nullable().meta({ description: 'An hour after the month is over; then it has a receipt.' }),
      lines: z.array(
        z.object({
          category: z.enum(categories),
          percent: z.string().meta({ description: '`21`, or `7.7`.' }),
          ...{ net: Amount, vat: Amount, reason: z.string() },
        }),
      ),
    }),
  ),
});

const vatAt = VatAtField.meta({
  description: 'When wallets that are opened from now on bear VAT: when they are refilled, or when they are spent.',
});
const WalletSettings = reply('WalletSettings', { vatAt });

/** VAT of wallets: when they bear it, and what they bore in each month. */
export function vatRoutes(http: Http): void {
  const tags = ['Wallets'];
  route(http, {
    tags,
    ...{ permission: 'ledger.wallet.view', scope: 'company' },
    method: 'GET',
    url: '/api/v1/wallets/:id/vat',
    name: 'getWalletVat',
    endUsers: true,
    summary: 'VAT of what a wallet spent, month by month, the latest first',
    params: idParams('wallet'),
    reply: { 200: WalletVat },
    handler: async (ctx, { params }) => {
      const { wallet, months } = await vatOfWallet(ctx, params.id);
      const { id, currency } = wallet;
      return { wallet: id, currency, items: months.map((month) => shownMonth(month, currency)) };
    },
  });
  const settings = { tags, scope: 'organization' as const, url: '/api/v1/wallet-settings' };
  route(http, {
    ...settings,
    permission: 'ledger.wallet.view',
    method: 'GET',
    name: 'getWalletSettings',
    summary: 'When new wallets bear VAT',
    query: z.strictObject({}),
    reply: { 200: WalletSettings },
    handler: async (ctx) => ({ vatAt: await vatAtOf(ctx) }),
  });
  route(http, {
    ...settings,
    permission: 'tenancy.organization.edit',
    method: 'PUT',
    name: 'setWalletSettings',
    summary: 'Set when new wallets bear VAT; those that are open keep theirs',
    body: request('SetWalletSettings', { vatAt }),
    reply: { 200: WalletSettings },
    handler: async (ctx, { body }) => {
      await setVatAt(ctx, body.vatAt);
      return { vatAt: await vatAtOf(ctx) };
    },
  });
}

function shownMonth({ month, netMicros, vatMicros, closedAt, lines }: VatMonth, currency: string) {
  const money = (micros: Micros) => amount(micros, currency);
  return {
    ...{ month: month.slice(0, 7), closedAt },
    ...{ net: money(netMicros), vat: money(vatMicros), gross: money(netMicros + vatMicros) },
    lines: lines.map(({ category, ratePpm, reason, netMicros, vatMicros }) => ({
      ...{ category, percent: percentOf(ratePpm), reason, net: money(netMicros), vat: money(vatMicros) },
    })),
  };
}
