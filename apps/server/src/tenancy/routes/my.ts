import { z } from 'zod';
import { assert } from '../../kit/assert.ts';
import { callingEndUser } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { may, route, signedIn } from '../../kit/http/route.ts';
import { Currency, Email, idOf, reply, request, Timestamp, TimeZone } from '../../kit/http/schemas.ts';
import { endUserPath, endUserSignOut } from '../authentication/end-users.ts';
import type { Authentication } from '../authentication/index.ts';
import { ownersOf } from '../names.ts';
import { endUserPermissions } from '../permissions.ts';
import { getEndUser, updateEndUser } from '../service/end-users.ts';
import { timeZonesOf } from '../zones.ts';
import { Language, UnitBase } from './schemas.ts';

const MyReply = reply('EndUserSelf', {
  id: idOf('end_user'),
  email: Email,
  name: z.string().nullable(),
  language: Language.nullable().meta({ description: 'Null: that of the device.' }),
  organization: z.string(),
  currency: Currency,
  timeZone: TimeZone,
  unitBase: UnitBase,
  now: Timestamp,
  permissions: z.array(z.string()),
  lookedAt: z
    .boolean()
    .meta({ description: 'Staff look at these pages; nothing can be done here unless it is a sandbox.' }),
});

/** Who an end user is, and how they leave. What they see of their SIMs and money is in the rooms of these. */
export function myRoutes(http: Http, authentication: Authentication): void {
  const own = { permission: signedIn, scope: 'end_user' as const, tags: ['End users’ own'] };
  const self = async (ctx: Parameters<typeof getEndUser>[0]) => {
    const id = callingEndUser(ctx.actor);
    assert(id, 'a route for end users is called by one');
    const user = await getEndUser(ctx, id);
    const { currency } = (await ownersOf(ctx, [id])).get(id)!;
    const { organization, actor } = ctx;
    return {
      ...{ id, email: user.email, name: user.name, language: user.language, now: ctx.now, currency },
      ...{ organization: organization.name, unitBase: organization.unitBase },
      timeZone: (await timeZonesOf(ctx, [user.companyId])).get(user.companyId) ?? organization.timeZone,
      permissions: endUserPermissions.own.filter((permission) => may(actor, permission)),
      lookedAt: actor.lookedBy !== undefined,
    };
  };
  route(http, {
    ...own,
    method: 'GET',
    url: endUserPath,
    name: 'getMyself',
    summary: 'Who the end user is that calls',
    reply: { 200: MyReply },
    handler: (ctx) => self(ctx),
  });
  route(http, {
    ...own,
    method: 'PATCH',
    url: endUserPath,
    name: 'changeMyself',
    summary: 'The language of one’s letters and pages',
    body: request('ChangeMyself', { language: Language }),
    reply: { 200: MyReply },
    handler: async (ctx, { body }) => {
      await updateEndUser(ctx, callingEndUser(ctx.actor)!, body);
      return self(ctx);
    },
  });
  route(http, {
    ...own,
    method: 'POST',
    url: `${endUserPath}/sign-out`,
    name: 'endMySession',
    summary: 'Sign out; the session ends at once',
    reply: { 204: null },
    handler: (ctx, _input, { request, reply }) => endUserSignOut(authentication.runtime, ctx, request, reply),
  });
}
