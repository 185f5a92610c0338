import { hash } from 'node:crypto';
import { z } from 'zod';
import { idOf, Timestamp, text } from '../../kit/http/schemas.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import type { Report } from '../model.ts';

/** How a telecom names a SIM. */
export type SimName = { by: 'sim' | 'iccid' | 'imsi' | 'msisdn'; name: string };
/** How it names a text that it took from us: by our id, or by its own reference. */
export type TextName = { id: Id } | { reference: string };

/** What a telecom hands in, each with the telecom's own key. */
export type Incoming =
  | { kind: 'text'; key: string; sim: SimName; payload: string; at: Date | null }
  | { kind: 'report'; key: string; of: TextName; report: Report };

/** Why something could not be placed. */
export const unplacedReasons = ['unknown_sim', 'unknown_text', 'not_one_message', 'key_used', 'unreadable'] as const;
export type UnplacedReason = (typeof unplacedReasons)[number];

const printable = z.string().regex(/^[\x20-\x7e]{1,200}$/, { error: '1 to 200 printable characters of ASCII' });
const key = printable.meta({ description: "The telecom's own name of it. The same key is taken once." });
const digits = (least: number, most: number, what: string) =>
  z.string().regex(new RegExp(`^\\d{${least},${most}}$`), { error: `${what} of ${least} to ${most} digits` });

const TextBody = z.strictObject({
  key,
  kind: z.literal('text'),
  sim: idOf('sim').optional(),
  iccid: digits(18, 20, 'an ICCID').optional(),
  imsi: digits(6, 15, 'an IMSI').optional(),
  msisdn: z
    .string()
    .regex(/^\+?\d{4,15}$/, { error: 'a number in international form, 4 to 15 digits' })
    .optional(),
  text: z.string().min(1).max(2_000),
  occurredAt: Timestamp.optional(),
});
const ReportBody = z.strictObject({
  key,
  kind: z.literal('report'),
  command: idOf('sms_command').optional(),
  reference: printable.optional(),
  status: z.enum(['delivered', 'failed']),
  reason: text(500).optional(),
});
const Body = z.discriminatedUnion('kind', [TextBody, ReportBody], { error: 'a text or a report, as `kind` says' });

/** Reads one message; a refusal names the field and the form that would do. */
export function readMessage(body: unknown): Incoming | Refusal {
  const read = Body.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = issue!.path.join('.') || (issue!.code === 'unrecognized_keys' ? issue!.keys[0] : undefined);
    return new Refusal('invalid', 'message.invalid', issue!.message, { ...(field && { field }) });
  }
  const said = read.data;
  if (said.kind === 'text') {
    const names = (['sim', 'iccid', 'imsi', 'msisdn'] as const).flatMap((by) => {
      const name = said[by];
      return name === undefined ? [] : { by, name: name.replace('+', '') };
    });
    if (names.length !== 1) {
      const wanted = 'Name the SIM by one of sim, iccid, imsi, msisdn.';
      return new Refusal('invalid', 'message.sim', wanted, { field: 'sim' });
    }
    return { kind: 'text', key: said.key, sim: names[0]!, payload: said.text, at: said.occurredAt ?? null };
  }
  if ((said.command === undefined) === (said.reference === undefined)) {
    const wanted = 'Name the text by one of command, reference.';
    return new Refusal('invalid', 'message.command', wanted, { field: 'command' });
  }
  const of = said.command ? { id: said.command } : { reference: said.reference! };
  return { kind: 'report', key: said.key, of, report: { status: said.status, reason: said.reason ?? null } };
}

/** The SIM or the text that a message names, as it names it. */
export function aboutOf(incoming: Incoming): string {
  if (incoming.kind === 'text')
    return incoming.sim.by === 'sim' ? publicId('sim', incoming.sim.name) : incoming.sim.name;
  return 'id' in incoming.of ? publicId('sms_command', incoming.of.id) : incoming.of.reference;
}

/** What two messages of one key have alike when they are the same. */
export function digestOf(incoming: Incoming): Buffer {
  const { key: _, ...said } = incoming;
  return hash('sha256', JSON.stringify([aboutOf(incoming), said]), 'buffer');
}

/** A key for what has none of its own, or one that is another's: the same again has the same. */
export function keyFor(body: string): string {
  return `sha256:${hash('sha256', body, 'hex')}`;
}

/** Keys of different telecoms are different texts. */
export function sourceKey(telecomId: Id, key: string): string {
  return `${telecomId}:${key}`;
}
