import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Currency, Email, idOf, idParams, request, TimeZone, text } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { accountSid, type Company } from '../model.ts';
import { archiveCompany, createCompany, getCompany, listCompanies, updateCompany } from '../service/companies.ts';
import { archiveEndUser, createEndUser, getEndUser, listEndUsers, updateEndUser } from '../service/end-users.ts';
import { CompanyReply, EndUserReply } from './schemas.ts';

const CompanyPage = pageOf(CompanyReply, 'CompanyPage');
const CreateCompany = request('CreateCompany', {
  name: text(200),
  currency: Currency.optional(),
  timeZone: TimeZone.optional(),
  email: Email.optional(),
});
const UpdateCompany = request('UpdateCompany', {
  name: text(200).optional(),
  timeZone: TimeZone.nullable().optional(),
  email: Email.nullable().optional(),
});

const EndUserPage = pageOf(EndUserReply, 'EndUserPage');
const CreateEndUser = request('CreateEndUser', {
  companyId: idOf('company'),
  email: Email,
  name: text(200).optional(),
});
const UpdateEndUser = request('UpdateEndUser', { email: Email.optional(), name: text(200).nullable().optional() });

const search = z.string().max(100).optional();
const archived = z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional();

/** Who is to be archived. */
export type Leaving = { type: 'company' | 'end_user'; id: Id };
/** Refuses while something of an account is not settled. */
export type MayArchive = (ctx: Ctx, leaving: Leaving) => Promise<void>;

/** @param mayArchive refuses while something of the company is not settled */
export function companyRoutes(http: Http, mayArchive: MayArchive): void {
  const tags = ['Companies'];
  const url = '/api/v1/companies';
  const cursor = idCursor('companies');
  const shown = (company: Company) => ({ ...company, accountSid: accountSid(company.id) });

  route(http, {
    method: 'GET',
    url,
    name: 'listCompanies',
    summary: 'List companies, newest first',
    tags,
    permission: 'tenancy.company.view',
    scope: 'company',
    query: pageQuery({ search, archived }),
    reply: { 200: CompanyPage },
    handler: async (ctx, { query }) => {
      const found = await listCompanies(ctx, query, cursor.read(query.cursor), query.limit + 1);
      return pageFrom(found.map(shown), query.limit, (last) => cursor.write(last.id));
    },
  });

  route(http, {
    method: 'POST',
    url,
    name: 'createCompany',
    summary: 'Create a company',
    tags,
    permission: 'tenancy.company.add',
    scope: 'organization',
    body: CreateCompany,
    reply: { 201: CompanyReply },
    handler: async (ctx, { body }) => shown(await createCompany(ctx, body)),
  });

  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getCompany',
    summary: 'A company',
    tags,
    permission: 'tenancy.company.view',
    scope: 'company',
    params: idParams('company'),
    reply: { 200: CompanyReply },
    handler: async (ctx, { params }) => shown(await getCompany(ctx, params.id)),
  });

  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateCompany',
    summary: 'Change a company',
    tags,
    permission: 'tenancy.company.edit',
    scope: 'company',
    params: idParams('company'),
    body: UpdateCompany,
    reply: { 200: CompanyReply },
    handler: async (ctx, { params, body }) => shown(await updateCompany(ctx, params.id, body)),
  });

  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archiveCompany',
    summary: 'Archive a company; what it did stays',
    tags,
    permission: 'tenancy.company.delete',
    scope: 'organization',
    params: idParams('company'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await mayArchive(ctx, { type: 'company', id: params.id });
      await archiveCompany(ctx, params.id);
    },
  });
}

export function endUserRoutes(http: Http, mayArchive: MayArchive): void {
  const tags = ['End users'];
  const url = '/api/v1/end-users';
  const cursor = idCursor('end_users');

  route(http, {
    method: 'GET',
    url,
    name: 'listEndUsers',
    summary: 'List end users, newest first',
    tags,
    permission: 'tenancy.end_user.view',
    scope: 'company',
    query: pageQuery({ search, archived, companyId: idOf('company').optional() }),
    reply: { 200: EndUserPage },
    handler: async (ctx, { query }) => {
      const found = await listEndUsers(ctx, query, cursor.read(query.cursor), query.limit + 1);
      return pageFrom(found, query.limit, (last) => cursor.write(last.id));
    },
  });

  route(http, {
    method: 'POST',
    url,
    name: 'createEndUser',
    summary: 'Create an end user of a company',
    tags,
    permission: 'tenancy.end_user.add',
    scope: 'company',
    body: CreateEndUser,
    reply: { 201: EndUserReply },
    handler: (ctx, { body }) => createEndUser(ctx, body),
  });

  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getEndUser',
    summary: 'An end user',
    tags,
    permission: 'tenancy.end_user.view',
    scope: 'company',
    params: idParams('end_user'),
    reply: { 200: EndUserReply },
    handler: (ctx, { params }) => getEndUser(ctx, params.id),
  });

  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateEndUser',
    summary: 'Change an end user',
    tags,
    permission: 'tenancy.end_user.edit',
    scope: 'company',
    params: idParams('end_user'),
    body: UpdateEndUser,
    reply: { 200: EndUserReply },
    handler: (ctx, { params, body }) => updateEndUser(ctx, params.id, body),
  });

  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archiveEndUser',
    summary: 'Archive an end user; the email is free again',
    tags,
    permission: 'tenancy.end_user.delete',
    scope: 'company',
    params: idParams('end_user'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await getEndUser(ctx, params.id);
      await mayArchive(ctx, { type: 'end_user', id: params.id });
      await archiveEndUser(ctx, params.id);
    },
  });
}
