import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { idOf, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { type IdKind, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { categories, percentOf, type Category as TaxCategory } from './model.ts';
import { type AccountTax, getTax, type NewRate, recordCheck, setNumber, setRate, taxDay } from './service.ts';
import { askVies } from './vies/checks.ts';
import type { Check } from './vies/sql.ts';

const account = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const Category = z.enum(categories).meta({
  description:
    'Why VAT is asked for or not (UNCL5305, EN 16931): S standard, Z zero rated, E exempt, AE reverse charge, K inside the EU, G export, O outside the scope.',
});
const Percent = z
  .string()
  .regex(/^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/, {
    error: 'a percentage of at most four decimals, like "21" or "7.7"',
  })
  .meta({ example: '21' });
const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay, { error: 'a day, like 2026-01-31' })
  .meta({ example: '2026-01-31' });

const SetTaxRate = request('SetTaxRate', {
  category: Category.nullable().meta({ description: 'Null: what applies to the account above it.' }),
  percent: Percent.optional().meta({ description: 'With category S, and only with it.' }),
  validFrom: Day.optional().meta({ description: 'Today, unless given. The past keeps its rate.' }),
  reason: z.string().max(500).optional().meta({ description: 'Why no VAT is asked for, as documents say it.' }),
});
const SetTaxNumber = request('SetTaxNumber', {
  country: z.string().regex(/^[A-Z]{2}$/, { error: 'two capital letters, like NL; EL is Greece, XI Northern Ireland' }),
  number: z
    .string()
    .regex(/^[0-9A-Z+*]{2,20}$/, { error: 'the number without its country: 2 to 20 capital letters and digits' }),
});
const RecordTaxCheck = request('RecordTaxCheck', {
  valid: z.boolean(),
  reference: z.string().max(200).optional().meta({ description: 'What proves it: a consultation number, a document.' }),
});

const ShownTax = reply('AccountTax', {
  account: z.string(),
  category: Category,
  percent: z.string(),
  reason: z.string(),
  from: z.string().nullable().meta({ description: 'Whose rate that is; null: nobody has set one.' }),
  number: z
    .object({
      country: z.string(),
      number: z.string(),
      valid: z.boolean().nullable().meta({ description: 'Null: not checked.' }),
      checkedAt: Timestamp.nullable(),
      checkedHow: z.enum(['vies', 'manual']).nullable(),
      checkedBy: z.string().nullable(),
      reference: z.string(),
    })
    .nullable(),
  checks: z
    .array(
      z.object({
        number: z.string(),
        state: z.enum(['waiting', 'answered', 'by_hand']).meta({
          description: 'by_hand: VIES could not tell, and somebody has to find out.',
        }),
        attempts: z.int().min(0).max(1_000_000_000),
        nextAttemptAt: Timestamp.nullable(),
        problem: z.string().nullable().meta({ description: 'What VIES said last instead of an answer.' }),
        valid: z.boolean().nullable(),
        requestId: z.string().meta({ description: 'The consultation number, which proves the check.' }),
        name: z.string(),
        address: z.string(),
        askedAt: Timestamp,
        askedBy: z.string(),
        settledAt: Timestamp.nullable(),
      }),
    )
    .meta({ description: 'At VIES, the newest first.' }),
  rates: z
    .array(
      z.object({
        validFrom: z.string(),
        category: Category.nullable(),
        percent: z.string().nullable(),
        reason: z.string(),
        setAt: Timestamp,
        setBy: z.string(),
      }),
    )
    .meta({ description: 'Set for this very account, the latest first.' }),
});

/** What accounts pay in VAT, and their VAT numbers. */
export function taxRoutes(http: Http): void {
  const tags = ['Tax'];
  const url = '/api/v1/tax/:account';
  const params = z.strictObject({ account });
  const edited = { permission: 'tax.rate.edit', scope: 'organization' as const };
  const replied = { tags, params, reply: { 200: ShownTax } };
  route(http, {
    ...replied,
    ...{ permission: 'tax.rate.view', scope: 'company' },
    method: 'GET',
    url,
    name: 'getTax',
    summary: 'The VAT that an account pays, since when, and its VAT number',
    handler: async (ctx, { params }) => shown(await getTax(ctx, params.account)),
  });
  route(http, {
    ...replied,
    ...edited,
    method: 'POST',
    url: `${url}/rates`,
    name: 'setTaxRate',
    summary: 'Set the VAT of an account from a day on',
    body: SetTaxRate,
    handler: async (ctx, { params, body }) => shown(await setRate(ctx, params.account, readRate(ctx, body))),
  });
  route(http, {
    ...replied,
    ...edited,
    method: 'PUT',
    url: `${url}/number`,
    name: 'setTaxNumber',
    summary: 'Set the VAT number of an account; it is to be checked then',
    body: SetTaxNumber,
    handler: async (ctx, { params, body }) => shown(await setNumber(ctx, params.account, body)),
  });
  route(http, {
    ...replied,
    ...edited,
    method: 'POST',
    url: `${url}/number/checks`,
    name: 'recordTaxNumberCheck',
    summary: 'Keep what a check of the VAT number by hand has said',
    body: RecordTaxCheck,
    handler: async (ctx, { params, body }) =>
      shown(
        await recordCheck(ctx, params.account, { valid: body.valid, how: 'manual', reference: body.reference ?? '' }),
      ),
  });
  route(http, {
    ...replied,
    ...edited,
    method: 'POST',
    url: `${url}/number/vies`,
    name: 'askVies',
    summary:
      'Ask VIES, the register of the European Union, about the VAT number; the answer comes within seconds or hours',
    reply: { 202: ShownTax },
    handler: async (ctx, { params }) => shown(await askVies(ctx, params.account)),
  });
}

function shownCheck({ country, number, ...check }: Check) {
  const { state, attempts, nextAttemptAt, problem, valid, requestId, name, address, askedAt, askedBy, settledAt } =
    check;
  return {
    ...{ number: `${country}${number}`, state, attempts, nextAttemptAt, problem, valid, requestId, name, address },
    ...{ askedAt, askedBy, settledAt },
  };
}

type GivenRate = { category: TaxCategory | null; percent?: string; validFrom?: string; reason?: string };

function readRate(ctx: Ctx, { category, percent, validFrom, reason = '' }: GivenRate): NewRate {
  const ratePpm = percent === undefined ? 0 : ppmOf(percent);
  if ((category === 'S') !== ratePpm > 0) {
    throw refuse.invalid('tax.percent_does_not_fit', 'Category S has a percentage above zero, and no other has one.', {
      field: 'body.percent',
      expected: category === 'S' ? 'more than 0' : 'none',
    });
  }
  return { category, ratePpm: category && ratePpm, validFrom: validFrom ?? taxDay(ctx, ctx.now), reason };
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Parts of a million of a percentage with at most four decimals. */
function ppmOf(percent: string): number {
  const [whole = '0', decimals = ''] = percent.split('.');
  return Number(whole + decimals.padEnd(4, '0'));
}

function shown({ owner, tax, rates, number, checks }: AccountTax) {
  const above: Record<string, IdKind> = {
    [owner.id]: owner.type,
    ...(owner.companyId && { [owner.companyId]: 'company' }),
  };
  return {
    account: publicId(owner.type, owner.id),
    category: tax.category,
    percent: percentOf(tax.ratePpm),
    reason: tax.reason,
    from: tax.from && publicId(above[tax.from] ?? 'organization', tax.from),
    number: number && (({ ownerId: _, ...rest }) => rest)(number),
    checks: checks.map(shownCheck),
    rates: rates.map(({ validFrom, category, ratePpm, reason, setAt, setBy }) => ({
      ...{ validFrom, category, reason, setAt, setBy },
      percent: ratePpm === null ? null : percentOf(ratePpm),
    })),
  };
}
