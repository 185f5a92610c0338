import type { HandedLink } from '../api/people.ts';
import { fullTime } from '../format/time.ts';
import { ShownOnce } from '../ui/copy.tsx';

/** A link that was made: shown once, with how long it is good. */
export function Handed({ link, to }: { link: HandedLink; to: string }) {
  return (
    <div>
      <ShownOnce label={`Link for ${to}`} text={link.url} />
      <p className="dim">
        Good once, until {fullTime(link.expiresAt)}. Whoever has it comes in as {to}.
      </p>
    </div>
  );
}
