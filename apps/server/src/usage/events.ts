import { type Id, publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Service, Session } from './model.ts';
import type { NewInboxRow } from './sql/inbox.ts';

export function sessionStarted(session: Session): NewEvent[] {
  return aboutSession('session.started', session, session.startedAt);
}

export function sessionEnded(session: Session): NewEvent[] {
  return aboutSession('session.ended', session, session.endedAt ?? session.lastEventAt);
}

function aboutSession(name: string, session: Session, at: Date): NewEvent[] {
  if (!session.lineId) return [];
  return [
    {
      name,
      subject: { type: 'sim', id: session.lineId },
      data: {
        sim: publicId('sim', session.lineId),
        session: publicId('session', session.id),
        plmn: session.plmn,
        rat: session.rat,
        apn: session.apn,
        bytesUp: session.upBytes.toString(),
        bytesDown: session.downBytes.toString(),
        terminateCause: session.terminateCause,
      },
      at,
    },
  ];
}

/** A carrier's total of a day has booked a difference: what it told, and how much more that is; below zero, less. */
export function usageRestated(told: {
  lineId: Id;
  day: string;
  service: Service;
  difference: { bytesUp: bigint; bytesDown: bigint; units: bigint };
}): NewEvent {
  const { lineId, day, service, difference } = told;
  return {
    name: 'usage.restated',
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      day,
      service,
      bytesUp: difference.bytesUp.toString(),
      bytesDown: difference.bytesDown.toString(),
      units: difference.units.toString(),
    },
  };
}

/** Unrated usage shows at once: an alert with its reason, on the line where there is one, else on its source. */
export function usageUnrated(row: NewInboxRow): NewEvent {
  const subject: { type: string; id: Id } = row.lineId
    ? { type: 'sim', id: row.lineId }
    : { type: 'nas', id: row.sourceId };
  return {
    name: 'usage.unrated',
    subject,
    data: {
      sim: row.lineId ? publicId('sim', row.lineId) : null,
      imsi: row.imsi,
      reason: row.reason,
      bytesUp: row.bytesUp.toString(),
      bytesDown: row.bytesDown.toString(),
      service: row.service,
      units: row.units.toString(),
    },
    at: row.receivedAt,
  };
}
