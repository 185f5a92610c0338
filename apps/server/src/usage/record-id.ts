import { z } from 'zod';
import { named } from '../kit/http/schemas.ts';
import { fromHex, type Id, toHex } from '../kit/ids.ts';

/** Where a usage record lies: its line, its time, and its key there. */
export type RecordName = { lineId: Id; occurredAt: Date; sourceKey: Id };

const form = /^usg_[0-9a-f]{76}$/;
const timeDigits = 12;

/**
 * The public id of a usage record: line, milliseconds and key, 76 hex digits. It says where the record lies, so that no index
 * of ids has to be written for each of them.
 */
export function recordId({ lineId, occurredAt, sourceKey }: RecordName): string {
  return `usg_${toHex(lineId)}${occurredAt.getTime().toString(16).padStart(timeDigits, '0')}${toHex(sourceKey)}`;
}

/** The name behind `usg_…`, or null when the text is not one. */
export function parseRecordId(text: string): RecordName | null {
  if (!form.test(text)) return null;
  const digits = text.slice(4);
  return {
    lineId: fromHex(digits.slice(0, 32)),
    occurredAt: new Date(Number.parseInt(digits.slice(32, 32 + timeDigits), 16)),
    sourceKey: fromHex(digits.slice(32 + timeDigits)),
  };
}

export const UsageRecordId = named('UsageRecordId', z.string().regex(form, { error: 'an id of a usage record' }), {
  description: 'Id of the usage record; it asks for its explanation.',
});
