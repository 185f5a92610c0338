import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, listOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import {
  dismissUnplaced,
  listUnplaced,
  type MessageOutcome,
  messagesBound,
  replayUnplaced,
  takeInMessages,
  unplacedReasons,
} from '../intake/index.ts';

const outcomes = ['received', 'reported', 'repeated', 'kept', 'conflict', 'rejected'] as const;
const tally = z.int().min(0).max(messagesBound);
const reason = z.enum(unplacedReasons).meta({
  description:
    'unknown_sim: no SIM of this telecom has it · unknown_text: it reports of no text that this telecom took · not_one_message: longer than 160 characters, or beyond Latin-1 · key_used: its key names another message · unreadable: see `detail`.',
});

const MessagesTaken = reply('MessagesTaken', {
  counts: z.object(
    Object.fromEntries(outcomes.map((outcome) => [outcome, tally])) as Record<MessageOutcome, typeof tally>,
  ),
  results: z.array(
    z.object({
      index: tally.meta({ description: 'Its place in the request, from 0.' }),
      key: z.string(),
      outcome: z.enum(outcomes).meta({
        description:
          'received: a text from a device · reported: the report ended a text · repeated: known already · kept: fits nothing now, see /unplaced-messages · conflict: the key was used with another message · rejected: cannot be read. All but `repeated` are stored.',
      }),
      command: idOf('sms_command').nullable().meta({ description: 'The text that it is, or tells of.' }),
      reason: reason.nullable(),
      code: z.string().nullable(),
      field: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
});

const state = z.enum(['open', 'placed', 'dismissed']);
const kind = z.enum(['text', 'report', 'unreadable']);
const UnplacedReply = reply('UnplacedMessage', {
  id: idOf('message'),
  telecomId: idOf('telecom'),
  key: z.string(),
  kind,
  about: z.string().meta({ description: 'The SIM or the text that it names, as it names it.' }),
  reason,
  detail: z.string(),
  body: z.string().meta({ description: 'The message as it came.' }),
  state,
  command: idOf('sms_command').nullable().meta({ description: 'The text that it became, or told of.' }),
  receivedAt: Timestamp,
  settledAt: Timestamp.nullable(),
  settledBy: z.string().nullable(),
});
const ids = z.array(idOf('message')).min(1).max(500);

/** Texts from devices and delivery reports as telecoms hand them in, and what of it fitted nothing. */
export function intakeRoutes(http: Http): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/telecoms/:id/messages',
    name: 'takeInMessages',
    summary: 'Hand in up to 1,000 texts from devices and delivery reports; each is taken once',
    tags: ['Messages'],
    permission: 'commands.sms.receive',
    scope: 'organization',
    params: idParams('telecom'),
    body: request('IncomingMessages', {
      messages: z
        .array(
          z.unknown().meta({
            description:
              '{key, kind: "text", one of sim, iccid, imsi, msisdn, text, occurredAt?} or {key, kind: "report", one of command, reference, status: "delivered" or "failed", reason?}; each is checked by itself, and answered by itself.',
          }),
        )
        .min(1)
        .max(messagesBound),
    }),
    bodyLimit: 4 * 1024 * 1024,
    repeatable: true,
    reply: { 200: MessagesTaken },
    handler: async (ctx, { params, body }) => {
      const results = await takeInMessages(ctx, params.id, body.messages);
      const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<MessageOutcome, number>;
      for (const { outcome } of results) counts[outcome] += 1;
      return {
        counts,
        results: results.map(({ smsId, refusal, ...result }) => ({
          ...result,
          command: smsId,
          code: refusal?.code ?? null,
          field: refusal?.details.field ?? null,
          message: refusal?.message ?? null,
        })),
      };
    },
  });
  unplacedRoutes(http);
}

function unplacedRoutes(http: Http): void {
  const common = { tags: ['Messages'], scope: 'organization' as const };
  const url = '/api/v1/unplaced-messages';
  const cursor = idCursor('unplaced_messages');
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listUnplacedMessages',
    summary: 'What telecoms handed in that fitted nothing, newest first; what is open unless told otherwise',
    permission: 'commands.sms.view',
    query: pageQuery({
      state: listOf(state).optional(),
      kind: kind.optional(),
      reason: reason.optional(),
      telecom: idOf('telecom').optional(),
      search: text(100).optional().meta({ description: 'A part of what it names: an IMSI, a number, an ICCID.' }),
    }),
    reply: { 200: pageOf(UnplacedReply, 'UnplacedMessagePage') },
    handler: async (ctx, { query }) => {
      const { limit, cursor: from, state, telecom, ...filter } = query;
      const found = await listUnplaced(
        ctx,
        { ...filter, states: state ?? ['open'], telecomId: telecom },
        { after: cursor.read(from) ?? undefined, limit: limit + 1 },
      );
      const shown = found.map(({ smsId, ...row }) => ({ ...row, command: smsId }));
      return pageFrom(shown, limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: `${url}/replay`,
    name: 'replayUnplacedMessages',
    summary: 'Try again to place them; what still fits nothing stays',
    permission: 'commands.sms.place',
    body: request('ReplayUnplaced', {
      ids: ids.optional(),
      telecom: idOf('telecom').optional(),
      reason: reason.optional(),
    }),
    reply: { 200: reply('UnplacedReplayed', { placed: tally, kept: tally }) },
    handler: async (ctx, { body: { ids, telecom, reason } }) => {
      if (!ids && !telecom && !reason) {
        throw refuse.invalid('replay.selection_missing', 'Say which messages: ids, a telecom or a reason.', {
          field: 'body.ids',
          expected: 'ids, telecom or reason',
        });
      }
      return replayUnplaced(ctx, { ids, telecomId: telecom, reason });
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: `${url}/dismiss`,
    name: 'dismissUnplacedMessages',
    summary: 'End them without placing them; they stay on record with who decided that',
    permission: 'commands.sms.place',
    body: request('DismissUnplaced', { ids }),
    reply: { 200: reply('UnplacedDismissed', { dismissed: tally }) },
    handler: async (ctx, { body }) => ({ dismissed: await dismissUnplaced(ctx, body.ids) }),
  });
}
