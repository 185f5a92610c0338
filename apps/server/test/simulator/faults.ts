import pg from 'pg';

/** A connection that is about to be lost: at which of its statements, and how. */
export type Loss = {
  /** Whose: the writer of a shard, which holds an advisory lock, or anybody's of the application's pool. */
  whose: 'writer' | 'pool';
  /** Statements until then. */
  statements: number;
  /**
   * `killed`: the server ends it before the statement runs. `silent`: the statement runs, and its answer never arrives,
   * so that nobody knows whether it did.
   */
  how: 'killed' | 'silent';
};

type AnyQuery = (this: pg.Client, ...args: unknown[]) => unknown;

const writers = new WeakSet<pg.Client>();
let planned: Loss | null = null;
let listening = false;

/**
 * Loses one connection of this process at a chosen statement, once. The fault sits between the product and its driver: the
 * product has no door for it. Whether it came to pass is what `disarm` tells.
 */
export function arm(loss: Loss): void {
  planned = { ...loss };
}

/** Begins to see the statements of every connection of this process; call it before the first one opens. */
export function watchStatements(): void {
  if (listening) return;
  listening = true;
  const query = pg.Client.prototype.query as AnyQuery;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const text = textOf(args[0]);
    // How a statement is planned decides nothing, and planning each of them anew is a third of a step.
    if (typeof args[0] === 'string') args[0] = args[0].replace('force_custom_plan', 'auto');
    if (text.includes('advisory_lock')) writers.add(this);
    else if (planned && writers.has(this) === (planned.whose === 'writer') && --planned.statements < 0) {
      const { how } = planned;
      planned = null;
      // In the order of this connection's own queue, so that the very next statement meets the end.
      if (how === 'killed') {
        const ended = query.call(
          this,
          'set role none; select pg_terminate_backend(pg_backend_pid())',
        ) as Promise<unknown>;
        ended.catch(() => {});
      } else {
        const answer = query.apply(this, args);
        setImmediate(() =>
          (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(),
        );
        return answer;
      }
    }
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
}

/** True when the loss has happened. */
export function disarm(): boolean {
  const happened = planned === null;
  planned = null;
  return happened;
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | null)?.text ?? '');
}
