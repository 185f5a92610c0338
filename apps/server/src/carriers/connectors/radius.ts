import type { Nas, OpenSession } from '../model.ts';
import type { Answer, Caps } from './contract.ts';

/** A core network that asks us at every attach: what we want is the state, at once. Open sessions are disconnected. */
export const caps: Caps = {
  stateAt: 'us',
  network: true,
  text: false,
  walls: true,
  profiles: false,
  settings: [],
};

export type Disconnect = (
  nas: Nas,
  session: OpenSession,
) => Promise<{ outcome: 'ack' | 'gone' | 'nak' | 'timeout'; errorCause: number | null }>;

/** More open sessions than this on one line are left to the next attempt. */
const maxSessions = 16;

/**
 * Ends the open sessions of one line by Disconnect-Requests (RFC 5176 section 2.1). No session, one that the NAS does
 * not know (Error-Cause 503), and one of a NAS that was removed are already what we want. An ACK is taken as done;
 * that the session really ended is told by its Stop record.
 */
export async function disconnectSessions(
  sessions: OpenSession[],
  nases: ReadonlyMap<string, Nas>,
  disconnect: Disconnect,
): Promise<Answer> {
  const known = sessions.flatMap((session) => {
    const nas = nases.get(session.nasId);
    return nas ? [{ nas, session }] : [];
  });
  if (known.length === 0) return { kind: 'done', text: 'no open session' };
  const outcomes = await Promise.all(
    known.slice(0, maxSessions).map(async ({ nas, session }) => {
      const { outcome, errorCause } = await disconnect(nas, session);
      return { ok: outcome === 'ack' || outcome === 'gone', text: `${nas.name}: ${describe(outcome, errorCause)}` };
    }),
  );
  const text = [...new Set(outcomes.map((o) => o.text))].join('; ');
  const done = outcomes.every((o) => o.ok) && known.length <= maxSessions;
  return done ? { kind: 'done', text } : { kind: 'again', text };
}

function describe(outcome: string, errorCause: number | null): string {
  switch (outcome) {
    case 'ack':
      return 'disconnected';
    case 'gone':
      return 'no such session any more';
    case 'timeout':
      return 'no answer to the Disconnect-Request';
    default:
      return errorCause === null
        ? 'Disconnect-Request refused'
        : `Disconnect-Request refused with Error-Cause ${errorCause}`;
  }
}
