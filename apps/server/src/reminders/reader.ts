import { type Language, partyOf } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import { getEndUser, ownersOf } from '../tenancy/index.ts';

/** Who gets letters, where, in which language. Address null: none is known. */
export type Reader = { address: string | null; name: string; language: Language };

/** Who gets the letters of an account, as known now; null where it is gone. */
export async function readerOf(ctx: Ctx, ownerId: Id): Promise<Reader | null> {
  const owner = (await ownersOf(ctx, [ownerId])).get(ownerId);
  if (!owner || owner.archived) return null;
  const { party, language } = await partyOf(ctx, ownerId);
  if (owner.type !== 'end_user') return { address: party.email, name: owner.name, language };
  const user = await getEndUser(ctx, ownerId);
  return { address: party.email ?? user.email, name: owner.name, language: user.language ?? language };
}
