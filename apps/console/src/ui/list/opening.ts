import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, type SyntheticEvent, useMemo } from 'react';

/** As long as somebody stays on a row who means it; rows that only pass under the pointer are not read. */
const intentMs = 60;

/**
 * What makes the links of a table's rows those of the router: a plain click stays in the page, and what is pointed at
 * is read before it is opened. One listener for the table, for a link component in each row costs more than the row.
 */
export function useOpening() {
  const router = useRouter();
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hrefOf = ({ target }: SyntheticEvent) => (target as Element).closest('a[data-open]')?.getAttribute('href');
    const prepare = (event: SyntheticEvent) => {
      clearTimeout(timer);
      const href = hrefOf(event);
      if (href) timer = setTimeout(() => void router.preloadRoute({ to: href as '/' }).catch(() => {}), intentMs);
    };
    return {
      onClick(event: MouseEvent) {
        const href = hrefOf(event);
        const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
        if (!href || elsewhere || event.defaultPrevented) return;
        event.preventDefault();
        void router.navigate({ to: href as '/' });
      },
      onMouseOver: prepare,
      onFocus: prepare,
      onTouchStart: prepare,
      onMouseOut: () => clearTimeout(timer),
    };
  }, [router]);
}
