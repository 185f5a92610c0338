import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import type { Limiter } from '../kit/http/limits.ts';
import { rateLimited } from '../kit/http/route.ts';
import { parsePublicId } from '../kit/ids.ts';
import { readBack } from './back.ts';
import type { Doors } from './kinds.ts';
import { isCard } from './sandbox/model.ts';
import { cardPage, page, pageHeaders, unknownPage } from './sandbox/page.ts';
import { act, actOnCard, cardOfPage, chargeOfPage, type Deed, readCardDeed } from './sandbox/service.ts';
import { receiveNotice } from './sender.ts';
import { stripePage, stripePageHeaders } from './stripe/page.ts';
import { doneAt, shownAt } from './stripe/service.ts';

export type PageDeps = {
  runtime: Runtime;
  doors: Doors;
  findOrganization(id: string): Promise<Organization | null>;
  /** Requests per address. */
  limiter: Limiter;
};

/** A form of a few words. */
const formLimit = 1024;
/** What a provider may tell in one notice. */
const noticeLimit = 256 * 1024;

/** Where payers pay at the built-in provider, and where providers tell what has happened. Nobody signs in here. */
export function payPages(deps: PageDeps): FastifyPluginAsync {
  return async (host) => {
    await host.register(
      async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: noticeLimit }, (_request, body, done) =>
          done(null, body),
        );
        scope.addHook('onRequest', async (request) => {
          const wait = deps.limiter.take(`pay ${request.ip}`);
          if (wait > 0) throw rateLimited(wait);
        });
        const sandbox = '/sandbox/:organization/:token';
        scope.get<{ Params: Place }>(sandbox, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'payer');
          const charge = ctx && (await chargeOfPage(ctx, request.params.token));
          if (!charge) return show(reply, 404, unknownPage);
          return show(reply, 200, page(charge, ctx.organization.name, readBack(request.query)));
        });
        scope.post<{ Params: Place }>(sandbox, { bodyLimit: formLimit }, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'payer');
          const deed = readDeed(String(request.body ?? ''));
          const charge =
            ctx && (deed ? await act(ctx, request.params.token, deed) : await chargeOfPage(ctx, request.params.token));
          if (!charge) return show(reply, 404, unknownPage);
          return sendOn(reply, request, charge.state !== 'open' && charge.state !== 'authenticating');
        });
        const card = '/sandbox/:organization/cards/:token';
        scope.get<{ Params: Place }>(card, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'card holder');
          const kept = ctx && (await cardOfPage(ctx, request.params.token));
          if (!kept) return show(reply, 404, unknownPage);
          return show(reply, 200, cardPage(kept, ctx.organization.name, readBack(request.query)));
        });
        scope.post<{ Params: Place }>(card, { bodyLimit: formLimit }, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'card holder');
          const deed = readCardDeed(new URLSearchParams(String(request.body ?? '')));
          const { token } = request.params;
          const kept = ctx && (deed ? await actOnCard(ctx, token, deed) : await cardOfPage(ctx, token));
          if (!kept) return show(reply, 404, unknownPage);
          return sendOn(reply, request, kept.state !== 'open');
        });
        const stripe = '/stripe/:organization/:token';
        scope.get<{ Params: Place }>(stripe, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'payer');
          const shown = ctx && (await shownAt(ctx, request.params.token));
          if (!shown) return show(reply, 404, unknownPage);
          return reply
            .code(200)
            .headers(stripePageHeaders)
            .send(stripePage(shown, readBack(request.query)));
        });
        scope.post<{ Params: Place }>(stripe, { bodyLimit: formLimit }, async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'payer');
          const found = ctx && (await doneAt(ctx, request.params.token));
          return reply.code(found ? 204 : 404).send();
        });
        scope.post<{ Params: Hook }>('/hooks/:organization/:provider', async (request, reply) => {
          const ctx = await contextOf(deps, request.params, 'payment provider');
          const provider = parsePublicId('payment_provider', request.params.provider);
          const headers = request.headers as Record<string, string | undefined>;
          const kept =
            ctx && provider && (await receiveNotice(ctx, deps.doors, provider, headers, String(request.body ?? '')));
          return reply.code(kept ? 204 : 400).send();
        });
      },
      { prefix: '/pay' },
    );
  };
}

type Place = { organization: string; token: string };
type Hook = { organization: string; provider: string };

async function contextOf(deps: PageDeps, { organization }: { organization: string }, who: string): Promise<Ctx | null> {
  const id = parsePublicId('organization', organization);
  const found = id && (await deps.findOrganization(id));
  return found ? contextFor(deps.runtime, found, systemActor(who)) : null;
}

/** Back to who sent the payer when it is over; else to the same page: a reload asks again for what is, and presses nothing twice. */
function sendOn(reply: FastifyReply, request: FastifyRequest, over: boolean): FastifyReply {
  const back = over ? readBack(request.query) : null;
  return reply
    .code(303)
    .header('location', back ?? request.url)
    .send();
}

function readDeed(body: string): Deed | null {
  const form = new URLSearchParams(body);
  const card = form.get('card');
  if (card) return isCard(card) ? { kind: 'card', card } : null;
  const answer = form.get('answer');
  return answer === 'confirm' || answer === 'refuse' || answer === 'cancel' ? { kind: answer } : null;
}

function show(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(html);
}
