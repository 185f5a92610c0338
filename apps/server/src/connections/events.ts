import { publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Sink } from './model.ts';

/** `event_sink.created`, `.updated` (also paused and resumed), `.deleted`. */
export function sinkEvent(
  name: 'event_sink.created' | 'event_sink.updated' | 'event_sink.deleted',
  sink: Sink,
): NewEvent {
  return {
    name,
    subject: { type: 'event_sink', id: sink.id },
    data: {
      sink: publicId('event_sink', sink.id),
      company: sink.companyId && publicId('company', sink.companyId),
      state: sink.state,
      pausedBecause: sink.pausedBecause,
    },
  };
}
