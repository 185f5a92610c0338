import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, text } from '../../kit/http/schemas.ts';
import { type ApiKey, keySid, type Staff } from '../model.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../service/api-keys.ts';
import { changeRole, listStaff, removeStaff } from '../service/staff.ts';
import { ApiKeyReply, PermissionName, StaffReply } from './schemas.ts';

const StaffPage = pageOf(StaffReply, 'StaffPage');
const ChangeStaff = request('ChangeStaff', { role: text(100).meta({ description: 'The name of a role.' }) });
const ApiKeyPage = pageOf(ApiKeyReply, 'ApiKeyPage');
const CreateApiKey = request('CreateApiKey', {
  name: text(100),
  permissions: z.array(PermissionName).min(1).max(200),
  companyId: idOf('company').optional(),
});
const NewApiKey = reply('NewApiKey', {
  key: ApiKeyReply,
  apiKey: z.string().meta({ description: 'For Authorization: Bearer. Shown this once.' }),
  secret: z.string().meta({ description: 'With the SK… as user name, for the Super SIM API. Shown this once.' }),
});

export function staffRoutes(http: Http): void {
  const cursor = idCursor('staff');
  route(http, {
    method: 'GET',
    url: '/api/v1/staff',
    name: 'listStaff',
    summary: 'List staff, newest first',
    tags: ['Staff'],
    permission: 'tenancy.staff.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      company: idOf('company').optional(),
      role: idOf('role').optional(),
    }),
    reply: { 200: StaffPage },
    handler: async (ctx, { query }) => {
      const { search, company: companyId, role: roleId } = query;
      const found = await listStaff(ctx, { search, companyId, roleId }, cursor.read(query.cursor), query.limit + 1);
      return pageFrom(found.map(shownStaff), query.limit, (last) => cursor.write(last.id));
    },
  });
  const one = { tags: ['Staff'], url: '/api/v1/staff/:id', params: idParams('staff'), scope: 'company' as const };
  route(http, {
    ...one,
    method: 'PATCH',
    name: 'changeStaff',
    summary: 'Give somebody another role: nobody gives or takes what they do not have themselves',
    permission: 'tenancy.staff.edit',
    body: ChangeStaff,
    reply: { 200: StaffReply },
    handler: async (ctx, { params, body }) => shownStaff(await changeRole(ctx, params.id, body.role)),
  });
  route(http, {
    ...one,
    method: 'DELETE',
    name: 'removeStaff',
    summary: 'Remove somebody: they are out with their next request',
    permission: 'tenancy.staff.delete',
    reply: { 204: null },
    handler: (ctx, { params }) => removeStaff(ctx, params.id),
  });
}

const shownStaff = (staff: Staff) => ({ ...staff, role: staff.roleName });

export function apiKeyRoutes(http: Http): void {
  const tags = ['Developers'];
  const url = '/api/v1/api-keys';
  const cursor = idCursor('api_keys');
  const shown = (key: ApiKey) => ({ ...key, sid: keySid(key.id) });

  route(http, {
    method: 'GET',
    url,
    name: 'listApiKeys',
    summary: 'List API keys, newest first',
    tags,
    permission: 'developers.api_key.view',
    scope: 'company',
    query: pageQuery({ revoked: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional() }),
    reply: { 200: ApiKeyPage },
    handler: async (ctx, { query }) => {
      const found = await listApiKeys(ctx, query, cursor.read(query.cursor), query.limit + 1);
      return pageFrom(found.map(shown), query.limit, (last) => cursor.write(last.id));
    },
  });

  route(http, {
    method: 'POST',
    url,
    name: 'createApiKey',
    summary: 'Create an API key; its secret is shown once',
    tags,
    permission: 'developers.api_key.add',
    scope: 'company',
    secret: true,
    body: CreateApiKey,
    reply: { 201: NewApiKey },
    handler: async (ctx, { body }) => {
      const made = await createApiKey(ctx, body);
      return { key: shown(made.key), apiKey: made.text, secret: made.secret };
    },
  });

  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'revokeApiKey',
    summary: 'Revoke an API key; it stops within seconds',
    tags,
    permission: 'developers.api_key.delete',
    scope: 'company',
    params: idParams('api_key'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await revokeApiKey(ctx, params.id);
    },
  });
}
