import { type ReactNode, useEffect, useRef } from 'react';
import { ApiError } from '../api/http.ts';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

/** One screen: its heading takes the focus, so that a screen reader says where one is now. */
export function Screen({ title, back, children }: { title: string; back?: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { words } = useSpoken();
  useEffect(() => {
    document.title = title;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main className="screen">
      <header className="screen-head">
        {back !== undefined && (
          <button type="button" className="back" onClick={() => go(back)} aria-label={words.back}>
            <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
              <path d="M15 5l-7 7 7 7" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
            </svg>
          </button>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </header>
      {children}
    </main>
  );
}

export type Tone = 'green' | 'blue' | 'amber' | 'red' | 'grey';

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function Notice({ tone, title, children }: { tone: Tone; title?: string; children?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'red' ? 'alert' : 'status'}>
      {title && <strong>{title}</strong>}
      {children && <p>{children}</p>}
    </div>
  );
}

/** What stands while there is nothing yet: an outline, or what went wrong and the way to try again. */
export function Waits({ error, again }: { error: unknown; again: () => void }) {
  const { words } = useSpoken();
  if (!error) {
    return (
      <div className="skeleton" role="status">
        <span className="hidden">{words.loading}</span>
      </div>
    );
  }
  return (
    <>
      <Notice tone="red" title={words.failed}>
        <Why error={error} />
      </Notice>
      <button type="button" className="button" onClick={again}>
        {words.again}
      </button>
    </>
  );
}

/** What the server said, in its own words where we have none. */
export function Why({ error }: { error: unknown }) {
  const { words } = useSpoken();
  if (!(error instanceof ApiError)) return words.failed;
  if (error.status === 0) return words.offline;
  if (error.status === 429) return words.enter.tooMany;
  return error.message;
}

export function Row({ name, children, strong }: { name: ReactNode; children: ReactNode; strong?: boolean }) {
  return (
    <div className={strong ? 'row strong' : 'row'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
