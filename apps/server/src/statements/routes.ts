import { formatAmount } from '@simwright/measure';
import { z } from 'zod';
import { drawStatement, sendFile } from '../documents/index.ts';
import { byteOrderMark, csvLine } from '../kit/csv/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Currency, idParams, reply, Timestamp } from '../kit/http/schemas.ts';
import { type IdKind, publicId } from '../kit/ids.ts';
import { taxDay } from '../tax/index.ts';
import { lineKinds, type Noun } from './model.ts';
import { type NamedLine, partiesOf, type Statement, statementOf } from './service.ts';

const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay, { error: 'a day, like 2026-01-31' })
  .meta({ example: '2026-01-31' });
const query = z.strictObject({
  from: Day.optional().meta({
    description: 'The first day, in the organization’s time zone; that of the present quarter unless told otherwise.',
  }),
  until: Day.optional().meta({ description: 'The last day; today unless told otherwise.' }),
});
const StatementReply = reply('Statement', {
  ...{ company: z.string(), name: z.string(), currency: Currency, from: z.string(), until: z.string() },
  opening: Amount.meta({ description: 'What was owed before the first day; below zero, what was paid ahead.' }),
  closing: Amount,
  lines: z.array(
    z.object({
      ...{ at: Timestamp, kind: z.enum(lineKinds), reference: z.string() },
      subject: z
        .string()
        .nullable()
        .meta({ description: 'Id of the invoice, the credit note, the payment, the refund or the payout.' }),
      amount: Amount.meta({ description: 'What is owed more; below zero: less.' }),
      balance: Amount.meta({ description: 'What is owed after it.' }),
    }),
  ),
});

const subjectKinds: Record<Noun, IdKind> = {
  ...{ invoice: 'invoice', credit_note: 'invoice', payment: 'payment', refund: 'refund', payout: 'payout' },
};

/** Statements of account: what a company owed, was billed, and paid. */
export function statementRoutes(http: Http): void {
  const seen = {
    ...{ tags: ['Invoices'], permission: 'billing.invoice.view', scope: 'company' as const, method: 'GET' as const },
    ...{ params: idParams('company'), query },
  };
  const url = '/api/v1/companies/:id/statement';
  route(http, {
    ...{ ...seen, url, name: 'getStatement', reply: { 200: StatementReply } },
    summary: 'The statement of account of a company: what it owed, was billed, and paid',
    handler: async (ctx, { params, query }) => shown(await statementOf(ctx, params.id, daysOf(ctx, query))),
  });
  route(http, {
    ...{ ...seen, url: `${url}.csv`, name: 'getStatementAsCsv', reply: { 200: null }, download: 'text/csv' },
    summary: 'The statement of account of a company as CSV',
    handler: async (ctx, { params, query }, { reply }) => {
      const statement = await statementOf(ctx, params.id, daysOf(ctx, query));
      sendFile(reply, 'text/csv; charset=utf-8', `${nameOf(statement)}.csv`, csvOf(statement));
    },
  });
  route(http, {
    ...{ ...seen, url: `${url}.pdf`, name: 'getStatementAsPdf', reply: { 200: null }, download: 'application/pdf' },
    summary: 'The statement of account of a company as PDF, in its language',
    handler: async (ctx, { params, query }, { reply }) => {
      const statement = await statementOf(ctx, params.id, daysOf(ctx, query));
      const { seller, buyer } = await partiesOf(ctx, params.id);
      const drawn = {
        ...{
          currency: statement.currency,
          language: buyer.language,
          issuedOn: taxDay(ctx, ctx.now),
          days: statement.days,
        },
        ...{ seller: seller.party, buyer: buyer.party, payment: seller, footer: seller.footer, logo: seller.logo },
        ...{ openingMicros: `${statement.openingMicros}`, closingMicros: `${statement.closingMicros}` },
        lines: statement.lines.map((line) => ({
          ...{ day: taxDay(ctx, line.at), kind: line.kind, reference: line.reference },
          ...{ amountMicros: `${line.amountMicros}`, balanceMicros: `${line.balanceMicros}` },
        })),
      };
      sendFile(reply, 'application/pdf', `${nameOf(statement)}.pdf`, await drawStatement(ctx, drawn));
    },
  });
}

/** The days asked for; the present quarter up to today where nothing was. */
function daysOf(ctx: Ctx, asked: z.output<typeof query>): Statement['days'] {
  const today = taxDay(ctx, ctx.now);
  const month = Number(today.slice(5, 7));
  const quarter = `${today.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
  return { from: asked.from ?? quarter, until: asked.until ?? today };
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function nameOf({ days }: Statement): string {
  return `statement-${days.from}-${days.until}`;
}

function shown({ owner, currency, days, openingMicros, closingMicros, lines }: Statement) {
  const plain = (line: NamedLine) => ({
    ...{ at: line.at, kind: line.kind, reference: line.reference },
    subject: line.subjectId && line.noun && publicId(subjectKinds[line.noun], line.subjectId),
    ...{ amount: amount(line.amountMicros, currency), balance: amount(line.balanceMicros, currency) },
  });
  return {
    ...{ company: publicId('company', owner.id), name: owner.name, currency, ...days },
    ...{ opening: amount(openingMicros, currency), closing: amount(closingMicros, currency) },
    lines: lines.map(plain),
  };
}

/** Opening and closing balance are rows like the others, so that the column of amounts adds up to the last balance. */
function csvOf({ currency, days, openingMicros, closingMicros, lines }: Statement): string {
  const figure = (micros: bigint) => formatAmount(micros, currency);
  const rows = [
    ['date', 'kind', 'reference', 'amount', 'balance', 'currency'],
    [days.from, 'opening', '', figure(openingMicros), figure(openingMicros), currency],
    ...lines.map(({ at, kind, reference, amountMicros, balanceMicros }) => [
      ...[at.toISOString(), kind, reference, figure(amountMicros), figure(balanceMicros), currency],
    ]),
    [days.until, 'closing', '', '', figure(closingMicros), currency],
  ];
  return byteOrderMark + rows.map((row) => csvLine(row)).join('');
}
