import { audit, type Change } from '../../kit/audit.ts';
import { type Ctx, machineNow } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { hashSecret, secretMatches } from '../../kit/seal.ts';
import { taxDay } from '../../tax/index.ts';
import { getCompany } from '../../tenancy/index.ts';
import type { AccountingDoor, Client } from '../door.ts';
import { askedMs, type Connection } from './model.ts';
import * as store from './sql.ts';

/**
 * Begins to connect, or to connect again: somebody of the organization goes to `consentUrl` and lets us in. Without a secret, the client
 * that is known is taken. Refuses `accounting.client_missing`, `accounting.leaving`.
 *
 * @param returnUrl where they come back to; the accounting system knows it beforehand
 */
export async function beginConsent(
  ctx: Ctx,
  door: AccountingDoor,
  returnUrl: string,
  asked: { clientId?: string; clientSecret?: string },
): Promise<{ connection: Connection; consentUrl: string }> {
  return atomically(ctx, async (ctx) => {
    const before = await store.lockConnection(ctx);
    if (before?.state === 'leaving') throw leaving();
    const client: Client = {
      id: asked.clientId ?? before?.client.id ?? '',
      // Of another client the known secret is none.
      secret:
        asked.clientSecret ??
        (asked.clientId === undefined || asked.clientId === before?.client.id ? before?.client.secret : '') ??
        '',
    };
    if (!client.id || !client.secret) {
      throw refuse.invalid(
        'accounting.client_missing',
        'Xero lets in an app that it knows: its client id and secret.',
        {
          ...{
            field: client.id ? 'body.clientSecret' : 'body.clientId',
            expected: 'as the app’s page at Xero shows it',
          },
        },
      );
    }
    const word = ctx.random(32).toString('base64url');
    if (!before) await store.insertConnection(ctx, newId(ctx), client, taxDay(ctx, ctx.now));
    const connection = (await store.lockConnection(ctx))!;
    const askedUntil = new Date(machineNow(ctx).getTime() + askedMs);
    const now: Connection = { ...connection, client, stateHash: hashSecret(word), askedUntil };
    await store.saveConnection(ctx, now);
    await note(ctx, now, 'accounting.asked', [{ field: 'clientId', old: before?.client.id ?? null, new: client.id }]);
    return { connection: now, consentUrl: door.consentUrl(client, returnUrl, word) };
  });
}

/**
 * Keeps what somebody brought back from there; the loop exchanges it. Refuses `accounting.not_connected`, `accounting.state_unknown` (another's
 * way, or too late), `accounting.consent_refused`.
 */
export async function takeAnswer(
  ctx: Ctx,
  answer: { word: string; code?: string; error?: string },
): Promise<Connection> {
  return changing(ctx, async (ctx, connection) => {
    const { stateHash, askedUntil } = connection;
    if (!stateHash || !askedUntil || askedUntil <= machineNow(ctx) || !secretMatches(answer.word, stateHash)) {
      throw refuse.conflict(
        'accounting.state_unknown',
        'This way back is not the one that was begun here last. Begin anew.',
      );
    }
    if (!answer.code) {
      throw refuse.conflict('accounting.consent_refused', `Nobody let us in: ${answer.error ?? 'no word of why'}.`);
    }
    return { ...connection, code: answer.code, stateHash: null, askedUntil: null, problem: null, pausedUntil: null };
  });
}

export type ConnectionChange = { book?: string; pushFrom?: string; readChart?: true };

/**
 * Chooses the books, or from which day on documents are written there; those that were issued since are put in line. Refuses
 * `accounting.not_connected`, `accounting.book_unknown`, `accounting.book_chosen`.
 */
export async function changeConnection(ctx: Ctx, asked: ConnectionChange): Promise<Connection> {
  return changing(ctx, async (ctx, before) => {
    let now = before;
    if (asked.book !== undefined && asked.book !== before.bookId) {
      if (before.bookId) {
        throw refuse.conflict('accounting.book_chosen', 'Disconnect first: what was written is in the other books.');
      }
      const book = before.books.find(({ id }) => id === asked.book);
      if (!book)
        throw refuse.invalid('accounting.book_unknown', 'These books are not among those that we were let into.', {
          field: 'body.book',
        });
      now = inBooks(ctx, now, book);
      await tell(ctx, now, 'accounting.connected');
    }
    if (asked.pushFrom !== undefined && asked.pushFrom !== now.pushFrom) {
      await note(ctx, now, 'accounting.changed', [{ field: 'pushFrom', old: now.pushFrom, new: asked.pushFrom }]);
      now = { ...now, pushFrom: asked.pushFrom, filledUntil: newest };
    }
    return asked.readChart ? { ...now, chartDue: true } : now;
  });
}

/** Above every id: filling goes from the newest document down. */
const newest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A connection that is in its books: accounts are read, and what was issued before is put in line. */
export function inBooks(ctx: Ctx, c: Connection, book: Connection['books'][number]): Connection {
  return {
    ...{ ...c, state: 'connected' as const, bookId: book.id, bookName: book.name, bookLink: book.link },
    ...{
      problem: null,
      connectedAt: c.connectedAt ?? ctx.now,
      chartDue: true,
      filledUntil: c.connectedAt ? c.filledUntil : newest,
    },
  };
}

/** Begins to leave: the loop gives back what lets us in. What was written stays there. Refuses `accounting.not_connected`. */
export async function disconnect(ctx: Ctx): Promise<void> {
  await changing(ctx, async (ctx, connection) => {
    if (connection.state === 'leaving') return connection;
    await tell(ctx, connection, 'accounting.disconnected');
    return { ...connection, state: 'leaving', code: null, stateHash: null, askedUntil: null, pausedUntil: null };
  });
}

/**
 * Says what a company is called there, which then is staff's affair, or forgets it (null), so that it is looked for anew. Refuses
 * `company.not_found`, `accounting.not_connected`.
 */
export async function chooseContact(ctx: Ctx, companyId: Id, remoteId: string | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const company = await getCompany(ctx, companyId);
    const connection = await mustFind(ctx);
    const [before] = await store.findContacts(ctx, connection.id, [company.id]);
    if (remoteId === null) await store.deleteContact(ctx, connection.id, company.id);
    else await store.saveContact(ctx, connection.id, { ownerId: company.id, remoteId, chosen: true, written: '' });
    await audit(ctx, [
      {
        ...{ action: 'accounting.contact_set', objectType: 'company', objectId: publicId('company', company.id) },
        changes: [{ field: 'contact', old: before?.remoteId ?? null, new: remoteId }],
      },
    ]);
  });
}

/** What a company is called there. Null: nobody has looked yet. Refuses `company.not_found`. */
export async function findContact(ctx: Ctx, companyId: Id): Promise<store.StoredContact | null> {
  return reading(ctx, async (ctx) => {
    const company = await getCompany(ctx, companyId);
    const connection = await store.findConnection(ctx);
    return (connection && (await store.findContacts(ctx, connection.id, [company.id]))[0]) ?? null;
  });
}

/** The connection, whatever state it is in. Null: there is none. */
export async function getConnection(ctx: Ctx): Promise<Connection | null> {
  return reading(ctx, (ctx) => store.findConnection(ctx));
}

async function mustFind(ctx: Ctx): Promise<Connection> {
  const connection = await store.findConnection(ctx);
  if (!connection) throw refuse.conflict('accounting.not_connected', 'No accounting system is connected.');
  return connection;
}

async function changing(ctx: Ctx, change: (ctx: Ctx, c: Connection) => Promise<Connection>): Promise<Connection> {
  return atomically(ctx, async (ctx) => {
    const before = await store.lockConnection(ctx);
    if (!before) throw refuse.conflict('accounting.not_connected', 'No accounting system is connected.');
    const now = await change(ctx, before);
    await store.saveConnection(ctx, now);
    return now;
  });
}

function leaving() {
  return refuse.conflict('accounting.leaving', 'The connection before is being given back. Wait a minute.');
}

async function note(ctx: Ctx, c: Connection, action: string, changes: Change[] = []): Promise<void> {
  const objectId = publicId('accounting_connection', c.id);
  await audit(ctx, [{ action, objectType: 'accounting_connection', objectId, changes }]);
}

/** Tells of a connection, in the caller's database transaction. */
export async function tell(
  ctx: Ctx,
  c: Connection,
  name: 'accounting.connected' | 'accounting.broken' | 'accounting.disconnected',
): Promise<void> {
  await note(ctx, c, name);
  const data = {
    connection: publicId('accounting_connection', c.id),
    kind: c.kind,
    books: c.bookName,
    problem: c.problem,
  };
  const subject = { type: 'accounting_connection', id: c.id };
  if (name === 'accounting.connected') return emit(ctx, [{ name: 'accounting.connected', subject, data }]);
  if (name === 'accounting.broken') return emit(ctx, [{ name: 'accounting.broken', subject, data }]);
  return emit(ctx, [{ name: 'accounting.disconnected', subject, data }]);
}
