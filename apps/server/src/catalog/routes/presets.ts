import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { createPreset, deletePreset, listPresets } from '../service/presets.ts';

const mostCharacters = 50_000;
const kind = z.enum(['plan', 'pool']);
const form = z
  .record(z.string().max(100), z.unknown())
  .refine((value) => JSON.stringify(value).length <= mostCharacters, { error: `at most ${mostCharacters} characters` })
  // What jsonb does not take.
  .refine((value) => !JSON.stringify(value).includes('\\u0000'), { error: 'text without the character of code zero' })
  .meta({ description: 'Fields of the wizard, as it filled them in.' });

const PresetReply = reply('Preset', {
  ...{ id: idOf('preset'), kind, name: z.string(), form },
  createdAt: Timestamp,
  createdBy: z.string(),
});
const CreatePreset = request('CreatePreset', { kind, name: text(100), form });

export function presetRoutes(http: Http): void {
  const tags = ['Plans'];
  const url = '/api/v1/presets';
  const cursor = idCursor('presets');
  route(http, {
    method: 'GET',
    url,
    name: 'listPresets',
    summary: 'List saved configurations of plans and pools, oldest first',
    tags,
    permission: 'catalog.plan.view',
    scope: 'organization',
    query: pageQuery({ kind: kind.optional() }),
    reply: { 200: pageOf(PresetReply, 'PresetPage') },
    handler: async (ctx, { query }) => {
      const after = cursor.read(query.cursor) ?? undefined;
      const found = await listPresets(ctx, { kind: query.kind, after, limit: query.limit + 1 });
      return pageFrom(found, query.limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createPreset',
    summary: 'Save a configuration under a name',
    tags,
    permission: 'catalog.plan.add',
    scope: 'organization',
    body: CreatePreset,
    reply: { 201: PresetReply },
    handler: async (ctx, { body }) => createPreset(ctx, body),
  });
  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'deletePreset',
    summary: 'Delete a saved configuration',
    tags,
    permission: 'catalog.plan.add',
    scope: 'organization',
    params: idParams('preset'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await deletePreset(ctx, params.id);
    },
  });
}
