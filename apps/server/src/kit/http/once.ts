import { createHash } from 'node:crypto';
import type { Ctx } from '../ctx.ts';
import { atomically, row, run, sql } from '../db.ts';
import { refuse } from '../refusal.ts';
import { seal, unseal } from '../seal.ts';

/** What a write answered: the status and the JSON text, ready to be sent again. */
export type Answer = { status: number; text: string | null };

/** A key is kept this long; after that the same key is a new request. */
export const keptHours = 48;

/** Whether the text can be an idempotency key. */
export function isKey(key: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(key);
}

/** Identifies a request: the same key with another one is a mistake of the caller. */
export function requestHash(method: string, url: string, body: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, url, canonical(body)]))
    .digest();
}

/**
 * Runs a write at most once per actor and key. The key's row and the write's effects commit in one database
 * transaction, so there is no moment in which one exists without the other. A second request with the same key waits
 * for the first and then gets its answer. Refusals and faults roll back and leave no key behind: they may be repeated.
 *
 * @param secret the answer holds a secret: it is sealed before it is stored.
 * @throws `idempotency.key_reused` (409) when the key was used for another request, `idempotency.in_progress` (409)
 *   when the first request has not ended within ten seconds.
 */
export async function once(
  ctx: Ctx,
  key: string,
  hash: Buffer,
  secret: boolean,
  work: (ctx: Ctx) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const actor = `${ctx.actor.kind}:${ctx.actor.id}`;
  return atomically(ctx, async (ctx) => {
    await waitForTurn(ctx, actor, key);
    const known = await row<{ requestHash: Buffer; status: number; response: Stored; expired: boolean }>(
      ctx,
      sql`/* idempotency.find */ select request_hash, status, response,
                 created_at < ${ctx.now}::timestamptz - make_interval(hours => ${keptHours}) as expired
            from idempotency_keys
           where organization_id = ${ctx.organization.id} and actor = ${actor} and key = ${key}`,
    );
    if (known && !known.expired) {
      if (!known.requestHash.equals(hash)) {
        throw refuse.conflict('idempotency.key_reused', 'This Idempotency-Key was used for another request.');
      }
      return { status: known.status, text: opened(known.response), replayed: true };
    }
    const answer = await work(ctx);
    await run(
      ctx,
      sql`/* idempotency.forget_one */ delete from idempotency_keys
           where organization_id = ${ctx.organization.id} and actor = ${actor} and key = ${key}`,
    );
    await run(
      ctx,
      sql`/* idempotency.keep */ insert into idempotency_keys
            (organization_id, actor, key, request_hash, status, response, created_at)
          values (${ctx.organization.id}, ${actor}, ${key}, ${hash}, ${answer.status},
                  ${JSON.stringify(stored(ctx, answer.text, secret))}::jsonb, ${ctx.now})`,
    );
    return { ...answer, replayed: false };
  });
}

/** Two requests with one key go one after the other; the row's primary key is the second wall. */
async function waitForTurn(ctx: Ctx, actor: string, key: string): Promise<void> {
  await run(ctx, sql`/* idempotency.patience */ select set_config('lock_timeout', '10s', true)`);
  try {
    const name = `${ctx.organization.id} ${actor} ${key}`;
    await run(ctx, sql`/* idempotency.turn */ select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  } catch (error) {
    if ((error as { code?: string }).code === '55P03') {
      throw refuse.conflict(
        'idempotency.in_progress',
        'The first request with this Idempotency-Key has not ended yet.',
      );
    }
    throw error;
  }
  await run(ctx, sql`/* idempotency.patience_over */ select set_config('lock_timeout', '0', true)`);
}

/** Forgets old keys of the organization, at most `limit` of them; returns how many. */
export async function forgetOldKeys(ctx: Ctx, limit = 5_000): Promise<number> {
  return atomically(ctx, (ctx) =>
    run(
      ctx,
      sql`/* idempotency.forget_old */ delete from idempotency_keys
           where organization_id = ${ctx.organization.id} and (actor, key) in (
             select actor, key from idempotency_keys
              where organization_id = ${ctx.organization.id}
                and created_at < ${ctx.now}::timestamptz - make_interval(hours => ${keptHours}) limit ${limit})`,
    ),
  );
}

/** The text itself, so that a repeat is the same to the byte, or the sealed text. */
type Stored = { text: string | null } | { sealed: string };

const purpose = 'idempotency.response';

function stored(ctx: Ctx, text: string | null, secret: boolean): Stored {
  return secret && text !== null ? { sealed: seal(ctx, purpose, text).toString('base64') } : { text };
}

function opened(response: Stored): string | null {
  return 'sealed' in response
    ? unseal(purpose, Buffer.from(response.sealed, 'base64')).toString('utf8')
    : response.text;
}

/** The same value always gives the same text, in whatever order its fields came. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, canonical(inner)]),
  );
}
