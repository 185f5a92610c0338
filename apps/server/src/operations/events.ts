import { publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Operation } from './model.ts';

export function operationEvent(name: string, operation: Operation): NewEvent {
  return {
    name,
    subject: { type: 'operation', id: operation.id },
    data: {
      operation: publicId('operation', operation.id),
      kind: operation.kind,
      name: operation.title,
      total: operation.rowsTotal.toString(),
      done: operation.rowsDone.toString(),
      failed: operation.rowsFailed.toString(),
    },
  };
}
