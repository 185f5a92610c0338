import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Preset } from '../model.ts';
import * as store from '../sql/presets.ts';

/** More than a person would look through. */
export const mostPresets = 200;

/** Saves a wizard's form under a name. Refuses `preset.name_taken` and `preset.too_many`. */
export async function createPreset(ctx: Ctx, input: Pick<Preset, 'kind' | 'name' | 'form'>): Promise<Preset> {
  return atomically(ctx, async (ctx) => {
    if ((await store.countPresets(ctx, input.kind)) >= mostPresets) {
      throw refuse.conflict('preset.too_many', `There are ${mostPresets} presets already. Delete one first.`);
    }
    const preset: Preset = { ...input, id: newId(ctx), createdAt: ctx.now, createdBy: ctx.actor.name };
    await store.insertPreset(ctx, preset).catch(refuseTakenName);
    await record(ctx, 'preset.created', preset);
    return preset;
  });
}

/** Oldest first. */
export async function listPresets(
  ctx: Ctx,
  { after, limit, ...filter }: { kind?: Preset['kind'] | undefined; after?: Id; limit: number },
): Promise<Preset[]> {
  return reading(ctx, (ctx) => store.listPresets(ctx, filter, { after, limit }));
}

export async function deletePreset(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const preset = await store.deletePreset(ctx, id);
    if (!preset) throw refuse.notFound('preset');
    await record(ctx, 'preset.deleted', preset);
  });
}

async function record(ctx: Ctx, action: string, preset: Preset): Promise<void> {
  const changes = [{ field: 'name', old: null, new: preset.name }];
  await audit(ctx, [{ action, objectType: 'preset', objectId: publicId('preset', preset.id), changes }]);
}

function refuseTakenName(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'presets_name') {
    throw refuse.conflict('preset.name_taken', 'Another preset has this name.', { field: 'body.name' });
  }
  throw error;
}
