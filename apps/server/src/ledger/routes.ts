import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, Timestamp } from '../kit/http/schemas.ts';
import * as tenancy from '../tenancy/index.ts';
import { ledgerAccountKinds, transferKinds } from './model.ts';
import { listAccounts, listEntries } from './service.ts';
import { type WalletHands, walletRoutes } from './wallets/routes.ts';

const kind = z.enum(ledgerAccountKinds);
const LedgerAccountReply = reply('LedgerAccount', {
  id: idOf('ledger_account'),
  kind,
  owner: z.object({
    type: z.enum(['organization', 'company']),
    id: z.union([idOf('company'), idOf('organization')]),
    name: z.string(),
  }),
  currency: Currency,
  balance: Amount.nullable().meta({ description: 'Null: a contra account, which keeps none.' }),
  floor: Amount.nullable().meta({ description: 'The balance no fee, purchase or refill takes it below.' }),
});
const EntryReply = reply('LedgerEntry', {
  transferId: idOf('transfer'),
  at: Timestamp,
  kind: z.enum(transferKinds),
  key: z.string().meta({ description: 'Names what was booked; the same key is booked once.' }),
  amount: Amount,
  balanceAfter: Amount.nullable(),
  currency: Currency,
});

export function ledgerRoutes(http: Http, hands: WalletHands): void {
  walletRoutes(http, hands);
  const common = { tags: ['Ledger'], permission: 'ledger.entry.view', scope: 'company' as const };
  const url = '/api/v1/ledger/accounts';
  const accounts = idCursor('ledger_accounts');
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listLedgerAccounts',
    summary: 'Ledger accounts and where they stand, oldest first',
    query: pageQuery({ company: idOf('company').optional(), kind: kind.optional() }),
    reply: { 200: pageOf(LedgerAccountReply, 'LedgerAccountPage') },
    handler: async (ctx, { query }) => {
      const after = accounts.read(query.cursor) ?? undefined;
      const filter = { ownerId: query.company, kind: query.kind };
      const found = await listAccounts(ctx, filter, { after, limit: query.limit + 1 });
      const companies = found.map((account) => account.ownerId).filter((id) => id !== ctx.organization.id);
      const names = await tenancy.companyNamesOf(ctx, companies);
      const shown = found.map(({ ownerId, balanceMicros, floorMicros, ...account }) => ({
        ...account,
        owner:
          ownerId === ctx.organization.id
            ? { type: 'organization' as const, id: ownerId, name: ctx.organization.name }
            : { type: 'company' as const, id: ownerId, name: names.get(ownerId) ?? '' },
        balance: balanceMicros === null ? null : amount(balanceMicros, account.currency),
        floor: floorMicros === null ? null : amount(floorMicros, account.currency),
      }));
      return pageFrom(shown, query.limit, (last) => accounts.write(last.id));
    },
  });
  const entries = idCursor('ledger_entries');
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id/entries`,
    name: 'listLedgerEntries',
    summary: 'Every movement of a ledger account, newest first',
    params: idParams('ledger_account'),
    query: pageQuery({}),
    reply: { 200: pageOf(EntryReply, 'LedgerEntryPage') },
    handler: async (ctx, { params, query }) => {
      const after = entries.read(query.cursor) ?? undefined;
      const { account, entries: found } = await listEntries(ctx, params.id, { after, limit: query.limit + 1 });
      const { currency } = account;
      const shown = found.map(({ amountMicros, balanceAfter, ...entry }) => ({
        ...entry,
        amount: amount(amountMicros, currency),
        balanceAfter: balanceAfter === null ? null : amount(balanceAfter, currency),
        currency,
      }));
      return pageFrom(shown, query.limit, (last) => entries.write(last.transferId));
    },
  });
}
