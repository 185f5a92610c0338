import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { createLimiter } from '../../kit/http/limits.ts';
import { publicRoute, rateLimited, route } from '../../kit/http/route.ts';
import { Email, idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { giveSession } from '../authentication/end-users.ts';
import { type Authentication, refuseOtherSites } from '../authentication/index.ts';
import {
  inviteEndUser,
  inviteStaff,
  joinByLink,
  lookAs,
  readLink,
  sendSignInLinks,
  signInByLink,
} from '../service/links.ts';
import { Language } from './schemas.ts';

const token = z.string().min(1).max(200);
const AskForLink = request('AskForLink', { email: Email, language: Language.default('en') });
const UseLink = request('UseLink', { token });
const Join = request('JoinByLink', { token, password: z.string().min(1).max(200) });
const LinkShown = reply('SignInLink', {
  for: z.enum(['end_user', 'look', 'staff']),
  organization: z.string(),
  email: Email,
  name: z.string().nullable(),
});
const Handed = reply('HandedLink', {
  url: z.string().meta({ description: 'Good once. Shown this once.' }),
  expiresAt: Timestamp.meta({ description: 'By the clock of the machine, in a sandbox as well.' }),
});

/** Three letters at once for one email from one address, then one in five minutes; ten times that for an address. */
const perEmail = { burst: 3, perSecond: 1 / 300 };
const perAddress = { burst: 30, perSecond: 1 / 30 };
/** Tries of links: a whole office may sit behind one address, and nobody guesses 192 bits. */
const usesPerAddress = { burst: 100, perSecond: 2 };
/** Every answer to somebody who asks for a link takes this long: who is a customer must not show in it. */
const answerMs = 400;

/** Signing in without a password: a link is asked for, or handed over by staff, and used once. */
export function linkRoutes(http: Http, authentication: Authentication): void {
  const emails = createLimiter(perEmail);
  const addresses = createLimiter(perAddress);
  const uses = createLimiter(usesPerAddress);
  const { runtime, publicUrl } = http.deps;
  const tags = ['Sign-in'];
  const secure = publicUrl.startsWith('https:');

  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/links',
    name: 'askForLink',
    summary: 'Ask for a link to sign in as an end user; the answer is the same for every email',
    tags,
    body: AskForLink,
    reply: { 202: null },
    handler: async ({ body }, { request }) => {
      refuseOtherSites(request);
      const wait = Math.max(addresses.take(request.ip), emails.take(`${request.ip} ${body.email.toLowerCase()}`));
      if (wait > 0) throw rateLimited(wait);
      const enough = new Promise((resolve) => setTimeout(resolve, answerMs));
      const sent = sendSignInLinks(runtime, publicUrl, body.email, body.language).catch((err) =>
        runtime.log.error({ err, requestId: request.id }, 'a sign-in link was not made'),
      );
      await Promise.all([enough, sent]);
    },
  });
  const used = (ip: string) => {
    const wait = uses.take(ip);
    if (wait > 0) throw rateLimited(wait);
  };
  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/links/read',
    name: 'readLink',
    summary: 'What a link is for, before it is used',
    tags,
    body: UseLink,
    reply: { 200: LinkShown },
    handler: async ({ body }, { request }) => {
      used(request.ip);
      const { ctx, link, email, name } = await readLink(runtime, body.token);
      const kind = { sign_in: 'end_user', invitation: 'end_user', look: 'look', staff: 'staff' } as const;
      return { for: kind[link.purpose], organization: ctx.organization.name, email, name };
    },
  });
  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/links/use',
    name: 'useLink',
    summary: 'Sign in as an end user by a link; the answer sets the session cookie',
    tags,
    body: UseLink,
    reply: { 204: null },
    handler: async ({ body }, { request, reply }) => {
      refuseOtherSites(request);
      used(request.ip);
      giveSession(reply, await signInByLink(runtime, body.token), secure);
    },
  });
  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/links/join',
    name: 'joinByLink',
    summary: 'Become staff by an invitation, with a password of one’s own',
    tags,
    body: Join,
    reply: { 204: null },
    handler: async ({ body }, { request }) => {
      refuseOtherSites(request);
      used(request.ip);
      await joinByLink(authentication.runtime, body.token, body.password);
    },
  });
  handedRoutes(http);
}

function handedRoutes(http: Http): void {
  const { publicUrl } = http.deps;
  const one = { url: '/api/v1/end-users/:id', params: idParams('end_user'), tags: ['End users'], secret: true };
  route(http, {
    ...one,
    method: 'POST',
    url: `${one.url}/invitation`,
    name: 'inviteEndUser',
    summary: 'A link to hand over to an end user, good for seven days and once; sent by mail too if you like',
    permission: 'tenancy.end_user.invite',
    scope: 'company',
    body: request('InviteEndUser', { send: z.boolean().default(false) }),
    reply: { 201: Handed },
    handler: (ctx, { params, body }) => inviteEndUser(ctx, publicUrl, params.id, body.send),
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${one.url}/look`,
    name: 'lookAsEndUser',
    summary:
      'A link to see the pages of an end user as they do, good for two minutes; in a sandbox one may act there as well',
    permission: 'tenancy.end_user.look',
    scope: 'company',
    reply: { 201: Handed },
    handler: (ctx, { params }) => lookAs(ctx, publicUrl, params.id),
  });
  route(http, {
    method: 'POST',
    url: '/api/v1/staff/invitations',
    name: 'inviteStaff',
    summary:
      'Invite somebody to become staff of the organization or of a company; the link goes by mail and can be handed over',
    tags: ['Staff'],
    permission: 'tenancy.staff.add',
    scope: 'company',
    secret: true,
    body: request('InviteStaff', {
      email: Email,
      name: text(200),
      role: text(100),
      companyId: idOf('company').optional(),
    }),
    reply: { 201: Handed },
    handler: (ctx, { body }) => inviteStaff(ctx, publicUrl, body),
  });
}
