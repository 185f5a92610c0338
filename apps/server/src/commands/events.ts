import { publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { SmsCommand } from './model.ts';

/** What became of a text, told of its SIM: `sms_command.sent`, `.delivered`, `.failed`, `.received`. */
export function smsEvent({
  id,
  lineId,
  status,
  direction,
  failure,
}: Pick<SmsCommand, 'id' | 'lineId' | 'status' | 'direction' | 'failure'>): NewEvent {
  return {
    name: `sms_command.${status}`,
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      command: publicId('sms_command', id),
      direction,
      ...(failure && { failure }),
    },
  };
}
