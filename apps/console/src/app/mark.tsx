/** The mark: a SIM's outline with a W cut as a tool would. */
export function Mark({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} role="img" aria-label="Simwright" className="mark">
      <path
        className="mark-card"
        d="M8 2h11.2a4 4 0 0 1 2.8 1.2l4.8 4.8A4 4 0 0 1 28 10.8V26a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4z"
      />
      <path
        className="mark-line"
        d="M9.5 13.5l3 8.5 3.5-7 3.5 7 3-8.5"
        fill="none"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
