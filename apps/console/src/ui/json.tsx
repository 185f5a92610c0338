/** A record as it is, for those who want it exactly. */
export function Json({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <pre className="json mono" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
