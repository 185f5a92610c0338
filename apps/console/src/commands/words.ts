import type { Direction, IpStatus, Sms, SmsStatus, Unplaced, UnplacedReason, UnplacedState } from '../api/commands.ts';
import type { Tone } from '../format/words.ts';

export const directionWords: Record<Direction, string> = { to_sim: 'To the SIM', from_sim: 'From the SIM' };

export const smsStatuses: Record<SmsStatus, { tone: Tone; word: string }> = {
  queued: { tone: 'grey', word: 'Queued' },
  sent: { tone: 'blue', word: 'Sent' },
  delivered: { tone: 'green', word: 'Delivered' },
  received: { tone: 'green', word: 'Received' },
  failed: { tone: 'red', word: 'Failed' },
};

/** What a status means for whoever waits for it. */
export function smsMeaning({ status, nextAttemptAt }: Pick<Sms, 'status' | 'nextAttemptAt'>): string {
  switch (status) {
    case 'queued':
      return 'The telecom has not taken it yet. It is tried for a day.';
    case 'sent':
      return nextAttemptAt
        ? 'The telecom has taken it. Whether the device has it is not known yet.'
        : 'The telecom has taken it, and tells no more of it.';
    case 'delivered':
      return 'The device has it.';
    case 'received':
      return 'The device sent it.';
    case 'failed':
      return 'The device did not get it.';
  }
}

export const ipStatuses: Record<IpStatus, { tone: Tone; word: string; meaning: string }> = {
  queued: { tone: 'grey', word: 'Queued', meaning: 'It has not left yet.' },
  sent: { tone: 'blue', word: 'Sent', meaning: 'It has left this machine. A datagram tells no more.' },
  received: { tone: 'green', word: 'Received', meaning: 'The device sent it.' },
  failed: { tone: 'red', word: 'Failed', meaning: 'The device did not get it.' },
};

export const unplacedStates: Record<UnplacedState, { tone: Tone; word: string }> = {
  open: { tone: 'amber', word: 'Open' },
  placed: { tone: 'green', word: 'Placed' },
  dismissed: { tone: 'grey', word: 'Dismissed' },
};

export const unplacedReasons: Record<UnplacedReason, { title: string; text: string }> = {
  unknown_sim: {
    title: 'Unknown SIM',
    text: 'No SIM of this telecom has this number. Add the SIM or correct it, then place the message.',
  },
  unknown_text: {
    title: 'Unknown text',
    text: 'A report of a text that this telecom never took from us.',
  },
  not_one_message: {
    title: 'Not one message',
    text: 'Longer than 160 characters, or with characters beyond Latin-1. It stays here, to be read.',
  },
  key_used: {
    title: 'Key used twice',
    text: 'The telecom used its key for another message before. Placing it takes it as a message of its own.',
  },
  unreadable: {
    title: 'Not understood',
    text: 'The telecom sent something else than a text or a delivery report.',
  },
};

export const kindWords: Record<Unplaced['kind'], string> = {
  text: 'Text from a device',
  report: 'Delivery report',
  unreadable: 'Not understood',
};
