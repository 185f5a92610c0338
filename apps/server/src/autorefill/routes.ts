import { type Micros, parseAmount } from '@simwright/measure';
import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idOf, idParams, listOf } from '../kit/http/schemas.ts';
import { refuse } from '../kit/refusal.ts';
import { getWallet } from '../ledger/index.ts';
import * as forms from './schemas.ts';
import * as service from './service.ts';
import type { AutoRefill } from './sql.ts';

/** Auto-refills of SIMs and wallets: set, looked at, explained. */
export function autoRefillRoutes(http: Http): void {
  const tags = ['Auto-refills'];
  const seen = { tags, permission: 'autorefill.setting.view', scope: 'company' as const };
  const edited = { tags, permission: 'autorefill.setting.edit', scope: 'company' as const };
  const ofSim = { url: '/api/v1/sims/:id/auto-refill', params: idParams('sim') };
  const ofWallet = { url: '/api/v1/wallets/:id/auto-refill', params: idParams('wallet') };
  route(http, {
    ...{ ...ofSim, ...seen, method: 'GET', name: 'getSimAutoRefill', reply: { 200: forms.AutoRefillReply } },
    endUsers: true,
    summary: 'What refills a prepaid SIM by itself',
    handler: async (ctx, { params }) => shownOne(ctx, await service.getOf(ctx, { lineId: params.id })),
  });
  route(http, {
    ...{ ...ofSim, ...edited, method: 'PUT', name: 'setSimAutoRefill', reply: { 200: forms.AutoRefillReply } },
    endUsers: true,
    summary: 'Refill a prepaid SIM by itself when it has less than so much data',
    body: forms.SetSimAutoRefill,
    handler: async (ctx, { params, body }) => {
      const { below: lowBytes, refill: optionId } = body;
      if (lowBytes <= 0n) throw tooLittle('more than nothing: the data at which it begins');
      // Caps are in the currency of the plan, which is known when the SIM is.
      const read = (currency: string) => capsOf(body, currency);
      return shownOne(ctx, await service.setOfLine(ctx, params.id, { ...body, read, lowBytes, optionId }));
    },
  });
  route(http, {
    ...{ ...ofSim, ...edited, method: 'DELETE', name: 'switchOffSimAutoRefill', reply: { 204: null } },
    endUsers: true,
    summary: 'Switch off the auto-refill of a SIM',
    handler: (ctx, { params }) => service.switchOff(ctx, { lineId: params.id }),
  });
  route(http, {
    ...{ ...ofWallet, ...seen, method: 'GET', name: 'getWalletAutoRefill', reply: { 200: forms.AutoRefillReply } },
    endUsers: true,
    summary: 'What refills a wallet by itself',
    handler: async (ctx, { params }) => shownOne(ctx, await service.getOf(ctx, { walletId: params.id })),
  });
  route(http, {
    ...{ ...ofWallet, ...edited, method: 'PUT', name: 'setWalletAutoRefill', reply: { 200: forms.AutoRefillReply } },
    endUsers: true,
    summary: 'Refill a wallet by itself when it holds less than so much',
    body: forms.SetWalletAutoRefill,
    handler: async (ctx, { params, body }) => {
      const { currency } = (await getWallet(ctx, params.id)).wallet;
      if ((body.amount === undefined) === (body.upTo === undefined)) {
        throw refuse.invalid('auto_refill.one_size', 'It brings an amount, or fills up to one.', {
          ...{ field: 'body.amount', expected: 'either amount or upTo' },
        });
      }
      const size = {
        lowMicros: amountOf('below', body.below, currency),
        amountMicros: body.amount === undefined ? null : paidOf('amount', body.amount, currency),
        upToMicros: body.upTo === undefined ? null : paidOf('upTo', body.upTo, currency),
      };
      const read = () => capsOf(body, currency);
      return shownOne(ctx, await service.setOfWallet(ctx, params.id, { ...body, read, ...size }));
    },
  });
  route(http, {
    ...{ ...ofWallet, ...edited, method: 'DELETE', name: 'switchOffWalletAutoRefill', reply: { 204: null } },
    endUsers: true,
    summary: 'Switch off the auto-refill of a wallet',
    handler: (ctx, { params }) => service.switchOff(ctx, { walletId: params.id }),
  });
  listRoutes(http, seen, edited);
}

function listRoutes(
  http: Http,
  seen: { tags: string[]; permission: string; scope: 'company' },
  edited: { tags: string[]; permission: string; scope: 'company' },
): void {
  const url = '/api/v1/auto-refills';
  const one = { params: idParams('auto_refill') };
  const cursor = idCursor('auto_refills');
  route(http, {
    ...{ ...seen, method: 'GET', url, name: 'listAutoRefills', reply: { 200: forms.AutoRefillPage } },
    endUsers: true,
    summary: 'Auto-refills, newest first',
    query: pageQuery({
      state: listOf(forms.AutoRefillReply.shape.state)
        .optional()
        .meta({ description: 'One, or several separated by commas.' }),
      reason: listOf(forms.reason).optional().meta({ description: 'One, or several separated by commas.' }),
      search: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'A part of the holder’s name or email, or of an ICCID.' }),
      company: idOf('company').optional(),
      sim: idOf('sim').optional(),
      wallet: idOf('wallet').optional(),
    }),
    handler: async (ctx, { query }) => {
      const page = { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const { search, state: states, reason: reasons, company: companyId, sim: lineId, wallet: walletId } = query;
      const filter = { search, states, reasons, companyId, lineId, walletId };
      const found = await service.listAutoRefills(ctx, filter, page);
      return pageFrom(await shownAll(ctx, found), query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{
      ...one,
      ...seen,
      method: 'GET',
      url: `${url}/:id/why`,
      name: 'explainAutoRefill',
      reply: { 200: forms.AutoRefillWhy },
    },
    endUsers: true,
    summary: 'Why it does or does not refill at this moment',
    handler: async (ctx, { params }) => service.why(ctx, await service.getAutoRefill(ctx, params.id)),
  });
  route(http, {
    ...{ ...one, ...edited, method: 'POST', url: `${url}/:id/resume`, name: 'resumeAutoRefill' },
    ...{ reply: { 200: forms.AutoRefillReply } },
    endUsers: true,
    summary: 'Forgive what payers refused, and look again at once',
    handler: async (ctx, { params }) => shownOne(ctx, await service.resume(ctx, params.id)),
  });
  const attempts = idCursor('auto_refill_attempts');
  route(http, {
    ...{ ...one, ...seen, method: 'GET', url: `${url}/:id/attempts`, name: 'listAutoRefillAttempts' },
    ...{ query: pageQuery({}), reply: { 200: forms.AttemptPage } },
    summary: 'What was charged, and why nothing was when something should have been, newest first',
    handler: async (ctx, { params, query }) => {
      const page = { after: attempts.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const of = await service.getAutoRefill(ctx, params.id);
      const found = (await service.attemptsOf(ctx, params.id, page)).map((one) => forms.shownAttempt(one, of));
      return pageFrom(found, query.limit, (last) => attempts.write(last.id));
    },
  });
}

async function shownAll(ctx: Ctx, all: AutoRefill[]) {
  const { owners, iccids } = await service.namesOf(ctx, all);
  return all.map((of) => forms.shown(of, owners.get(of.ownerId), iccids.get(of.lineId ?? '') ?? null));
}

async function shownOne(ctx: Ctx, of: AutoRefill) {
  return (await shownAll(ctx, [of]))[0]!;
}

type Caps = Pick<z.output<typeof forms.SetSimAutoRefill>, 'dailyCap' | 'monthlyCap'>;

function capsOf({ dailyCap, monthlyCap }: Caps, currency: string) {
  return {
    dailyCapMicros: dailyCap === null ? null : paidOf('dailyCap', dailyCap, currency),
    monthlyCapMicros: monthlyCap === null ? null : paidOf('monthlyCap', monthlyCap, currency),
  };
}

function amountOf(field: string, text: string, currency: string): Micros {
  const parsed = parseAmount(text, currency);
  if (parsed.ok) return parsed.value;
  throw refuse.invalid('auto_refill.amount_invalid', `This is no amount in ${currency}.`, {
    ...{ field: `body.${field}`, expected: 'an amount like "25.00"' },
  });
}

/** More than nothing, in whole smallest units. */
function paidOf(field: string, text: string, currency: string): Micros {
  const micros = amountOf(field, text, currency);
  if (micros > 0n && micros % 1_000_000n === 0n) return micros;
  throw refuse.invalid('auto_refill.amount_invalid', 'This is no amount that could be paid.', {
    ...{ field: `body.${field}`, expected: 'more than zero, in whole smallest units' },
  });
}

function tooLittle(expected: string) {
  return refuse.invalid('auto_refill.below_invalid', 'It needs a threshold.', { field: 'body.below', expected });
}
