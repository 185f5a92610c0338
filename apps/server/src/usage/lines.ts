import { z } from 'zod';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, raw, type Sql, sql } from '../kit/db.ts';
import { idOf, request } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';

/** A condition for lists of lines, on the alias `s`: in session, or not. */
export function onlineCondition(online: boolean): Sql {
  return raw(`${online ? '' : 'not '}exists (select from sessions live where live.organization_id = s.organization_id
    and live.line_id = s.id and live.state = 'open')`);
}

/** The lines in session, `id` for each, which an index has in order. */
export function onlineLines(ctx: Ctx): Sql {
  return sql`select live.line_id as id from sessions live
    where live.organization_id = ${ctx.organization.id} and live.state = 'open' and live.line_id is not null`;
}

/** By what lists of SIMs are filtered. A query writes a flag and several values in its own way, a body in JSON's. */
export function simFilters<F extends z.ZodType, S extends z.ZodType, I extends z.ZodType>(
  flag: F,
  statuses: S,
  ids: I,
) {
  return {
    search: z.string().max(100).optional().meta({ description: 'Part of ICCID, IMSI, MSISDN, EID, IMEI or name.' }),
    ids: ids.optional(),
    status: statuses.optional(),
    telecom: idOf('telecom').optional(),
    company: idOf('company').optional(),
    endUser: idOf('end_user').optional().meta({ description: 'SIMs of this end user.' }),
    fleet: idOf('fleet').optional(),
    plan: idOf('plan').optional(),
    pool: idOf('pool').optional().meta({ description: 'Members of this pool.' }),
    label: z.string().max(100).optional(),
    online: flag.optional(),
    registered: flag.optional(),
    blocked: flag.optional(),
  };
}

/** The filter of the list of SIMs, for work on all that match. */
export const SimFilter = request(
  'SimFilter',
  simFilters(z.boolean(), z.array(inventory.ShownStatusName).max(50), z.array(idOf('sim')).max(1000)),
);

/** What a filter of the list of SIMs asks for. */
export type AskedSims = {
  [K in 'search' | 'label']?: string | undefined;
} & { [K in 'telecom' | 'company' | 'endUser' | 'fleet' | 'plan' | 'pool']?: Id | undefined } & {
  [K in 'online' | 'registered' | 'blocked']?: boolean | undefined;
} & { ids?: Id[] | undefined; status?: inventory.ShownStatus[] | undefined };

export function simFilterOf(ctx: Ctx, asked: AskedSims): inventory.SimFilter {
  const { telecom, company, endUser, fleet, plan, pool, online, search, ...rest } = asked;
  const conditions = [
    ...(online === undefined ? [] : [onlineCondition(online)]),
    ...(pool ? [inventory.memberCondition(ctx, pool)] : []),
  ];
  return {
    ...rest,
    search: search?.trim() || undefined,
    telecomId: telecom,
    companyId: company,
    endUserId: endUser,
    fleetId: fleet,
    planId: plan,
    also: conditions.length > 0 ? join(conditions) : undefined,
    among: pool ? inventory.memberLines(ctx, pool) : online ? onlineLines(ctx) : undefined,
  };
}
