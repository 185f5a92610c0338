import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Bytes, idOf, idParams, reply, Timestamp, text } from '../kit/http/schemas.ts';
import { type IdKind, parsePublicId, prefixes, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import type { Letter } from './model.ts';
import { getLetter, listLetters, sendAgain } from './service.ts';

const state = z.enum(['waiting', 'sent', 'failed', 'held']);
const kind = z.string().regex(/^[a-z][a-z_]{0,39}$/, { error: 'a kind of letter, like receipt' });

const fields = {
  id: idOf('letter'),
  kind,
  company: idOf('company').nullable(),
  about: z.string().nullable().meta({ description: 'Id of what it tells of.' }),
  to: z.string(),
  toName: z.string().nullable(),
  subject: z.string(),
  language: z.enum(['en', 'de']),
  secret: z.boolean().meta({ description: 'It signs somebody in, so what it says is not shown.' }),
  state: state.meta({ description: 'held: no mail server was set when it was due.' }),
  attempts: z
    .int()
    .min(0)
    .max(100)
    .meta({ description: 'Tries since it was made, or since it was last asked to be sent again.' }),
  nextAttemptAt: Timestamp.nullable(),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
  lastAnswer: z.string().nullable().meta({ description: 'What the mail server said last, or why it was not sent.' }),
};
const ShownLetter = reply('Letter', fields);
const LetterDetail = reply('LetterDetail', {
  ...fields,
  text: z.string().nullable(),
  html: z.string().nullable(),
  attachments: z.array(z.object({ name: z.string(), contentType: z.string(), bytes: Bytes })),
});

const cursor = idCursor('letters');

/** Letters: looked at, and sent again. They are written by other rooms. */
export function letterRoutes(http: Http): void {
  const tags = ['Letters'];
  const url = '/api/v1/letters';
  const one = { tags, url: `${url}/:id`, params: idParams('letter'), scope: 'organization' as const };
  route(http, {
    tags,
    url,
    method: 'GET',
    name: 'listLetters',
    summary: 'List the letters that were sent by mail, or wait for that, newest first',
    permission: 'mail.letter.view',
    scope: 'organization',
    query: pageQuery({
      state: state.optional(),
      kind: kind.optional(),
      about: z.string().max(40).optional().meta({ description: 'Id of what they tell of.' }),
      search: text(200).optional().meta({ description: 'A part of the address, the name or the subject.' }),
    }),
    reply: { 200: pageOf(ShownLetter, 'LetterPage') },
    handler: async (ctx, { query }) => {
      const { limit, about, cursor: from, ...filter } = query;
      const aboutId = about === undefined ? undefined : idOfAnything(about);
      const after = cursor.read(from) ?? undefined;
      const found = await listLetters(ctx, { ...filter, aboutId }, { limit: limit + 1, after });
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...one,
    method: 'GET',
    name: 'getLetter',
    summary: 'One letter, with what it says',
    permission: 'mail.letter.view',
    reply: { 200: LetterDetail },
    handler: async (ctx, { params }) => detail(await getLetter(ctx, params.id)),
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${one.url}/send`,
    name: 'sendLetter',
    summary: 'Send a letter that was sent, held or given up',
    permission: 'mail.letter.send',
    reply: { 200: LetterDetail },
    handler: async (ctx, { params }) => detail(await sendAgain(ctx, params.id)),
  });
}

function idOfAnything(about: string) {
  for (const kind of Object.keys(prefixes) as IdKind[]) {
    const id = parsePublicId(kind, about);
    if (id) return id;
  }
  throw refuse.invalid('letter.about_unknown', 'This is no id of anything that letters tell of.', {
    field: 'query.about',
    expected: 'the id of an end user, a payment or an invoice',
  });
}

function shown({ companyId, about, nextAttemptAt, recipient, recipientName, ...letter }: Letter) {
  return {
    ...letter,
    ...{ company: companyId, to: recipient, toName: recipientName },
    about: about && publicId(about.type as IdKind, about.id),
    nextAttemptAt: letter.state === 'waiting' ? nextAttemptAt : null,
  };
}

function detail({ text, html, enclosed, ...letter }: Awaited<ReturnType<typeof getLetter>>) {
  return { ...shown(letter), text, html, attachments: enclosed };
}
