import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { NotText, textBytes } from '../kit/csv/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { Refusal, refuse } from '../kit/refusal.ts';
import { maxStoredBytes } from './model.ts';
import * as files from './sql/files.ts';

export type Upload = { id: Id; bytes: bigint; encoding: string; sha256: Buffer };

/** The time a refused client has to finish sending: most read no answer before they have sent everything. */
const patienceMs = 60_000;

/**
 * Stores a file piece by piece as it arrives, each piece durable before the next is taken, UTF-16 as UTF-8. Holds one
 * piece in memory. `look` is shown the beginning of the file, one piece or all of it, and refuses what cannot be used.
 *
 * @param fresh a context of this moment: an upload takes minutes.
 * @throws `file.too_large` (413), `file.no_room` (409), `file.empty` (400), `csv.not_text` (400), and what `look` refuses.
 */
export async function receive(
  fresh: () => Ctx,
  stream: Readable,
  input: { name: string; maxBytes: number; look: (head: Buffer, last: boolean) => void },
): Promise<Upload> {
  const ctx = fresh();
  const id = newId(ctx);
  const text = textBytes();
  const hash = createHash('sha256');
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let received = 0;
  let pieces = 0;
  let bytes = 0n;

  async function take(some: Buffer, last: boolean): Promise<void> {
    waiting.push(some);
    waitingBytes += some.length;
    while (waitingBytes >= files.pieceBytes || (last && waitingBytes > 0)) {
      const all = Buffer.concat(waiting);
      const piece = all.subarray(0, files.pieceBytes);
      const rest = all.subarray(piece.length);
      waiting = rest.length > 0 ? [rest] : [];
      waitingBytes = rest.length;
      if (pieces === 0) input.look(piece, last && rest.length === 0);
      await keep(piece);
    }
  }
  async function keep(piece: Buffer): Promise<void> {
    await atomically(fresh(), async (ctx) => {
      if (pieces === 0) await files.insertFile(ctx, id, input.name);
      if ((await files.insertPiece(ctx, id, pieces, piece)) > maxStoredBytes) throw noRoom();
    });
    pieces += 1;
    bytes += BigInt(piece.length);
  }

  try {
    if ((await reading(ctx, files.storedBytes)) >= maxStoredBytes) throw noRoom();
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > input.maxBytes) throw tooLarge(input.maxBytes);
      hash.update(chunk);
      await take(text.push(chunk), false);
    }
    await take(text.end(), true);
    if (pieces === 0) throw refuse.invalid('file.empty', 'The file is empty.', { field: 'body' });
    const sha256 = hash.digest();
    await atomically(fresh(), (ctx) => files.completeFile(ctx, id, text.encoding(), sha256));
    return { id, bytes, encoding: text.encoding(), sha256 };
  } catch (error) {
    if (pieces > 0) await forget(fresh(), id).catch(() => {});
    const refusal = error instanceof NotText ? notText() : error;
    if (refusal instanceof Refusal) await listenOn(stream);
    throw refusal;
  }
}

/** Keeps a text of our own making as a file, in the caller's database transaction. Refuses `file.no_room`. */
export async function keepText(ctx: Ctx, name: string, text: string): Promise<Pick<Upload, 'id' | 'bytes'>> {
  return atomically(ctx, async (ctx) => {
    const id = newId(ctx);
    const bytes = Buffer.from(text);
    await files.insertFile(ctx, id, name);
    for (let at = 0; at < bytes.length; at += files.pieceBytes) {
      const piece = bytes.subarray(at, at + files.pieceBytes);
      if ((await files.insertPiece(ctx, id, at / files.pieceBytes, piece)) > maxStoredBytes) throw noRoom();
    }
    await files.completeFile(ctx, id, 'UTF-8', createHash('sha256').update(bytes).digest());
    return { id, bytes: BigInt(bytes.length) };
  });
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('too_large', 'file.too_large', `A file has at most ${maxBytes} bytes.`, { field: 'body' });
}

function noRoom(): Refusal {
  const message = `Files of running operations may have ${maxStoredBytes} bytes together; wait for one to be checked.`;
  return refuse.conflict('file.no_room', message);
}

function notText(): Refusal {
  return refuse.invalid('csv.not_text', 'This is no text of the encoding that it begins with.', {
    field: 'body',
    expected: 'a text file: UTF-8, UTF-16 or Windows-1252',
  });
}

/** What a failed upload leaves; a very large one is left to the sweep. */
async function forget(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    if ((await files.deletePieces(ctx, id, 400)) < 400) await files.emptyFile(ctx, id);
  });
}

/** Takes the rest of a request and forgets it, for a while. */
async function listenOn(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    for (const end of ['end', 'close', 'error']) stream.once(end, done);
    stream.resume();
  });
}

/** The file of a request that is taken as a stream; without a body there is none. */
export function bodyOf({ body }: FastifyRequest): Readable {
  return body instanceof Readable ? body : Readable.from([]);
}
