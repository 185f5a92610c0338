import { hash } from 'node:crypto';
import * as carriers from '../../carriers/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import * as texts from '../sql.ts';
import { aboutOf, digestOf, type Incoming, keyFor, readMessage, sourceKey, type UnplacedReason } from './model.ts';
import { place } from './place.ts';
import * as store from './sql.ts';

/** Most messages of one call. */
export const messagesBound = 1_000;
/** The longest body that is kept of what cannot be read, in characters. */
const keptBodyBound = 4_000;

export type MessageOutcome = 'received' | 'reported' | 'repeated' | 'kept' | 'conflict' | 'rejected';
export type MessageResult = {
  index: number;
  key: string;
  outcome: MessageOutcome;
  /** The text that it is, or tells of. */
  smsId: Id | null;
  reason: UnplacedReason | null;
  refusal: Refusal | null;
};

type Read = { index: number; body: string; incoming: Incoming; digest: Buffer };

/**
 * Takes texts from devices and delivery reports from a telecom, and says of each what became of it. One that is wrong does not
 * stop the others, and nothing is lost: what fits nothing is kept and can be placed later. All of it may be sent again at any
 * time. Refuses `telecom.not_found`.
 */
export async function takeInMessages(ctx: Ctx, telecomId: Id, bodies: unknown[]): Promise<MessageResult[]> {
  await carriers.getTelecom(ctx, telecomId);
  return atomically(ctx, async (ctx) => {
    await store.lockIntake(ctx, telecomId);
    const results: MessageResult[] = [];
    const kept: store.NewUnplaced[] = [];
    const say = (index: number, key: string, result: Partial<MessageResult> & Pick<MessageResult, 'outcome'>) => {
      results[index] = { index, key, smsId: null, reason: null, refusal: null, ...result };
    };
    const keep = (key: string, body: string, reason: UnplacedReason, read: Read | null, detail = '') => {
      kept.push({
        ...{ id: newId(ctx), telecomId, key, body, reason },
        // A field that is not ours has whatever name it was given, and the database takes no control characters.
        detail: detail.replace(/\p{Cc}/gu, '?').slice(0, 1_000),
        kind: read?.incoming.kind ?? 'unreadable',
        about: read ? aboutOf(read.incoming) : '',
        bodyHash: read?.digest ?? hash('sha256', body, 'buffer'),
      });
    };
    const refuseKey = (read: Read) => {
      const said = 'This key was sent before with another message. It is kept; see /unplaced-messages.';
      const refusal = new Refusal('conflict', 'message.key_used', said, { field: 'key' });
      keep(keyFor(read.body), read.body, 'key_used', read);
      say(read.index, read.incoming.key, { outcome: 'conflict', reason: 'key_used', refusal });
    };

    const read: Read[] = [];
    for (const [index, given] of bodies.entries()) {
      const body = JSON.stringify(given) ?? 'null';
      const incoming = readMessage(given);
      if (incoming instanceof Refusal) {
        const detail = [incoming.details.field, incoming.message].filter(Boolean).join(': ');
        keep(keyFor(body), body.slice(0, keptBodyBound), 'unreadable', null, detail);
        say(index, keyIn(given), { outcome: 'rejected', reason: 'unreadable', refusal: incoming });
      } else read.push({ index, body, incoming, digest: digestOf(incoming) });
    }
    const first = new Map<string, Read>();
    for (const one of read) if (!first.has(one.incoming.key)) first.set(one.incoming.key, one);
    const known = await whatIsKnown(ctx, telecomId, [...first.values()]);
    const fresh = [...first.values()].filter((one) => known(one) === 'new');
    const placed = await place(
      ctx,
      telecomId,
      fresh.map((one) => one.incoming),
    );
    for (const one of read) {
      const { key, kind } = one.incoming;
      const leading = first.get(key)!;
      const before = known(leading);
      if (!one.digest.equals(leading.digest) || before === 'other') refuseKey(one);
      else if (before !== 'new') say(one.index, key, { outcome: 'repeated', smsId: before.smsId });
      else {
        const at = placed.get(key)!;
        if ('id' in at) {
          const outcome = !at.news || one !== leading ? 'repeated' : kind === 'text' ? 'received' : 'reported';
          say(one.index, key, { outcome, smsId: at.id });
        } else {
          if (one === leading) keep(key, one.body, at.reason, one);
          say(one.index, key, { outcome: 'kept', reason: at.reason });
        }
      }
    }
    if (kept.length > 0) await store.insertUnplaced(ctx, kept);
    await endKept(ctx, telecomId, fresh, placed);
    return results;
  });
}

/** What a key stands for already: nothing or nothing that was placed, another message, or this one with what it became. */
async function whatIsKnown(
  ctx: Ctx,
  telecomId: Id,
  read: Read[],
): Promise<(one: Read) => 'new' | 'other' | { smsId: Id | null }> {
  const keys = read.map((one) => one.incoming.key);
  const received = await texts.findReceived(
    ctx,
    keys.map((key) => sourceKey(telecomId, key)),
  );
  const byKey = new Map(received.map((sms) => [sms.key, sms]));
  const unplaced = new Map((await store.findByKeys(ctx, telecomId, keys)).map((row) => [row.key, row]));
  return ({ incoming, digest }) => {
    const sms = byKey.get(sourceKey(telecomId, incoming.key));
    if (sms) {
      const same = incoming.kind === 'text' && incoming.payload === sms.payload;
      return same ? { smsId: sms.id } : 'other';
    }
    const row = unplaced.get(incoming.key);
    if (!row) return 'new';
    if (!row.bodyHash.equals(digest)) return 'other';
    return row.state === 'open' ? 'new' : { smsId: row.smsId };
  };
}

/** What was kept when it came first, and fits now that it was told again, waits no longer. */
async function endKept(
  ctx: Ctx,
  telecomId: Id,
  fresh: Read[],
  placed: Awaited<ReturnType<typeof place>>,
): Promise<void> {
  const rows = await store.findByKeys(
    ctx,
    telecomId,
    fresh.map((one) => one.incoming.key),
  );
  const ended = rows.flatMap((row) => {
    const at = placed.get(row.key);
    return row.state === 'open' && at && 'id' in at ? { id: row.id, smsId: at.id } : [];
  });
  if (ended.length > 0) await store.settleUnplaced(ctx, ended, 'placed');
}

function keyIn(body: unknown): string {
  const key = (body as { key?: unknown } | null)?.key;
  return typeof key === 'string' ? key.slice(0, 200) : '';
}
