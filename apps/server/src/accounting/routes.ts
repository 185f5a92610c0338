import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { amount, idOf, idParams, listOf } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import type { Connection } from './connection/model.ts';
import {
  beginConsent,
  changeConnection,
  chooseContact,
  disconnect,
  findContact,
  getConnection,
  takeAnswer,
} from './connection/service.ts';
import type { AccountingDoor } from './door.ts';
import { exportRoutes } from './export/routes.ts';
import type { Mapping } from './mapping.ts';
import { percentOf, ppmOf } from './percent.ts';
import { pushKinds, pushStates } from './pushes/model.ts';
import { countPushes, getPush, listPushes, type OwnedPush, retryFailed, retryPush } from './pushes/service.ts';
import * as schemas from './schemas.ts';
import { type AccountingSettings, getSettings, setSettings } from './settings.ts';

/** Where the accounting system sends people back to: a page of the console, which hands in what they bring. */
export function returnUrlOf(publicUrl: string): string {
  return `${publicUrl}/accounting`;
}

/** The accounting system: who is connected, how things are called there, what was written, and files for every other one. */
export function accountingRoutes(http: Http, door: AccountingDoor): void {
  const tags = ['Accounting'];
  const url = '/api/v1/accounting';
  const returnUrl = returnUrlOf(http.deps.publicUrl);
  const seen = { tags, permission: 'accounting.books.view', scope: 'organization' as const };
  const edited = { tags, permission: 'accounting.books.edit', scope: 'organization' as const };

  route(http, {
    ...{ ...seen, method: 'GET', url, name: 'getAccounting', reply: { 200: schemas.AccountingReply } },
    summary: 'The accounting system that is connected, and how much was written there',
    handler: async (ctx) => {
      const connection = await getConnection(ctx);
      const counts = { waiting: 0, done: 0, failed: 0, skipped: 0, ...(await countPushes(ctx)) };
      return { connection: connection && shownConnection(connection), returnUrl, counts };
    },
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: `${url}/connection`, name: 'connectAccounting' },
    ...{ body: schemas.ConnectRequest, reply: { 201: schemas.ConsentReply }, secret: true },
    summary:
      'Begin to connect an accounting system: somebody goes to consentUrl, lets us in, and comes back to returnUrl',
    handler: async (ctx, { body: { clientId, clientSecret } }) => {
      const { connection, consentUrl } = await beginConsent(ctx, door, returnUrl, { clientId, clientSecret });
      return { connection: shownConnection(connection), consentUrl };
    },
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: `${url}/connection/answer`, name: 'answerAccounting' },
    ...{ body: schemas.AnswerRequest, reply: { 200: schemas.ConnectionReply } },
    summary: 'Hand in what somebody brought back from there; it is exchanged within seconds',
    handler: async (ctx, { body: { state: word, ...answer } }) =>
      shownConnection(await takeAnswer(ctx, { word, ...answer })),
  });
  route(http, {
    ...{ ...edited, method: 'PATCH', url: `${url}/connection`, name: 'changeAccounting' },
    ...{ body: schemas.ChangeRequest, reply: { 200: schemas.ConnectionReply } },
    summary: 'Choose the books, or from which day on documents are written there',
    handler: async (ctx, { body }) => shownConnection(await changeConnection(ctx, body)),
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: `${url}/connection/chart`, name: 'readAccountingChart' },
    reply: { 200: schemas.ConnectionReply },
    summary: 'Read the accounts and taxes of the books again; chartDue says when that is done',
    handler: async (ctx) => shownConnection(await changeConnection(ctx, { readChart: true })),
  });
  route(http, {
    ...{ ...edited, method: 'DELETE', url: `${url}/connection`, name: 'disconnectAccounting', reply: { 204: null } },
    summary: 'Disconnect: what lets us in is given back; what was written stays there',
    handler: async (ctx) => disconnect(ctx),
  });

  route(http, {
    ...{ ...seen, method: 'GET', url: `${url}/mapping`, name: 'getAccountingMapping' },
    reply: { 200: schemas.MappingReply },
    summary: 'What the books call our items, taxes and accounts',
    handler: async (ctx) => shownSettings(await getSettings(ctx)),
  });
  route(http, {
    ...{ ...edited, method: 'PUT', url: `${url}/mapping`, name: 'setAccountingMapping' },
    ...{ body: schemas.MappingRequest, reply: { 200: schemas.MappingReply } },
    summary: 'Say what the books call them; what failed for want of a name is written again',
    handler: async (ctx, { body: { documents, taxes, ...names } }) => {
      const mapping: Mapping = {
        ...names,
        taxes: taxes.map(({ percent, ...tax }) => ({ ...tax, ratePpm: ppmOf(percent) })),
      };
      return shownSettings(await setSettings(ctx, { mapping, documents }));
    },
  });
  const contact = `${url}/contacts/:id`;
  route(http, {
    ...{ ...seen, method: 'GET', url: contact, name: 'getAccountingContact', params: idParams('company') },
    reply: { 200: schemas.ContactReply },
    summary: 'Which contact a company is there',
    handler: async (ctx, { params }) => shownContact(ctx, params.id),
  });
  route(http, {
    ...{ ...edited, method: 'PUT', url: contact, name: 'setAccountingContact', params: idParams('company') },
    ...{ body: schemas.ContactRequest, reply: { 200: schemas.ContactReply } },
    summary: 'Say which contact a company is there, or have it looked for again',
    handler: async (ctx, { params, body }) => {
      const id = body.contact?.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i)?.[0].toLowerCase() ?? null;
      await chooseContact(ctx, params.id, id);
      return shownContact(ctx, params.id);
    },
  });
  pushRoutes(http);
  exportRoutes(http);
}

function pushRoutes(http: Http): void {
  const tags = ['Accounting'];
  const url = '/api/v1/accounting/pushes';
  const seen = { tags, permission: 'accounting.books.view', scope: 'organization' as const };
  const edited = { tags, permission: 'accounting.books.edit', scope: 'organization' as const };
  const cursor = idCursor('accounting_pushes');
  route(http, {
    ...{ ...seen, method: 'GET', url, name: 'listAccountingPushes' },
    query: pageQuery({
      search: z.string().min(1).max(100).optional().meta({ description: 'A number, or a part of a company’s name.' }),
      state: listOf(z.enum(pushStates)).optional(),
      kind: listOf(z.enum(pushKinds)).optional(),
      document: idOf('invoice').optional(),
      company: idOf('company').optional(),
    }),
    reply: { 200: pageOf(schemas.PushReply, 'AccountingPushPage') },
    summary: 'What is to be written into the books, was, and was not, newest first',
    handler: async (ctx, { query: { limit, cursor: from, state: states, kind: kinds, document, company, search } }) => {
      const filter = { search, states, kinds, documentId: document, ownerIds: company ? [company] : undefined };
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listPushes(ctx, filter, page);
      return pageFrom(found.map(shownPush), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: `${url}/retry`, name: 'retryAccountingPushes' },
    reply: { 200: schemas.RetriedReply },
    summary: 'Have everything written again that failed',
    handler: async (ctx) => ({ retried: await retryFailed(ctx) }),
  });
  route(http, {
    ...{ ...seen, method: 'GET', url: `${url}/:id`, name: 'getAccountingPush', params: idParams('accounting_push') },
    reply: { 200: schemas.PushReply },
    summary: 'What became of one thing that is to be written',
    handler: async (ctx, { params }) => shownPush(await getPush(ctx, params.id)),
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: `${url}/:id/retry`, name: 'retryAccountingPush' },
    ...{ params: idParams('accounting_push'), reply: { 200: schemas.PushReply } },
    summary: 'Have something written again, now',
    handler: async (ctx, { params }) => shownPush(await retryPush(ctx, params.id)),
  });
}

function shownConnection(c: Connection) {
  return {
    ...{ id: c.id, kind: c.kind, state: c.state, clientId: c.client.id, pushFrom: c.pushFrom, problem: c.problem },
    books: c.books.map(({ id, name }) => ({ id, name })),
    book: c.bookId === null ? null : { id: c.bookId, name: c.bookName ?? '' },
    ...{ chart: c.chart, chartAt: c.chartAt, chartDue: c.chartDue, exchanging: c.code !== null },
    ...{ pausedUntil: c.pausedUntil, createdAt: c.createdAt, createdBy: c.createdBy, connectedAt: c.connectedAt },
  };
}

function shownSettings({ mapping: { taxes, ...names }, documents }: AccountingSettings) {
  const shown = taxes.map(({ ratePpm, ...tax }) => ({ ...tax, percent: percentOf(ratePpm) }));
  return { ...names, taxes: shown, documents };
}

async function shownContact(ctx: Ctx, companyId: string) {
  const found = await findContact(ctx, companyId);
  return { company: companyId, contact: found?.remoteId ?? null, chosen: found?.chosen ?? false };
}

function shownPush(p: OwnedPush) {
  return {
    ...{ id: p.id, kind: p.kind, document: p.documentId, number: p.number, state: p.state, attempts: p.attempts },
    ...{ company: publicId('company', p.ownerId), companyName: p.owner.name, currency: p.currency },
    ...{ amount: amount(p.amountMicros, p.currency), nextAttemptAt: p.nextAttemptAt, code: p.code, problem: p.problem },
    ...{ remoteId: p.remoteId, remoteState: p.remoteState, createdAt: p.createdAt, settledAt: p.settledAt },
  };
}
