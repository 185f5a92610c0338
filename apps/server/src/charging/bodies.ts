import { z } from 'zod';
import { Bytes, Count, idOf } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import * as usage from '../usage/index.ts';
import type { LineName } from './memory.ts';

/** How a caller names a line: in one of three ways. */
export const lineFields = {
  sim: idOf('sim').optional(),
  iccid: z
    .string()
    .regex(/^\d{18,20}$/, { error: 'an ICCID of 18 to 20 digits' })
    .optional(),
  imsi: z
    .string()
    .regex(/^\d{6,15}$/, { error: 'an IMSI of 6 to 15 digits' })
    .optional(),
  telecom: idOf('telecom').optional().meta({ description: 'With `imsi`: whose IMSI it is.' }),
};

/** How much was used: bytes of data, messages of sms, seconds of voice; never of two services in one. */
export const quantityFields = {
  service: z.enum(usage.services).default('data'),
  bytesUp: Bytes.optional().meta({ description: 'Of data, with `bytesDown`.' }),
  bytesDown: Bytes.optional(),
  messages: Count.optional().meta({ description: 'Of sms.' }),
  seconds: Count.optional().meta({ description: 'Of voice.' }),
};

type Quantities = Partial<Record<'bytesUp' | 'bytesDown' | 'messages' | 'seconds', bigint>>;

/** What was used: bytes of data, or units, which are messages or seconds. */
export type Quantity = { service: usage.Service; bytesUp: bigint; bytesDown: bigint; units: bigint };

const fieldsOf = {
  data: ['bytesUp', 'bytesDown'],
  sms: ['messages'],
  voice: ['seconds'],
} as const satisfies Record<usage.Service, readonly (keyof Quantities)[]>;

/** The line that was named, or why it was not. `thing` is what begins the codes: `usage_record`. */
export function lineOf(
  thing: string,
  { sim, iccid, imsi, telecom }: { sim?: Id; iccid?: string; imsi?: string; telecom?: Id },
): LineName | Refusal {
  const ways = [sim, iccid, imsi].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    return new Refusal('invalid', `${thing}.line`, 'Name the line by one of sim, iccid, or imsi with telecom.', {
      field: 'sim',
    });
  }
  if (sim) return { simId: sim };
  if (iccid) return { iccid };
  if (telecom) return { telecomId: telecom, imsi: imsi! };
  return new Refusal('invalid', `${thing}.telecom`, 'An IMSI needs the telecom it belongs to.', { field: 'telecom' });
}

/** The quantity of the service that was named; a field that is missing, or of another service, is refused. */
export function quantityOf(thing: string, said: Quantities & { service: usage.Service }): Quantity | Refusal {
  const { service, ...given } = said;
  const wanted: readonly (keyof Quantities)[] = fieldsOf[service];
  const missing = wanted.find((field) => given[field] === undefined);
  if (missing) {
    return new Refusal('invalid', `${thing}.invalid`, `Usage of ${service} needs ${wanted.join(' and ')}.`, {
      field: missing,
    });
  }
  const strange = Object.values(fieldsOf)
    .flat()
    .find((field) => given[field] !== undefined && !wanted.includes(field));
  if (strange) {
    return new Refusal('invalid', `${thing}.mixed`, `${strange} is nothing of the service ${service}.`, {
      field: strange,
    });
  }
  const { bytesUp = 0n, bytesDown = 0n, messages = 0n, seconds = 0n } = given;
  return { service, bytesUp, bytesDown, units: messages + seconds };
}
