import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assert } from '../../kit/assert.ts';
import { lookAtHead } from '../../kit/csv/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, named } from '../../kit/http/schemas.ts';
import * as operations from '../../operations/index.ts';
import { simTable } from '../csv.ts';
import { beginImport, mayTakeIn } from '../service/import.ts';

const SimFile = named('SimFile', z.string(), {
  description:
    'CSV, as text/csv or application/octet-stream. A header row with iccid and any of imsi, msisdn, eid, form, note, ' +
    'labels (a|b), registration_code; other columns are passed over. Comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252.',
});

/** Two gigabytes, unless the setting says otherwise. */
const largestFile = 2_000_000_000;

/** SIMs from a file of any size: stored while it arrives, then checked and loaded by the worker. */
export function importRoutes(http: Http): void {
  const uploads = new WeakMap<FastifyRequest, { upload: operations.Upload; head: ReturnType<typeof lookAtHead> }>();
  route(http, {
    method: 'POST',
    url: '/api/v1/operations/sim-imports',
    name: 'createSimImport',
    summary: 'Import SIMs from a CSV file of up to 2 GB, as an operation',
    tags: ['Operations'],
    permission: 'inventory.sim.add',
    scope: 'organization',
    query: z.strictObject({
      telecom: idOf('telecom'),
      company: idOf('company').optional().meta({ description: 'Registers the SIMs into the account of this company.' }),
      dryRun: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .default(true)
        .meta({ description: 'Only check; `start` loads what is good. With false it loads at once.' }),
      name: z.string().max(255).default('').meta({ description: 'Name of the file.' }),
    }),
    consumes: 'text/csv',
    body: SimFile,
    reply: { 202: operations.OperationReply },
    receive: async (fresh, { query }, request) => {
      await mayTakeIn(fresh(), query.telecom, query.company ?? null);
      let head: ReturnType<typeof lookAtHead> | null = null;
      const upload = await operations.receive(fresh, operations.bodyOf(request), {
        name: query.name,
        maxBytes: http.deps.largestFile ?? largestFile,
        look: (bytes, last) => {
          head = lookAtHead(simTable, bytes, last);
        },
      });
      assert(head, 'a stored file was looked at');
      uploads.set(request, { upload, head });
      return upload.sha256.toString('hex');
    },
    handler: async (ctx, { query }, { request }) => {
      const received = uploads.get(request);
      assert(received, 'the file was received before');
      const { telecom: telecomId, company: companyId = null, dryRun, name } = query;
      const operation = await beginImport(ctx, { ...received, name, telecomId, companyId, dryRun });
      return operations.operationView(operation);
    },
  });
}
