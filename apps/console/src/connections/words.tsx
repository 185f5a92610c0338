import type { ConnectionType, EventSink } from '../api/connections.ts';
import { Badge } from '../ui/status.tsx';

export const connectionWords: Record<ConnectionType, string> = {
  'attachment.accepted': 'Attach accepted',
  'attachment.rejected': 'Attach rejected',
  'attachment.failed': 'Attach failed',
  'data-session.started': 'Session started',
  'data-session.updated': 'Session updated',
  'data-session.ended': 'Session ended',
  'data-session.failed': 'Session failed',
};

/** When each is told. */
export const connectionMeaning: Record<ConnectionType, string> = {
  'attachment.accepted': 'A device was let in.',
  'attachment.rejected': 'It was refused; the event says why.',
  'attachment.failed': 'We could not answer; the network asks again.',
  'data-session.started': 'The first record of a session.',
  'data-session.updated': 'Its usage, every few minutes while it lasts.',
  'data-session.ended': 'Its last record.',
  'data-session.failed': 'A record that was set aside for staff.',
};

export const reasonWords: Record<string, string> = {
  network_not_allowed: 'Network not allowed',
  rate_limited: 'Asked too often',
  not_registered: 'Not registered',
  not_activated: 'Not activated',
  suspended: 'Suspended',
  archived: 'Archived',
  blocked: 'Blocked',
  data_disabled: 'Fleet without data',
  impossible_counter: 'Counters cannot be true',
  fault: 'Our fault',
};

export function SinkState({ sink }: { sink: EventSink }) {
  if (sink.pausedBecause === 'gone') return <Badge tone="red">Gone</Badge>;
  if (sink.state === 'paused') return <Badge tone="grey">Paused</Badge>;
  const { lastDelivery } = sink;
  const failing = lastDelivery?.state === 'failed' || (lastDelivery?.state === 'waiting' && lastDelivery.attempts > 1);
  return failing ? <Badge tone="red">Failing</Badge> : <Badge tone="green">Active</Badge>;
}
