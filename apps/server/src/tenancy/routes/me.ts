import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { may, route, signedIn } from '../../kit/http/route.ts';
import { Currency, idOf, reply, Timestamp, TimeZone } from '../../kit/http/schemas.ts';
import { type Authentication, organizationsOfUser } from '../authentication/index.ts';
import { permissionNames } from '../permissions.ts';

const Me = reply('Me', {
  actor: z.object({
    kind: z.enum(['staff', 'api_key', 'account', 'end_user', 'system']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    companyId: idOf('company').nullable(),
  }),
  permissions: z.array(z.string()),
  organization: z.object({
    id: idOf('organization'),
    name: z.string(),
    currency: Currency,
    timeZone: TimeZone,
    unitBase: z.literal([1000, 1024]),
    sandbox: z.boolean(),
    now: Timestamp,
  }),
  organizations: z
    .array(z.object({ id: idOf('organization'), name: z.string() }))
    .meta({ description: 'Where the person works; X-Organization chooses one.' }),
});

export function meRoutes(http: Http, authentication: Authentication): void {
  route(http, {
    method: 'GET',
    url: '/api/v1/me',
    name: 'getMe',
    summary: 'Who calls, for which organization, and what they may do',
    tags: ['Sign-in'],
    permission: signedIn,
    scope: 'own',
    reply: { 200: Me },
    handler: async (ctx, _input, { request }) => {
      const { actor, organization } = ctx;
      const user = actor.kind === 'staff' ? await authentication.signIn.user(request) : null;
      const organizations = user ? await organizationsOfUser(authentication.runtime, user.id) : [organization];
      return {
        actor: {
          kind: actor.kind,
          id: actor.id,
          name: actor.name,
          email: user?.email ?? null,
          companyId: actor.scope.kind === 'company' ? actor.scope.companyId : null,
        },
        permissions: [...permissionNames].filter((permission) => may(actor, permission)),
        organization: { ...organization, now: ctx.now },
        organizations,
      };
    },
  });
}
