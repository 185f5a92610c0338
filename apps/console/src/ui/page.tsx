import type { ReactNode } from 'react';
import { useEffect } from 'react';

/** The head of a page: what it is, how much, and what can be done here. */
export function PageHead({
  title,
  tab,
  count,
  note,
  children,
}: {
  title: ReactNode;
  /** The title of the browser's tab, where `title` is not plain text. */
  tab?: string;
  count?: string | undefined;
  note?: ReactNode;
  children?: ReactNode;
}) {
  const name = tab ?? (typeof title === 'string' ? title : 'Simwright');
  useEffect(() => {
    document.title = `${name} · Simwright`;
  }, [name]);
  return (
    <header className="head">
      <div className="head-title">
        <h1>{title}</h1>
        {count !== undefined && <span className="head-count">{count}</span>}
      </div>
      {note && <div className="head-note">{note}</div>}
      {children && <div className="head-actions">{children}</div>}
    </header>
  );
}

/** A page of ordinary length, scrolled as a whole. */
export function Body({ children, narrow }: { children: ReactNode; narrow?: boolean }) {
  return <div className={narrow ? 'body body-narrow' : 'body'}>{children}</div>;
}

/** A panel: the only box there is, never inside another. */
export function Panel({
  title,
  aside,
  children,
  flush,
  className = '',
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  className?: string;
}) {
  return (
    <section className={`panel ${flush ? 'panel-flush' : ''} ${className}`}>
      {title && (
        <div className="panel-head">
          <h2>{title}</h2>
          {aside && <div className="panel-aside">{aside}</div>}
        </div>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

/** Names and values, read aloud as such. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children, hint }: { name: string; children: ReactNode; hint?: string }) {
  return (
    <div className="fact">
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** There is nothing, which is known. */
export const None = ({ children = 'none' }: { children?: ReactNode }) => <span className="dim">{children}</span>;
