import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, named, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { type SettingsUpdate, settingsStatuses } from '../settings/model.ts';
import { listPackages, listUpdates, mostAtOnce, orderUpdates } from '../settings/service.ts';

const Status = named('SettingsUpdateStatus', z.enum(settingsStatuses), {
  description: 'scheduled: it waits for the SIM to come by · in-progress · successful · failed: see failure.',
});

const ShownUpdate = reply('SettingsUpdate', {
  id: idOf('settings_update'),
  sim: idOf('sim'),
  iccid: z.string(),
  package: z.string(),
  version: z.string(),
  status: Status,
  failure: z.string().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  completedAt: Timestamp.nullable(),
});

const CreateUpdates = request('CreateSettingsUpdates', {
  sims: z.array(idOf('sim')).min(1).max(mostAtOnce),
  package: text(100),
  version: text(50),
});
const Ordered = reply('SettingsUpdatesOrdered', {
  results: z.array(
    z.object({
      sim: idOf('sim'),
      settingsUpdate: idOf('settings_update').nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
});
const Packages = reply('SettingsPackages', { items: z.array(z.object({ name: z.string(), version: z.string() })) });

const cursor = idCursor('settings_updates');

export function settingsRoutes(http: Http): void {
  const tags = ['Settings updates'];
  const url = '/api/v1/settings-updates';
  route(http, {
    method: 'GET',
    url,
    name: 'listSettingsUpdates',
    summary: 'List settings updates of SIMs, newest first',
    tags,
    permission: 'provisioning.settings_update.view',
    scope: 'company',
    query: pageQuery({ sim: idOf('sim').optional(), status: Status.optional() }),
    reply: { 200: pageOf(ShownUpdate, 'SettingsUpdatePage') },
    handler: async (ctx, { query: { limit, cursor: from, sim, status } }) => {
      const after = cursor.read(from) ?? undefined;
      const found = await listUpdates(ctx, { lineId: sim, status }, { limit: limit + 1, after });
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createSettingsUpdates',
    summary:
      'Put a settings package of their telecom onto up to 1,000 SIMs, over the air; each has an outcome of its own',
    tags,
    permission: 'provisioning.settings_update.add',
    scope: 'organization',
    body: CreateUpdates,
    reply: { 200: Ordered },
    handler: async (ctx, { body }) => {
      const settings = { name: body.package, version: body.version };
      const outcomes = await orderUpdates(ctx, [...new Set(body.sims)], settings);
      return {
        results: outcomes.map(({ lineId, updateId, refusal }) => ({
          ...{ sim: lineId, settingsUpdate: updateId },
          ...{ code: refusal?.code ?? null, message: refusal?.message ?? null },
        })),
      };
    },
  });
  route(http, {
    method: 'GET',
    url: '/api/v1/telecoms/:id/settings-packages',
    name: 'listSettingsPackages',
    summary: 'List the settings that a telecom puts onto its SIMs over the air',
    tags,
    permission: 'provisioning.settings_update.view',
    scope: 'organization',
    params: idParams('telecom'),
    reply: { 200: Packages },
    handler: async (ctx, { params }) => ({ items: [...(await listPackages(ctx, params.id))] }),
  });
}

function shown({ lineId, packageName, packageVersion, ...update }: SettingsUpdate) {
  return { ...update, sim: lineId, package: packageName, version: packageVersion };
}
