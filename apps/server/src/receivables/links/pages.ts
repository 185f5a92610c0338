import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { documentOf } from '../../billing/index.ts';
import { pdfOf, sendFile, writeUbl } from '../../documents/index.ts';
import { contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { createLimiter } from '../../kit/http/limits.ts';
import { rateLimited } from '../../kit/http/route.ts';
import { parsePublicId } from '../../kit/ids.ts';
import type { Hands } from '../../payments/index.ts';
import { gonePage, linkHeaders, linkPage, refusedPage } from './page.ts';
import { begin, type Opened, shownOf } from './pay.ts';
import { openLink, pathOf } from './service.ts';

export type LinkPageDeps = {
  runtime: Runtime;
  hands: Hands;
  findOrganization(id: string): Promise<Organization | null>;
};

/** Looks of one address: a whole office may sit behind it, and nobody guesses 192 bits. */
const looksPerAddress = { burst: 200, perSecond: 5 };
/** Card payments that one link begins: ten at once, then one in half a minute. */
const beginsPerLink = { burst: 10, perSecond: 1 / 30 };
/** A form without a field. */
const formLimit = 1024;
/** Items of a document that one answer writes: as for those who are signed in. */
const most = { pdf: 200_000, xml: 20_000 };

type Place = { organization: string; secret: string };

/** Where somebody with a link sees one invoice, has it as a file, and pays it by card. Nobody signs in here. */
export function linkPages(deps: LinkPageDeps): FastifyPluginAsync {
  const looks = createLimiter(looksPerAddress);
  const begins = createLimiter(beginsPerLink);

  async function open({ organization, secret }: Place): Promise<Opened | null> {
    const id = parsePublicId('organization', organization);
    const found = id && secret.length <= 100 ? await deps.findOrganization(id) : null;
    if (!found) return null;
    const opened = await openLink(contextFor(deps.runtime, found, systemActor('link to an invoice')), secret);
    return opened && { ...opened, path: pathOf(found.id, secret) };
  }

  return async (host) => {
    await host.register(
      async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: formLimit }, (_request, body, done) =>
          done(null, body),
        );
        scope.addHook('onRequest', async (request) => {
          const wait = looks.take(request.ip);
          if (wait > 0) throw rateLimited(wait);
        });
        const url = '/:organization/:secret';
        scope.get<{ Params: Place; Querystring: { go?: string; look?: string } }>(
          url,
          async ({ params, query }, reply) => {
            const opened = await open(params);
            if (!opened) return gone(reply);
            const goes = query.go !== undefined;
            const looks = Number.parseInt(String(query.go ?? query.look ?? ''), 10);
            const shown = await shownOf(opened, looks > 0 ? looks : 0);
            // Who has just pressed the button is taken to the provider's page as soon as there is one.
            if (goes && shown.standing.kind === 'begun') {
              return reply.code(303).headers(linkHeaders).header('location', shown.standing.url).send();
            }
            return show(reply, 200, linkPage(shown));
          },
        );
        scope.post<{ Params: Place }>(url, { bodyLimit: formLimit }, async ({ params }, reply) => {
          const opened = await open(params);
          if (!opened) return gone(reply);
          const wait = begins.take(params.secret);
          if (wait > 0) throw rateLimited(wait);
          const taken = await begin(opened, deps.hands);
          if (taken) return reply.code(303).headers(linkHeaders).header('location', `${opened.path}?go=0`).send();
          const { language } = await shownOf(opened, 0);
          return show(reply, 409, refusedPage(language, opened.path));
        });
        scope.get<{ Params: Place }>(`${url}/document.pdf`, async ({ params }, reply) => {
          const opened = await open(params);
          if (!opened) return gone(reply);
          const document = await documentOf(opened.ctx, opened.invoiceId, most.pdf);
          sendFile(kept(reply), 'application/pdf', `${document.number}.pdf`, await pdfOf(opened.ctx, document));
          return reply;
        });
        scope.get<{ Params: Place }>(`${url}/document.xml`, async ({ params }, reply) => {
          const opened = await open(params);
          if (!opened) return gone(reply);
          const document = await documentOf(opened.ctx, opened.invoiceId, most.xml);
          sendFile(kept(reply), 'application/xml', `${document.number}.xml`, writeUbl(document));
          return reply;
        });
      },
      { prefix: '/bill' },
    );
  };
}

/** Nobody in between keeps a file that a secret opens. */
function kept(reply: FastifyReply): FastifyReply {
  const { 'content-type': _type, 'content-security-policy': _policy, ...rest } = linkHeaders;
  return reply.headers(rest);
}

function show(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).headers(linkHeaders).send(html);
}

function gone(reply: FastifyReply): FastifyReply {
  return show(reply, 404, gonePage());
}
