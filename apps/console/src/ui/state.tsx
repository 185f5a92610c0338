import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { Copy } from './copy.tsx';

/** Something went wrong: what, what to do, and the number to name when asking for help. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <div className="state" role="alert">
      <h2 className="state-title">{gone ? 'Not found' : 'This could not be loaded'}</h2>
      <p className="state-text">{error instanceof ApiError ? error.message : 'Something went wrong in this page.'}</p>
      {onRetry && !gone && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
      {requestId && (
        <p className="dim state-id">
          Request <Copy text={requestId} label="request id" />
        </p>
      )}
    </div>
  );
}

/** Nothing is here: why, and the next step. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="state">
      <h2 className="state-title">{title}</h2>
      <p className="state-text">{children}</p>
      {action}
    </div>
  );
}

/** The shape of what is coming. */
export function Lines({ lines = 4, height = 14 }: { lines?: number; height?: number }) {
  return (
    <div className="lines" aria-busy="true" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other identity.
        <Skeleton key={i} height={height} width={`${92 - ((i * 23) % 40)}%`} radius={4} />
      ))}
    </div>
  );
}

/** What a query shows while it has no data: its shape, or its problem. */
export function Pending({ query, lines }: { query: { error: Error | null; refetch: () => unknown }; lines?: number }) {
  return query.error ? (
    <Problem error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <Lines lines={lines ?? 4} />
  );
}
