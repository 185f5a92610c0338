import { publicId } from '../../kit/ids.ts';
import type { NewEvent } from '../../kit/outbox.ts';
import type { IpCommand } from './model.ts';

/** What became of data to a SIM, or that some came from it, told of the SIM. */
export function ipEvent(
  name: string,
  {
    id,
    lineId,
    direction,
    errorCode,
    failure,
  }: Pick<IpCommand, 'id' | 'lineId' | 'direction' | 'errorCode' | 'failure'>,
): NewEvent {
  return {
    name,
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      command: publicId('ip_command', id),
      direction,
      ...(errorCode && { errorCode, failure }),
    },
  };
}
