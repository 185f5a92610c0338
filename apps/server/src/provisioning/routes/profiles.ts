import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, named, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { readProgress } from '../es2plus.ts';
import { type EsimProfile, profileStatuses } from '../profiles/model.ts';
import { createProfile, getProfile, listProfiles, takeProgress } from '../profiles/service.ts';

const Status = named('EsimProfileStatus', z.enum(profileStatuses), {
  description: 'available: it can be downloaded · downloaded, installed: as its SM-DP+ tells · failed: see errorCode.',
});

const ShownProfile = reply('EsimProfile', {
  id: idOf('esim_profile'),
  company: idOf('company').nullable().meta({ description: "The account that asked; null: the organization's own." }),
  status: Status,
  sim: idOf('sim').nullable().meta({ description: 'The SIM whose profile it is, once it is available.' }),
  iccid: z.string().nullable(),
  eid: z.string().nullable().meta({ description: 'The eUICC that may download it, or did.' }),
  smdpAddress: z.string().nullable().meta({ description: 'The SM-DP+ server from which it is downloaded.' }),
  matchingId: z.string().nullable(),
  activationCode: z
    .string()
    .nullable()
    .meta({ description: 'What a QR code holds after `LPA:`.', example: '1$smdp.example.com$04386-AGYFT' }),
  errorCode: z.string().nullable().meta({ description: "The SM-DP+'s own, as in 8.2.1/3.9 (GSMA SGP.22), or ours." }),
  errorMessage: z.string().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

const CreateProfile = request('CreateEsimProfile', {
  eid: z.string().max(40).optional().meta({ description: 'The eUICC that it is for, 32 digits.' }),
  generateMatchingId: z.boolean().default(false).meta({ description: 'With a code for whoever has it.' }),
  company: idOf('company').nullable().optional(),
});

/** Another protocol's message: what we read of it is said in es2plus.ts. */
const DownloadProgress = named('DownloadProgressInfo', z.record(z.string().max(100), z.unknown()), {
  description:
    'handleDownloadProgressInfo of ES2+ (GSMA SGP.22 section 5.3.5): iccid, timestamp, notificationPointId, notificationPointStatus, and eid where it is known.',
});

const cursor = idCursor('esim_profiles');

export function profileRoutes(http: Http): void {
  const common = { tags: ['eSIM profiles'], scope: 'company' as const };
  const url = '/api/v1/esim-profiles';
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listEsimProfiles',
    summary: 'List eSIM profiles, newest first',
    permission: 'provisioning.esim_profile.view',
    query: pageQuery({
      status: Status.optional(),
      eid: z.string().max(40).optional(),
      sim: idOf('sim').optional(),
      company: idOf('company').optional(),
    }),
    reply: { 200: pageOf(ShownProfile, 'EsimProfilePage') },
    handler: async (ctx, { query: { limit, cursor: from, sim, company, ...filter } }) => {
      const after = cursor.read(from) ?? undefined;
      const asked = { ...filter, lineId: sim, companyId: company };
      const found = await listProfiles(ctx, asked, { limit: limit + 1, after });
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url,
    name: 'createEsimProfile',
    summary: 'Reserve an eSIM of the stock and order its profile',
    permission: 'provisioning.esim_profile.add',
    body: CreateProfile,
    reply: { 201: ShownProfile },
    handler: async (ctx, { body }) => {
      const companyId = await inventory.accountOf(ctx, body.company);
      const input = { companyId, eid: body.eid ?? null, withCode: body.generateMatchingId };
      return shown(await inventory.naming({ eid: 'body.eid' }, () => createProfile(ctx, input)));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getEsimProfile',
    summary: 'Read an eSIM profile',
    permission: 'provisioning.esim_profile.view',
    params: idParams('esim_profile'),
    reply: { 200: ShownProfile },
    handler: async (ctx, { params }) => shown(await getProfile(ctx, params.id)),
  });
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/gsma/rsp2/es2plus/handleDownloadProgressInfo',
    name: 'handleDownloadProgressInfo',
    summary: 'Tell of the download of an eSIM profile, as an SM-DP+ does',
    permission: 'provisioning.esim_profile.report',
    scope: 'organization',
    repeatable: true,
    body: DownloadProgress,
    reply: { 204: null },
    handler: async (ctx, { body }) => {
      const { iccid, progress } = readProgress(body);
      if (progress) await takeProgress(ctx, iccid, progress);
    },
  });
}

/** Before it is available its line is still in stock, and nobody's to see. */
function shown({ companyId, lineId, iccid, availableAt, ...profile }: EsimProfile) {
  const sim = availableAt && lineId;
  return { ...profile, company: companyId, sim, iccid: availableAt && iccid };
}
