import type { Id } from '../kit/ids.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';

/**
 * `checking`: the source is read and every row looked at, without an effect · `checked`: waits for its start ·
 * `running`: the good rows are done · `done` · `cancelled`: a person stopped it · `failed`: it could not go on.
 */
export type OperationState = 'checking' | 'checked' | 'running' | 'done' | 'cancelled' | 'failed';

export const operationStates: readonly OperationState[] = [
  'checking',
  'checked',
  'running',
  'done',
  'cancelled',
  'failed',
];

export type RowOutcome = 'pending' | 'done' | 'failed';
export const rowOutcomes: readonly RowOutcome[] = ['pending', 'done', 'failed'];

export type Operation = {
  id: Id;
  kind: string;
  title: string;
  state: OperationState;
  stoppedIn: 'checking' | 'checked' | 'running' | null;
  startsItself: boolean;
  parameters: Record<string, unknown>;
  found: Record<string, unknown>;
  columns: string[];
  fileId: Id | null;
  sourceBytes: bigint;
  readBytes: bigint;
  place: Record<string, unknown>;
  readAll: boolean;
  retrying: boolean;
  workedLine: bigint;
  chunkRows: number;
  rowsTotal: bigint;
  rowsDone: bigint;
  rowsFailed: bigint;
  rowsWarned: bigint;
  errorCode: string | null;
  errorMessage: string | null;
  createdBy: string;
  createdByName: string;
  createdAt: Date;
  startedAt: Date | null;
  workedAt: Date;
  endedAt: Date | null;
  sweptAt: Date | null;
};

export type OperationRow = {
  line: bigint;
  input: string[];
  label: string;
  outcome: RowOutcome;
  code: string | null;
  field: string | null;
  reason: string | null;
  warning: string | null;
  effect: string | null;
  subjectId: Id | null;
};

/** What becomes of a row: done, or not, and then why. */
export type Verdict = {
  label: string;
  warning: string | null;
  /** What it does to the subject, in a word of the kind; absent: no more than that it is done. */
  effect?: string | null;
  subjectId: Id | null;
  failure: { code: string; field: string | null; reason: string } | null;
};

export type CheckedRow = Verdict & { line: number; input: string[]; keys: string[] };

/** What a person may ask of an operation. */
export type Command = 'start' | 'cancel' | 'resume' | 'retry_failed';

/** The state a command leads to, or why it cannot be given now. */
export function decideCommand(
  operation: Pick<Operation, 'state' | 'stoppedIn' | 'rowsTotal' | 'rowsDone' | 'rowsFailed' | 'errorCode' | 'sweptAt'>,
  command: Command,
): OperationState | Refusal {
  const { state } = operation;
  if (operation.sweptAt)
    return refuse.conflict('operation.rows_gone', 'The rows of this operation are no longer kept.');
  const no = (expected: string) =>
    refuse.conflict(`operation.${state}`, `This operation is ${state}; ${expected}`, { state });
  switch (command) {
    case 'start':
      if (state !== 'checked') return no('it starts when it is checked.');
      if (operation.rowsTotal === operation.rowsFailed) {
        return refuse.conflict('operation.nothing_to_do', 'There is no good row to do.');
      }
      return 'running';
    case 'cancel':
      return state === 'checking' || state === 'checked' || state === 'running' ? 'cancelled' : no('it has ended.');
    case 'resume':
      if (state === 'cancelled') return operation.stoppedIn!;
      if (state !== 'failed') return no('only one that was cancelled or has failed can go on.');
      // A fault of ours may be over, and so may what stopped the run; a source that cannot be read stays so.
      return operation.errorCode === fault || operation.stoppedIn === 'running'
        ? operation.stoppedIn!
        : refuse.conflict('operation.failed', 'Its source cannot be read; correct it and begin anew.', { state });
    case 'retry_failed':
      if (state !== 'done') return no('failed rows are tried again when it is done.');
      return operation.rowsFailed > 0n
        ? 'running'
        : refuse.conflict('operation.nothing_to_do', 'No row of it has failed.');
  }
}

const commands: readonly Command[] = ['start', 'cancel', 'resume', 'retry_failed'];

/** What may be asked of it now. */
export function commandsOf(operation: Parameters<typeof decideCommand>[0]): Command[] {
  return commands.filter((command) => typeof decideCommand(operation, command) === 'string');
}

/** The code of an operation, or a row, that ended by a fault of ours. */
export const fault = 'operation.fault';

/** Operations of one organization that are checking or running at the same time. */
export const maxOpen = 5;
/** Bytes of files that one organization has stored at the same time. */
export const maxStoredBytes = 4n * 1024n ** 3n;
/** Rows of one operation. */
export const maxRows = 2_000_000n;
/** Rows of a chunk: one database transaction of some tenths of a second. */
export const chunkRows = 1_000;
/** Rows, and what was never started, are kept this long after the last work on them. */
export const keptDays = 30;
/** An upload that nobody goes on with is forgotten after this. */
export const abandonedMs = 3_600_000;
