import type { Ctx } from '../kit/ctx.ts';
import type { IdKind } from '../kit/ids.ts';
import type { Refusal } from '../kit/refusal.ts';
import type { CheckedRow, Operation, OperationRow, Verdict } from './model.ts';

/** Where checking reads: the file of the operation, if it has one, and the names of the rows that were checked before. */
export type Source = {
  /** Some bytes from a place on: at least one piece, unless the file ends before. */
  read(from: number): Promise<Buffer>;
  /** 0 without a file: what is worked on is found in the database. */
  bytes: number;
  /** Which of these names earlier rows have, and on which lines. */
  known(keys: string[]): Promise<Map<string, number>>;
};

/** What one chunk of checking brought. */
export type Checking = {
  rows: CheckedRow[];
  place: Record<string, unknown>;
  readBytes: number;
  found: Record<string, unknown>;
  ended: boolean;
  /** Why the source cannot be read beyond these rows. */
  refusal: Refusal | null;
};

/**
 * A kind of operation. Both functions run in the database transaction that records what they did, so that a chunk
 * happened as a whole or not at all; they call nothing outside the database. A thrown refusal ends the operation.
 */
export type Kind = {
  name: string;
  /** What a person needs to begin one and to steer it. */
  permission: string;
  /** What its rows become. */
  subject: IdKind;
  /** The words of its effects; absent: its rows have none. */
  effects?: readonly string[];
  /** Rows of a chunk, where a thousand are more than some tenths of a second. */
  chunkRows?: number;
  /** A refusal that its run throws is of one row: the others of the chunk are done without it. Else it ends the operation. */
  refusesRows?: true;
  /** Looks at the next rows of the source; without an effect. */
  check(ctx: Ctx, operation: Operation, source: Source): Promise<Checking>;
  /** Does these rows; one verdict for each, in their order. */
  run(ctx: Ctx, operation: Operation, rows: OperationRow[]): Promise<Verdict[]>;
};

export type Kinds = Record<string, Kind>;
