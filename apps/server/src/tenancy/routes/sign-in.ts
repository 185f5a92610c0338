import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { createLimiter } from '../../kit/http/limits.ts';
import { publicRoute, rateLimited } from '../../kit/http/route.ts';
import { reply, request } from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Authentication, refuseOtherSites } from '../authentication/index.ts';

const SignInBody = request('SignIn', {
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(200),
});

const Person = z.object({ id: z.string(), name: z.string(), email: z.string() });
const SignedIn = reply('SignedIn', { user: Person });
const SignedInOrNot = reply('SignedInOrNot', { user: Person.nullable() });

/** Ten tries at once, then one in six seconds: for one person from one address, and ten times that for an address. */
const perPerson = { burst: 10, perSecond: 1 / 6 };
const perAddress = { burst: 100, perSecond: 10 / 6 };

export function signInRoutes(http: Http, authentication: Authentication): void {
  const persons = createLimiter(perPerson);
  const addresses = createLimiter(perAddress);
  const tags = ['Sign-in'];

  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/sign-in/email',
    name: 'signIn',
    summary: 'Sign in to the console; the answer sets the session cookie',
    tags,
    body: SignInBody,
    reply: { 200: SignedIn },
    handler: async ({ body }, { request, reply }) => {
      refuseOtherSites(request);
      const email = body.email.trim().toLowerCase();
      const wait = Math.max(addresses.take(request.ip), persons.take(`${request.ip} ${email}`));
      if (wait > 0) throw rateLimited(wait);
      const answer = await authentication.signIn.signIn(request, email, body.password);
      if (!answer.ok) throw refuse.unauthenticated('sign_in.failed', 'Email or password is wrong.');
      passCookies(answer, reply);
      const { user } = (await answer.json()) as { user: z.output<typeof Person> };
      return { user };
    },
  });

  publicRoute(http, {
    method: 'POST',
    url: '/api/auth/sign-out',
    name: 'signOut',
    summary: 'Sign out; the session ends at once',
    tags,
    reply: { 204: null },
    handler: async (_input, { request, reply }) => {
      refuseOtherSites(request);
      passCookies(await authentication.signIn.signOut(request), reply);
    },
  });

  publicRoute(http, {
    method: 'GET',
    url: '/api/auth/get-session',
    name: 'getSession',
    summary: 'Whose session cookie this is, if anybody’s',
    tags,
    reply: { 200: SignedInOrNot },
    handler: async (_input, { request }) => ({ user: await authentication.signIn.user(request) }),
  });
}

function passCookies(answer: Response, reply: FastifyReply): void {
  for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
}
