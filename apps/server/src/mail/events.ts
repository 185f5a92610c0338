import { type IdKind, publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Letter } from './model.ts';

/** The server refused it for good, or two days were over. */
export function letterFailed({ id, kind, about, companyId }: Letter, answer: string): NewEvent {
  return {
    name: 'letter.failed',
    subject: { type: 'letter', id },
    data: {
      letter: publicId('letter', id),
      kind,
      about: about && publicId(about.type as IdKind, about.id),
      ...(companyId && { companyId: publicId('company', companyId) }),
      answer,
    },
  };
}
