import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { reply, request, text } from '../../kit/http/schemas.ts';
import { accountSid } from '../model.ts';
import { permissions } from '../permissions.ts';
import { getSettings, getSuperSimCredentials, updateSettings } from '../service/organizations.ts';
import { listRoles } from '../service/staff.ts';
import { AccountSid, OrganizationReply, organizationChanges, PermissionName, RoleReply } from './schemas.ts';

const UpdateOrganization = request('UpdateOrganization', { name: text(200).optional(), ...organizationChanges });

const Credentials = reply('SuperSimCredentials', { accountSid: AccountSid, authToken: z.string() });

const RoleList = reply('RoleList', { items: z.array(RoleReply) });
const PermissionList = reply('PermissionList', {
  items: z.array(z.object({ name: PermissionName, label: z.string() })),
});

export function organizationRoutes(http: Http): void {
  const tags = ['Organization'];
  const shown = <T extends { id: string }>(ctx: Ctx, settings: T) => ({
    ...settings,
    now: ctx.now,
    accountSid: accountSid(settings.id),
  });

  route(http, {
    method: 'GET',
    url: '/api/v1/organization',
    name: 'getOrganization',
    summary: 'The settings of the organization',
    tags,
    permission: 'tenancy.organization.view',
    scope: 'organization',
    reply: { 200: OrganizationReply },
    handler: async (ctx) => shown(ctx, await getSettings(ctx)),
  });

  route(http, {
    method: 'PATCH',
    url: '/api/v1/organization',
    name: 'updateOrganization',
    summary: 'Change the settings of the organization',
    tags,
    permission: 'tenancy.organization.edit',
    scope: 'organization',
    body: UpdateOrganization,
    reply: { 200: OrganizationReply },
    handler: async (ctx, { body }) => shown(ctx, await updateSettings(ctx, body)),
  });

  route(http, {
    method: 'GET',
    url: '/api/v1/super-sim-credentials',
    name: 'getSuperSimCredentials',
    summary: 'Account SID and auth token of the caller’s Super SIM account',
    tags: ['Developers'],
    permission: 'developers.credential.view',
    scope: 'company',
    secret: true,
    reply: { 200: Credentials },
    handler: (ctx) => getSuperSimCredentials(ctx),
  });

  route(http, {
    method: 'GET',
    url: '/api/v1/roles',
    name: 'listRoles',
    summary: 'The roles that staff may have, with their permissions',
    tags: ['Staff'],
    permission: 'tenancy.role.view',
    scope: 'company',
    reply: { 200: RoleList },
    handler: async (ctx) => ({ items: await listRoles(ctx) }),
  });

  route(http, {
    method: 'GET',
    url: '/api/v1/permissions',
    name: 'listPermissions',
    summary: 'Everything that can be permitted',
    tags: ['Staff'],
    permission: 'tenancy.role.view',
    scope: 'company',
    reply: { 200: PermissionList },
    handler: async () => ({ items: Object.entries(permissions).map(([name, label]) => ({ name, label })) }),
  });
}
