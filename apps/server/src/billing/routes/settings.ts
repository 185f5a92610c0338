import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { publicId } from '../../kit/ids.ts';
import { OperationReply, operationView } from '../../operations/index.ts';
import { paymentTypes } from '../model.ts';
import { listWaiting, runByHand } from '../runs/begin.ts';
import {
  type AccountSettings,
  changeSeries,
  changeSettings,
  getSettings,
  listSeries,
  seriesKinds,
} from '../settings.ts';
import { cycleKinds } from '../sql/cycles.ts';

const account = z.union([idOf('company'), idOf('organization')]);
const terms = {
  paymentType: z
    .enum(paymentTypes)
    .nullable()
    .meta({ description: 'Over those of all plans; null: as the plan of each SIM says.' }),
  preDays: z.int().min(1).max(27).meta({ description: 'Pre-Billing: days before its month that it is billed.' }),
  approval: z.enum(['manual', 'automatic']),
  graceDays: z.int().min(0).max(27).meta({ description: 'Days that the run of a month waits for late usage.' }),
  termsDays: z.int().min(0).max(365).meta({ description: 'Days from the issue of an invoice until it is due.' }),
};
const Own = z.object({
  paymentType: terms.paymentType,
  preDays: terms.preDays.nullable(),
  approval: terms.approval.nullable(),
  graceDays: terms.graceDays.nullable(),
  termsDays: terms.termsDays.nullable(),
});
const ChangeBillingSettings = request('ChangeBillingSettings', {
  paymentType: terms.paymentType.optional(),
  preDays: terms.preDays.nullable().optional(),
  approval: terms.approval.nullable().optional(),
  graceDays: terms.graceDays.nullable().optional(),
  termsDays: terms.termsDays.nullable().optional(),
});
const SettingsReply = reply('BillingSettings', {
  account: z.string(),
  ...terms,
  own: Own.meta({ description: 'What this account has said itself; null: what applies to all.' }),
});
const SeriesReply = reply('BillSeries', {
  kind: z.enum(seriesKinds),
  prefix: z.string().meta({ description: '{year} stands for the year of issue.' }),
  digits: z.int().min(1).max(10),
  next: z.string().meta({ description: 'The number that comes next.' }),
});
const SeriesList = reply('BillSeriesList', { items: z.array(SeriesReply) });
const HeldUpList = reply('HeldUpAccounts', {
  items: z.array(
    z.object({
      company: z.object({ id: idOf('company'), name: z.string() }),
      month: z.string().meta({ description: 'Of which it is not billed: `2026-04`.' }),
      since: Timestamp.meta({ description: 'When its oldest period that did not roll over has ended.' }),
    }),
  ),
});
const ChangeSeries = request('ChangeBillSeries', {
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9/._-]*(\{year\})?[A-Za-z0-9/._-]*$/, {
      error: 'letters, digits and - / . _, with {year} once at most',
    })
    .max(30),
  digits: z.int().min(1).max(10),
});
const BeginBillRun = request('BeginBillRun', {
  month: z
    .string()
    .regex(/^(?!0000)\d{4}-(0[1-9]|1[0-2])$/, { error: 'a month, like 2026-04' })
    .meta({ example: '2026-04' }),
  kind: z.enum(cycleKinds).default('cycle').meta({
    description:
      'cycle: a month that is over. pre_billing, advanced_billing: fixed fees of a month to come, or just begun.',
  }),
});

/** How accounts are billed, series of numbers, and bill runs by hand. */
export function settingsRoutes(http: Http): void {
  const tags = ['Billing settings'];
  const url = '/api/v1/billing-settings/:account';
  const params = z.strictObject({ account });
  route(http, {
    ...{
      tags,
      url,
      params,
      method: 'GET',
      name: 'getBillingSettings',
      permission: 'billing.settings.view',
      scope: 'organization',
    },
    summary: 'How an account is billed; of the organization: what applies to all',
    reply: { 200: SettingsReply },
    handler: async (ctx, { params }) => shown(await getSettings(ctx, params.account)),
  });
  const edited = { tags, permission: 'billing.settings.edit', scope: 'organization' as const };
  route(http, {
    ...{ ...edited, url, params, method: 'PATCH', name: 'changeBillingSettings' },
    summary: 'Change how an account is billed, from its next bill on',
    body: ChangeBillingSettings,
    reply: { 200: SettingsReply },
    handler: async (ctx, { params, body }) => shown(await changeSettings(ctx, params.account, body)),
  });
  const series = '/api/v1/bill-series';
  route(http, {
    ...{
      tags,
      url: series,
      method: 'GET',
      name: 'listBillSeries',
      permission: 'billing.settings.view',
      scope: 'organization',
    },
    summary: 'How pre-bills, invoices and credit notes are numbered',
    reply: { 200: SeriesList },
    handler: async (ctx) => ({ items: await listSeries(ctx) }),
  });
  route(http, {
    ...{ ...edited, url: `${series}/:kind`, method: 'PUT', name: 'changeBillSeries' },
    params: z.strictObject({ kind: z.enum(seriesKinds) }),
    summary: 'Change how the numbers of a series are written; they go on counting',
    body: ChangeSeries,
    reply: { 200: SeriesList },
    handler: async (ctx, { params, body }) => {
      await changeSeries(ctx, { kind: params.kind, ...body });
      return { items: await listSeries(ctx) };
    },
  });
  route(http, {
    ...{ tags: ['Pre-bills'], url: '/api/v1/bill-runs', method: 'POST', name: 'beginBillRun' },
    ...{ permission: 'billing.pre_bill.create', scope: 'organization' },
    summary: 'Run the bills of a month for all accounts that were not billed for it, without waiting for grace days',
    body: BeginBillRun,
    reply: { 202: OperationReply },
    handler: async (ctx, { body }) => operationView(await runByHand(ctx, body.kind, `${body.month}-01`)),
  });
  heldUpRoute(http);
}

/** Who is not billed, and why. */
function heldUpRoute(http: Http): void {
  route(http, {
    ...{ tags: ['Pre-bills'], url: '/api/v1/bill-runs/held-up', method: 'GET', name: 'listHeldUp' },
    ...{ permission: 'billing.pre_bill.view', scope: 'organization' },
    summary:
      'Accounts that no bill run takes: a period of theirs has ended and not rolled over. A hundred at most, the oldest first',
    reply: { 200: HeldUpList },
    handler: async (ctx) => ({
      items: (await listWaiting(ctx)).map(({ ownerId, ownerName, month, since }) => ({
        ...{ company: { id: ownerId, name: ownerName }, month: month.slice(0, 7), since },
      })),
    }),
  });
}

function shown({ owner, own, terms }: AccountSettings) {
  const { ownerId: _, ...said } = own;
  return { account: publicId(owner.type, owner.id), ...terms, own: said };
}
