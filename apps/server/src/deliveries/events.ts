import { type IdKind, publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Delivery } from './model.ts';

/** The first try of a callback was not answered by 2xx. It goes on being tried; a batch of events has its own way to say so. */
export function callbackUnanswered({ id, kind, about }: Delivery, status: number | null): NewEvent[] {
  if (kind !== 'callback') return [];
  return [
    {
      name: 'delivery.unanswered',
      subject: { type: 'delivery', id },
      data: {
        delivery: publicId('delivery', id),
        about: about && publicId(about.type as IdKind, about.id),
        status,
      },
    },
  ];
}
