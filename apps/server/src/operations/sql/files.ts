import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** Every piece of a file but its last. */
export const pieceBytes = 262_144;

export async function insertFile(ctx: Ctx, id: Id, name: string): Promise<void> {
  await run(
    ctx,
    sql`/* operations.insert_file */ insert into operation_files (organization_id, id, name, created_at, touched_at)
        values (${ctx.organization.id}, ${id}, ${name}, ${ctx.now}, ${ctx.now})`,
  );
}

/** Adds a piece; returns the bytes that the organization has stored now. */
export async function insertPiece(ctx: Ctx, fileId: Id, number: number, bytes: Buffer): Promise<bigint> {
  await run(
    ctx,
    sql`/* operations.insert_piece */ insert into operation_file_pieces (organization_id, file_id, number, bytes)
        values (${ctx.organization.id}, ${fileId}, ${number}, ${bytes})`,
  );
  await run(
    ctx,
    sql`/* operations.grow_file */ update operation_files set bytes = bytes + ${bytes.length}, touched_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${fileId}`,
  );
  return storedBytes(ctx);
}

export async function storedBytes(ctx: Ctx): Promise<bigint> {
  const found = await row<{ bytes: bigint }>(
    ctx,
    sql`/* operations.stored_bytes */ select coalesce(sum(bytes), 0)::bigint as bytes from operation_files
         where organization_id = ${ctx.organization.id}`,
  );
  return found!.bytes;
}

export async function completeFile(ctx: Ctx, id: Id, encoding: string, sha256: Buffer): Promise<void> {
  await run(
    ctx,
    sql`/* operations.complete_file */ update operation_files
           set encoding = ${encoding}, sha256 = ${sha256}, touched_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Up to two pieces from a byte on, and where they begin. */
export async function readPieces(ctx: Ctx, fileId: Id, from: number): Promise<Buffer> {
  const first = Math.floor(from / pieceBytes);
  const pieces = await rows<{ bytes: Buffer }>(
    ctx,
    sql`/* operations.read_pieces */ select bytes from operation_file_pieces
         where organization_id = ${ctx.organization.id} and file_id = ${fileId} and number between ${first} and ${first + 1}
         order by number`,
  );
  return Buffer.concat(pieces.map((piece) => piece.bytes)).subarray(from - first * pieceBytes);
}

/** Deletes up to `limit` pieces; returns how many went. */
export async function deletePieces(ctx: Ctx, fileId: Id, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* operations.delete_pieces */ delete from operation_file_pieces
         where organization_id = ${ctx.organization.id} and file_id = ${fileId} and number = any(array(
           select number from operation_file_pieces where organization_id = ${ctx.organization.id} and file_id = ${fileId}
            order by number limit ${limit}))`,
  );
}

/** Files whose pieces nobody needs any more: of operations that are past checking for good, and abandoned uploads. */
export async function findUnneededFiles(ctx: Ctx, abandonedBefore: Date): Promise<Id[]> {
  const found = await rows<{ id: Id }>(
    ctx,
    sql`/* operations.find_unneeded_files */ select f.id from operation_files f
          left join operations o on o.organization_id = f.organization_id and o.file_id = f.id
         where f.organization_id = ${ctx.organization.id} and f.bytes > 0
           and case when o.id is null then f.touched_at < ${abandonedBefore}
                    else o.swept_at is not null or o.state in ('checked', 'running', 'done') or o.stopped_in in ('checked', 'running')
                         or (o.state = 'failed' and o.error_code <> 'operation.fault') end
         limit 20`,
  );
  return found.map(({ id }) => id);
}

/** The file keeps its name and says that nothing of it is stored; one without an operation goes. */
export async function emptyFile(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* operations.empty_file */ update operation_files set bytes = 0
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  await run(
    ctx,
    sql`/* operations.forget_file */ delete from operation_files f
         where organization_id = ${ctx.organization.id} and id = ${id}
           and not exists (select from operations o where o.organization_id = f.organization_id and o.file_id = f.id)`,
  );
}
