import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams } from '../../kit/http/schemas.ts';
import { lift, listPauses, pause } from '../pauses.ts';
import { comingOf, comingOfCompany, listMailings, preview } from '../reads.ts';
import { changeSettings, getSettings } from '../settings.ts';
import { sendBill } from '../told.ts';
import * as forms from './schemas.ts';

const tags = ['Reminders'];

/** What goes out by mail about money: set, paused, looked at. */
export function reminderRoutes(http: Http): void {
  settingsRoutes(http);
  pauseRoutes(http);
  mailingRoutes(http);
}

function settingsRoutes(http: Http): void {
  const url = '/api/v1/reminder-settings/:account';
  const params = z.strictObject({ account: z.union([idOf('company'), idOf('organization')]) });
  const seen = { tags, params, permission: 'reminders.setting.view', scope: 'organization' as const };
  route(http, {
    ...{ ...seen, url, method: 'GET', name: 'getReminderSettings', reply: { 200: forms.ReminderSettings } },
    summary: 'What an account gets by mail; of the organization: what applies to all',
    handler: async (ctx, { params }) => forms.shownSettings(await getSettings(ctx, params.account)),
  });
  route(http, {
    ...{ ...seen, url, method: 'PATCH', name: 'changeReminderSettings', reply: { 200: forms.ReminderSettings } },
    permission: 'reminders.setting.edit',
    summary: 'Change what an account gets by mail, and the steps of its reminders',
    body: forms.ChangeReminderSettings,
    handler: async (ctx, { params, body: { steps, ...rest } }) => {
      const changes = { ...rest, ...(steps !== undefined && { steps: steps && forms.readSteps(steps) }) };
      return forms.shownSettings(await changeSettings(ctx, params.account, changes));
    },
  });
  route(http, {
    ...{ ...seen, url: `${url}/preview`, method: 'POST', name: 'previewReminder' },
    summary: 'The letter of a step, in made-up figures',
    body: forms.PreviewReminder,
    reply: { 200: forms.ReminderPreview },
    handler: (ctx, { params, body: { steps, ...asked } }) =>
      preview(ctx, params.account, { ...asked, steps: steps && forms.readSteps(steps) }),
  });
}

function pauseRoutes(http: Http): void {
  const edited = { tags, permission: 'reminders.pause.edit', scope: 'organization' as const };
  const cursor = idCursor('reminder_pauses');
  route(http, {
    ...{ tags, method: 'GET', url: '/api/v1/reminder-pauses', name: 'listReminderPauses' },
    ...{ permission: 'reminders.mailing.view', scope: 'organization' },
    summary: 'Companies and invoices about which nothing is sent at present',
    query: pageQuery({ company: idOf('company').optional() }),
    reply: { 200: pageOf(forms.ReminderPause, 'ReminderPausePage') },
    handler: async (ctx, { query: { company, limit, cursor: from } }) => {
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listPauses(ctx, { companyId: company }, page);
      const shown = pageFrom(found, limit, (last) => cursor.write(last.subjectId));
      return { ...shown, items: shown.items.map(forms.shownPause) };
    },
  });
  for (const [type, path, Name] of [
    ['company', 'companies', 'Company'],
    ['invoice', 'invoices', 'Invoice'],
  ] as const) {
    const one = { ...edited, url: `/api/v1/${path}/:id/reminder-pause`, params: idParams(type) };
    route(http, {
      ...{ ...one, method: 'PUT', name: `pause${Name}Reminders`, reply: { 200: forms.ReminderPause } },
      summary:
        type === 'company' ? 'Send a company no reminders meanwhile' : 'Send no reminder of an invoice meanwhile',
      body: forms.PauseReminders,
      handler: async (ctx, { params, body }) => forms.shownPause(await pause(ctx, { type, id: params.id }, body)),
    });
    route(http, {
      ...{ ...one, method: 'DELETE', name: `resume${Name}Reminders`, reply: { 204: null } },
      summary: type === 'company' ? 'Remind a company again' : 'Remind of an invoice again',
      handler: (ctx, { params }) => lift(ctx, { type, id: params.id }),
    });
  }
}

function mailingRoutes(http: Http): void {
  const seen = { tags, permission: 'reminders.mailing.view', scope: 'company' as const };
  const cursor = idCursor('mailings');
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/mailings', name: 'listMailings' },
    summary: 'Letters about money that were sent or are to be, and why not, newest first',
    query: pageQuery(forms.MailingQuery),
    reply: { 200: pageOf(forms.MailingReply, 'MailingPage') },
    handler: async (ctx, { query: { limit, cursor: from, company: companyId, invoice: subjectId, ...filter } }) => {
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listMailings(ctx, { ...filter, companyId, subjectId }, page);
      return pageFrom(found.map(forms.shownMailing), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/invoices/:id/reminders', name: 'getInvoiceReminders' },
    summary: 'What is sent next about an invoice, or why nothing is',
    params: idParams('invoice'),
    reply: { 200: forms.InvoiceReminders },
    handler: async (ctx, { params }) => forms.shownComing(await comingOf(ctx, params.id)),
  });
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/companies/:id/reminders', name: 'getCompanyReminders' },
    summary: 'What is sent next about the open invoices of a company, the soonest first',
    params: idParams('company'),
    reply: { 200: forms.CompanyReminders },
    handler: async (ctx, { params }) => forms.shownOfCompany(await comingOfCompany(ctx, params.id)),
  });
  route(http, {
    ...{ tags, method: 'POST', url: '/api/v1/invoices/:id/mailings', name: 'mailInvoice' },
    ...{ permission: 'reminders.mailing.send', scope: 'organization', params: idParams('invoice') },
    summary: 'Mail an invoice or a credit note to its company now, again if it was before',
    reply: { 202: forms.MailingReply },
    handler: async (ctx, { params }) => {
      const id = await sendBill(ctx, params.id);
      const [made] = await listMailings(ctx, { ids: [id] }, { limit: 1 });
      return forms.shownMailing(made!);
    },
  });
}
