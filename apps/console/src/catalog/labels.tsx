/** A plan's labels, in one line of a table. */
export function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <span className="labels" title={labels.join(', ')}>
      {labels.map((label) => (
        <span key={label} className="label">
          {label}
        </span>
      ))}
    </span>
  );
}
