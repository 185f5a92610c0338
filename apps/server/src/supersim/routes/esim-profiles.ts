import { isEid } from '@simwright/measure';
import { z } from 'zod';
import { awaitCallback } from '../../deliveries/index.ts';
import { atomically } from '../../kit/db.ts';
import * as provisioning from '../../provisioning/index.ts';
import type { Call, Routes } from '../call.ts';
import { ApiError, codes, notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import { boolean, httpMethod, oneOf, optional, parse, text, url } from '../params.ts';
import { esimProfileShape } from '../shapes.ts';
import { parseSid } from '../sids.ts';

const Create = z.object({
  Eid: text
    .refine((eid) => eid === '' || isEid(eid), '32 digits, the last two of which are its check digits')
    .optional(),
  GenerateMatchingId: optional(boolean),
  CallbackUrl: url.optional(),
  CallbackMethod: optional(httpMethod),
});

const listFilters = ['Eid', 'SimSid', 'Status'] as const;
const ListFilter = z.object({
  Eid: text.optional(),
  SimSid: text.optional(),
  Status: optional(oneOf(['new', 'reserving', 'available', 'downloaded', 'installed', 'failed'])),
});

/** The path has a capital S: that is how the original spells it. */
const at = '/ESimProfiles';

export function esimProfileRoutes(routes: Routes): void {
  routes.post(at, 'provisioning.esim_profile.add', async (call) => {
    const asked = parse(Create, call.form);
    const eid = asked.Eid || null;
    const withCode = asked.GenerateMatchingId ?? false;
    if (eid === null && !withCode) {
      throw new ApiError(400, codes.invalidParameter, 'Missing parameter: Eid, or GenerateMatchingId=true', 'Eid');
    }
    const { companyId } = call;
    const profile = await atomically(call.ctx, async (ctx) => {
      const made = await provisioning.createProfile(ctx, { companyId, eid, withCode });
      if (asked.CallbackUrl) {
        const target = { url: asked.CallbackUrl, method: asked.CallbackMethod ?? ('POST' as const) };
        await awaitCallback(ctx, { companyId, awaits: { type: 'esim_profile', id: made.id }, ...target });
      }
      return made;
    });
    return { status: 201, body: esimProfileShape(profile, call) };
  });

  routes.get(at, 'provisioning.esim_profile.view', async (call) => {
    const { Eid, SimSid, Status } = parse(ListFilter, call.query);
    const lineId = SimSid ? parseSid('sim', SimSid) : undefined;
    const filter = { companyId: call.companyId, eid: Eid || undefined, lineId: lineId ?? undefined, status: Status };
    return answerList<provisioning.EsimProfile>(call, {
      ...{ key: 'esim_profiles', at, filters: listFilters },
      keyOf: (profile) => profile.id,
      // What is no SID of a SIM names no profile.
      read: async (page) => (lineId === null ? [] : provisioning.listProfiles(call.ctx, filter, page)),
      shape: (found) => found.map((profile) => esimProfileShape(profile, call)),
    });
  });

  routes.get(`${at}/:sid`, 'provisioning.esim_profile.view', async (call) => ({
    status: 200,
    body: esimProfileShape(await getProfile(call), call),
  }));
}

async function getProfile(call: Call): Promise<provisioning.EsimProfile> {
  const id = parseSid('esim_profile', call.params.sid!);
  const filter = { companyId: call.companyId, ids: id ? [id] : [] };
  const [found] = id ? await provisioning.listProfiles(call.ctx, filter, { limit: 1 }) : [];
  if (!found) throw notFound(call.path);
  return found;
}
