import type { Micros } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { listInvoices } from '../billing/index.ts';
import { partyOf, sellerOf } from '../documents/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { firstIdAt, type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { accountKey, findAccounts, findBalanceBefore, listEntries, type StoredEntry } from '../ledger/index.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { type Line, linesOf } from './model.ts';

/** Entries that one statement is made of; a bill has up to five. */
const mostEntries = 5_000;
const atOnce = 1_000;

export type NamedLine = Line & { reference: string };
export type Statement = {
  owner: Owner;
  currency: string;
  /** The first day and the last, in the organization's time zone. */
  days: { from: string; until: string };
  openingMicros: Micros;
  closingMicros: Micros;
  lines: NamedLine[];
};

/**
 * What a company owed, what was billed, credited and paid from the first day to the last, and what it owes then: its receivable in the ledger, entry by
 * entry. Refuses `account.not_found`, `statement.days_turned`, and `statement.too_long` above 5,000 entries.
 */
export async function statementOf(ctx: Ctx, ownerId: Id, days: Statement['days']): Promise<Statement> {
  if (days.until < days.from) {
    throw refuse.invalid('statement.days_turned', 'The last day is before the first.', {
      field: 'query.until',
      expected: `${days.from} or later`,
    });
  }
  return reading(ctx, async (ctx) => {
    const owner = (await ownersOf(ctx, [ownerId])).get(ownerId);
    if (!owner) throw refuse.notFound('account');
    const { currency } = owner;
    const wanted = { kind: 'receivable' as const, ownerId, currency };
    const accountId = (await findAccounts(ctx, [wanted])).get(accountKey(wanted));
    // Ids of transfers are in the order of their time.
    const [from, until] = [days.from, dayAfter(days.until)].map((day) => firstIdAt(startOf(ctx, day))) as [Id, Id];
    const balanceAt = async (id: Id) => (accountId && (await findBalanceBefore(ctx, accountId, id))) || 0n;
    const openingMicros = await balanceAt(from);
    const lines = linesOf(openingMicros, accountId ? await entriesOf(ctx, accountId, from, until) : []);
    const closingMicros = lines.at(-1)?.balanceMicros ?? openingMicros;
    assert(closingMicros === (await balanceAt(until)), 'a statement ends with the balance of the ledger');
    return { owner, currency, days, openingMicros, closingMicros, lines: await named(ctx, lines) };
  });
}

/** The first instant of a day in the organization's time zone. */
function startOf(ctx: Ctx, day: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(ctx.organization.timeZone).epochMilliseconds);
}

function dayAfter(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}

/** Entries of transfers from one id to before another. */
async function entriesOf(ctx: Ctx, accountId: Id, from: Id, until: Id): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for (let after = until; ; ) {
    const { entries } = await listEntries(ctx, accountId, { after, limit: atOnce });
    found.push(...entries.filter(({ transferId }) => transferId >= from));
    const last = entries.at(-1);
    if (entries.length < atOnce || !last || last.transferId < from) return found;
    if (found.length > mostEntries) {
      throw refuse.conflict('statement.too_long', 'That is more than one statement holds. Ask for fewer days.');
    }
    after = last.transferId;
  }
}

/** Bills by their numbers, payments and what went back by their ids. */
async function named(ctx: Ctx, lines: Line[]): Promise<NamedLine[]> {
  const bills = lines
    .filter(({ kind }) => kind === 'invoice' || kind === 'credit_note')
    .map(({ subjectId }) => subjectId!);
  const found = bills.length > 0 ? await listInvoices(ctx, { ids: [...new Set(bills)] }, { limit: bills.length }) : [];
  const numbers = new Map(found.map(({ id, number }) => [id, number]));
  return lines.map((line) => ({
    ...line,
    reference: referenceOf(line, numbers),
  }));
}

function referenceOf({ noun, subjectId }: Line, numbers: Map<Id, string>): string {
  if (subjectId === null || noun === null) return '';
  if (noun === 'invoice' || noun === 'credit_note') return numbers.get(subjectId) ?? publicId('invoice', subjectId);
  return publicId(noun, subjectId);
}

/** Who writes a statement, and to whom, as known now. */
export async function partiesOf(ctx: Ctx, ownerId: Id) {
  return { seller: await sellerOf(ctx), buyer: await partyOf(ctx, ownerId) };
}
