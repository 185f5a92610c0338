import type { ReactNode } from 'react';
import type { ShownStatus } from '../api/sims.ts';
import { statusMeaning, statusTone, type Tone } from '../format/words.ts';

/** A word with its colour; never the colour alone. */
export function Badge({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string | undefined }) {
  return (
    <span className={`badge badge-${tone}`} title={title}>
      <span className="badge-dot" aria-hidden />
      {children}
    </span>
  );
}

export function Status({ status, reason }: { status: ShownStatus; reason?: string | null }) {
  return (
    <Badge tone={statusTone[status]} title={reason ?? statusMeaning[status]}>
      {status}
    </Badge>
  );
}

/** Whether a line is on the network. Null is not "no": its telecom cannot tell. */
export function Online({ online }: { online: boolean | null }) {
  if (online === null) return <span className="dim">Not supported by this telecom</span>;
  return (
    <span className="online" data-on={online || undefined}>
      <span className="live-dot" aria-hidden />
      {online ? 'Online' : 'Offline'}
    </span>
  );
}

/** How much of a limit is used: a bar that changes its colour when it matters. */
export function Meter({ value, label }: { value: number; label: string }) {
  const tone = value >= 1 ? 'red' : value >= 0.8 ? 'amber' : 'plain';
  return (
    <span className="meter" role="img" aria-label={label}>
      <span className={`meter-fill meter-${tone}`} style={{ width: `${Math.min(1, value) * 100}%` }} />
    </span>
  );
}
