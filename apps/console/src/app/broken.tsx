import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Problem } from '../ui/state.tsx';

/** A page that failed to come up: said once, with a way on. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <main className="lone">
      <Problem error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    </main>
  );
}

export function NotFound() {
  return (
    <main className="lone">
      <div className="state">
        <h1 className="state-title">There is no such page</h1>
        <p className="state-text">The address may be mistyped, or what it named is gone.</p>
        <Button component={Link} to="/" variant="default">
          Go to the overview
        </Button>
      </div>
    </main>
  );
}

/** While the first answer is on its way. */
export function Coming() {
  return (
    <main className="lone" aria-busy>
      <span className="dim" role="status">
        Loading
      </span>
    </main>
  );
}
