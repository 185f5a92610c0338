import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import { lookAtHead } from '../../kit/csv/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, named, request } from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import { SimFilter } from '../../usage/index.ts';
import { assignToFile, assignToList, assignToMatching, mayAssign, mostNames } from '../plans/operation/begin.ts';
import { lineTable } from '../plans/operation/kind.ts';
import type { Asked } from '../plans/operation/parameters.ts';
import { askedOfLines } from './preview.ts';

const dryRun = {
  description: 'Only look at each SIM; `start` does what can be done. With false it goes on by itself.',
};

const BeginAssignment = request('BeginPlanAssignment', {
  ...askedOfLines,
  sims: z.array(z.string().min(1).max(40)).min(1).max(mostNames).optional().meta({ description: 'Ids or ICCIDs.' }),
  filter: SimFilter.optional().meta({ description: 'Instead of sims: all that match, as the list of SIMs.' }),
  dryRun: z.boolean().default(true).meta(dryRun),
  name: z.string().max(255).default('').meta({ description: 'What people call it.' }),
});

const LineFile = named('PlanAssignmentFile', z.string(), {
  description: 'CSV with a column iccid, of ICCIDs or of ids of SIMs; other columns are passed over.',
});

/** As much as two million rows are. */
const largestFile = 200_000_000;

/** Plans for many lines as an operation: by list, by file, or all that match. */
export function assignmentRoutes(http: Http): void {
  const common = {
    ...{ tags: ['Operations'], permission: 'periods.plan.assign', scope: 'organization' as const },
    reply: { 202: operations.OperationReply },
  };
  const fields = { planId: 'body.plan', poolId: 'body.pool' };
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/operations/plan-assignments',
    name: 'createPlanAssignment',
    summary: 'Put up to 10,000 SIMs, or all that match a filter, on a plan, or off theirs, as an operation',
    body: BeginAssignment,
    handler: async (ctx, { body: { sims, filter, plan, pool = null, effective, dryRun, name } }) => {
      if ((sims === undefined) === (filter === undefined)) {
        const expected = 'sims or filter, and not both';
        throw refuse.invalid('request.invalid', `body must name the SIMs: ${expected}.`, {
          field: 'body.sims',
          expected,
        });
      }
      const begun = { asked: { planId: plan, poolId: pool, effective }, title: name, dryRun };
      const operation = await inventory.naming(fields, () =>
        sims ? assignToList(ctx, begun, sims) : assignToMatching(ctx, begun, filter!),
      );
      return operations.operationView(operation);
    },
  });

  const uploads = new WeakMap<FastifyRequest, Parameters<typeof assignToFile>[2]>();
  type Query = { plan: string; pool?: string | undefined; effective: Asked['effective'] };
  const askedIn = ({ plan, pool, effective }: Query): Asked => ({
    ...{ planId: plan === 'none' ? null : plan, poolId: pool ?? null, effective },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/operations/plan-assignments/files',
    name: 'createPlanAssignmentFromFile',
    summary: 'Put the SIMs of a CSV file on a plan, or off theirs, as an operation',
    query: z.strictObject({
      plan: z.union([idOf('plan'), z.literal('none')]).meta({ description: 'none: their plan ends.' }),
      pool: idOf('pool').optional(),
      effective: askedOfLines.effective,
      dryRun: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .default(true)
        .meta(dryRun),
      name: z.string().max(255).default('').meta({ description: 'Name of the file.' }),
    }),
    consumes: 'text/csv',
    body: LineFile,
    receive: async (fresh, { query }, request) => {
      await inventory.naming({ planId: 'query.plan', poolId: 'query.pool' }, () => mayAssign(fresh(), askedIn(query)));
      let head: ReturnType<typeof lookAtHead> | null = null;
      const upload = await operations.receive(fresh, operations.bodyOf(request), {
        name: query.name,
        maxBytes: http.deps.largestFile ?? largestFile,
        look: (bytes, last) => {
          head = lookAtHead(lineTable, bytes, last);
        },
      });
      assert(head, 'a stored file was looked at');
      uploads.set(request, { upload, head });
      return upload.sha256.toString('hex');
    },
    handler: async (ctx, { query }, { request }) => {
      const received = uploads.get(request);
      assert(received, 'the file was received before');
      const begun = { asked: askedIn(query), title: query.name, dryRun: query.dryRun };
      return operations.operationView(await assignToFile(ctx, begun, received));
    },
  });
}
