import { z } from 'zod';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { Refusal } from '../../kit/refusal.ts';
import * as usage from '../../usage/index.ts';
import type { RecordIntake } from '../charger.ts';
import { recordsBound, takeInRecords } from '../intake.ts';

const outcomes = ['charged', 'repeated', 'unrated', 'accepted', 'conflict', 'rejected'] as const;
const tally = z.int().min(0).max(recordsBound);

const RecordsTaken = reply('UsageRecordsTaken', {
  counts: z.object({
    charged: tally,
    repeated: tally,
    unrated: tally,
    accepted: tally,
    conflict: tally,
    rejected: tally,
  }),
  results: z.array(
    z.object({
      index: z.int().min(0).max(recordsBound).meta({ description: 'Its place in the request, from 0.' }),
      id: z.string(),
      outcome: z.enum(outcomes).meta({
        description:
          'charged · repeated: sent before, and not charged again · unrated: kept, see /unrated · accepted: stored, and charged soon · conflict: the id was used with another body · rejected: not taken.',
      }),
      simId: idOf('sim').nullable(),
      periodId: idOf('period').nullable(),
      reason: z.enum(usage.unratedReasons).nullable(),
      code: z.string().nullable(),
      field: z.string().nullable(),
      message: z.string().nullable(),
      retry: z.boolean().meta({ description: 'Sending the same record again can help.' }),
    }),
  ),
});

const RejectedReply = reply('RejectedUsageRecord', {
  id: idOf('usage'),
  source: z.string(),
  recordId: z.string(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
  body: z.string().meta({ description: 'The record as it came, cut at 4,000 characters.' }),
  rejectedAt: Timestamp,
});

export const Source = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, { error: 'letters, digits and . _ : -, at most 64' });

/** 10,000 records of JSON. */
const recordsBytes = 8 * 1024 * 1024;

/** Usage handed in record by record, and what was refused of it. */
export function intakeRoutes(http: Http, charger: RecordIntake): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/usage-records',
    name: 'takeInUsageRecords',
    summary: 'Hand in up to 10,000 usage records, as JSON or as lines of JSON; each is charged once',
    tags: ['Usage'],
    permission: 'usage.record.create',
    scope: 'organization',
    query: z.strictObject({ source: Source.default('api').meta({ description: 'Where the ids come from.' }) }),
    body: request('UsageRecords', {
      records: z
        .array(
          z.unknown().meta({ description: 'A UsageRecordBody; each is checked by itself, and answered by itself.' }),
        )
        .min(1)
        .max(recordsBound),
    }),
    bodyLimit: recordsBytes,
    lines: true,
    repeatable: true,
    reply: { 200: RecordsTaken },
    handler: async (ctx, { query, body }) => {
      const results = await takeInRecords(ctx, charger, query.source, body.records);
      if (results.every((result) => 'retry' in result && result.retry)) {
        throw new Refusal(
          'unavailable',
          'usage.unavailable',
          'Nothing was stored. Send the records again in a moment.',
        );
      }
      const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<
        (typeof outcomes)[number],
        number
      >;
      for (const { outcome } of results) counts[outcome] += 1;
      return {
        counts,
        results: results.map((result) => ({
          index: result.index,
          id: result.id,
          outcome: result.outcome,
          simId: 'lineId' in result ? result.lineId : null,
          periodId: 'periodId' in result ? result.periodId : null,
          reason: ('reason' in result && result.reason) || null,
          code: 'code' in result ? result.code : null,
          field: ('field' in result && result.field) || null,
          message: 'message' in result ? result.message : null,
          retry: 'retry' in result && result.retry,
        })),
      };
    },
  });
  const rejected = idCursor('rejected_usage_records');
  route(http, {
    method: 'GET',
    url: '/api/v1/usage-records/rejected',
    name: 'listRejectedUsageRecords',
    summary: 'Usage records that were refused, newest first, with what was wrong',
    tags: ['Usage'],
    permission: 'usage.record.view',
    scope: 'organization',
    query: pageQuery({
      source: Source.optional(),
      code: z.string().max(100).optional(),
      search: z.string().max(200).optional().meta({ description: 'A part of the record id.' }),
    }),
    reply: { 200: pageOf(RejectedReply, 'RejectedUsageRecordPage') },
    handler: async (ctx, { query }) => {
      const { limit, cursor, ...filter } = query;
      const after = rejected.read(cursor) ?? undefined;
      const found = await reading(ctx, (ctx) => usage.listRejections(ctx, { ...filter, after, limit: limit + 1 }));
      return pageFrom(found, limit, (last) => rejected.write(last.id));
    },
  });
}
