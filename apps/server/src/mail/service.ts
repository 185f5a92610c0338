import { assert } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { seal, unseal } from '../kit/seal.ts';
import {
  isAddress,
  isOneLine,
  type Letter,
  maxAttachedBytes,
  maxAttachments,
  type NewLetter,
  type Written,
} from './model.ts';
import * as store from './sql.ts';

/**
 * Keeps a letter, in the caller's database transaction: it is sent if and only if what it tells of has committed. Returns its
 * id; with a key that was used before, that of the first. Refuses `mail.recipient_invalid`, `mail.too_large`.
 */
export async function post(ctx: Ctx, letter: NewLetter): Promise<Id> {
  const { to, subject, attachments = [], secret = false } = letter;
  if (!isAddress(to.address)) {
    throw refuse.invalid('mail.recipient_invalid', 'This is no address that mail can be sent to.', {
      field: 'body.email',
      expected: 'one address, like name@example.com',
    });
  }
  assert(attachments.length <= maxAttachments, 'a letter has at most ten attachments');
  if (attachments.reduce((sum, { content }) => sum + content.length, 0) > maxAttachedBytes) {
    throw refuse.invalid('mail.too_large', `What is attached to a letter is at most ${maxAttachedBytes} bytes.`);
  }
  return atomically(ctx, async (ctx) => {
    const id = newId(ctx);
    const written: Written = { text: letter.text, html: letter.html ?? null };
    const kept = {
      ...{ id, companyId: letter.companyId ?? null, kind: letter.kind, about: letter.about ?? null },
      ...{ recipient: to.address, recipientName: to.name ? oneLine(to.name, 200) : null },
      ...{ subject: oneLine(subject, 300), language: letter.language, secret, until: letter.until ?? null },
      ...{ nextAttemptAt: ctx.now, createdAt: ctx.now, key: letter.key ?? null },
      ...(secret
        ? { text: null, html: null, sealed: seal(ctx, sealPurpose, JSON.stringify(written)) }
        : { ...written, sealed: null }),
    };
    if (!(await store.insertLetter(ctx, kept))) return (await store.findIdOfKey(ctx, letter.key!))!;
    for (const [position, attachment] of attachments.entries()) {
      await store.insertAttachment(ctx, id, position, { ...attachment, name: oneLine(attachment.name, 120) });
    }
    return id;
  });
}

const sealPurpose = 'letter';

/** What a letter says, whoever asks; null where it was erased. */
export function writtenIn({ text, html, sealed }: store.Kept): Written {
  return sealed ? (JSON.parse(unseal(sealPurpose, sealed).toString()) as Written) : { text, html };
}

/** A name or a subject may come from anybody: what would begin another header becomes a space. */
function oneLine(text: string, most: number): string {
  const line = isOneLine(text) ? text : text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.trim().slice(0, most) || '-';
}

/** Newest first, without what they say. */
export async function listLetters(
  ctx: Ctx,
  filter: store.LetterFilter,
  page: { after?: Id; limit: number },
): Promise<Letter[]> {
  return reading(ctx, (ctx) => store.listLetters(ctx, filter, page));
}

/** One letter with what it says, unless it is a secret one. Refuses `letter.not_found`. */
export async function getLetter(ctx: Ctx, id: Id): Promise<Letter & Written & { enclosed: store.Enclosed[] }> {
  return reading(ctx, async (ctx) => {
    const [found] = await listLetters(ctx, { ids: [id] }, { limit: 1 });
    if (!found) throw refuse.notFound('letter', publicId('letter', id));
    const { text, html } = await store.findText(ctx, id);
    return { ...found, text, html, enclosed: await store.listEnclosed(ctx, id) };
  });
}

/**
 * Sends a letter that was sent, held or given up. Refuses `letter.not_found`, `letter.waiting`, and `letter.erased` where it
 * signed somebody in and what it said is gone.
 */
export async function sendAgain(ctx: Ctx, id: Id): Promise<Letter & Written & { enclosed: store.Enclosed[] }> {
  return atomically(ctx, async (ctx) => {
    const found = await getLetter(ctx, id);
    if (!(await store.sendAgain(ctx, [id])).has(id)) {
      if (found.state === 'waiting') {
        throw refuse.conflict('letter.waiting', 'This letter is still being tried: it will be sent by itself.');
      }
      throw refuse.conflict('letter.erased', 'What this letter said was good once, or is over. Make a new one.');
    }
    await audit(ctx, [
      {
        action: 'letter.sent_again',
        objectType: 'letter',
        objectId: publicId('letter', id),
        changes: [{ field: 'state', old: found.state, new: 'waiting' }],
      },
    ]);
    return getLetter(ctx, id);
  });
}

/** How long a letter is kept after it was sent or given up. */
const keptDays = 90;
const atOnce = 1_000;

/** Erases links that are over, and forgets letters of three months ago. Returns how many went. */
export async function sweep(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
  return atomically(ctx, async (ctx) => {
    await store.eraseStale(ctx, atOnce);
    return store.forgetSettled(ctx, before, atOnce);
  });
}
