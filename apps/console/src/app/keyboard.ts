import { useEffect, useRef } from 'react';

/** Whether keys belong to something that is being typed into, or to a dialog above the page. */
export function keysAreTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target as HTMLElement | null;
  if (
    target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=menu], [role=listbox]')
  )
    return true;
  return document.querySelector('[role=dialog]') !== null;
}

/** Single keys of a page; `handlers` is keyed by `KeyboardEvent.key`. */
export function useKeys(handlers: Record<string, (event: KeyboardEvent) => void>): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    // Asked before anybody else hears the key: the Escape that closes a dialog is not the page's, though no dialog is left when it arrives here.
    let taken = false;
    const before = (event: KeyboardEvent) => {
      taken = keysAreTaken(event);
    };
    const onKey = (event: KeyboardEvent) => {
      const handler = latest.current[event.key];
      if (!handler || event.defaultPrevented || taken) return;
      event.preventDefault();
      handler(event);
    };
    window.addEventListener('keydown', before, true);
    document.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', before, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}
