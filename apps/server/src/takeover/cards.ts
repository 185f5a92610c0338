import { createReadStream } from 'node:fs';
import { canonicalIccid, iccidForms } from '@simwright/measure';
import { rowOf, simTable } from '../inventory/index.ts';
import { csvRefusal, headerOf, lookAtHead, readRecords, textBytes } from '../kit/csv/index.ts';
import { refuse } from '../kit/refusal.ts';
import type { Card } from './model.ts';

/** What a file tells of SIMs, by ICCID with its check digit or without. */
export type Cards = { size: number; of(iccid: string): Card | null };

export const noCards: Cards = { size: 0, of: () => null };

/** Two million rows of four identifiers. */
const maxBytes = 400_000_000;
const rowsAtOnce = 10_000;

/**
 * Reads the file with the identifiers that the other vendor does not tell: the same columns as an import of SIMs, `iccid` and any of
 * `imsi`, `msisdn`, `eid`, `form`; others are passed over. Identifiers are checked when a SIM is added. At most 400 MB.
 *
 * @throws Refusal for what is no such file, and for an ICCID or IMSI that is there twice.
 */
export async function readCards(path: string): Promise<Cards> {
  const text = textBytes();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw refuse.invalid('file.too_large', `A file of SIMs has at most ${maxBytes} bytes here.`);
    parts.push(text.push(chunk));
  }
  const bytes = Buffer.concat([...parts, text.end()]);
  const head = lookAtHead(simTable, bytes, true);
  const header = headerOf(simTable, head.columns);
  const cards = new Map<string, Card>();
  const holders = new Map<string, number>();
  for (let { delimiter, ...place } = head.place; place.offset < bytes.length; ) {
    const read = readRecords(bytes.subarray(place.offset), place, delimiter, { last: true, limit: rowsAtOnce });
    if (read.problem) throw csvRefusal(read.problem);
    for (const record of read.records) {
      const row = rowOf(header, record);
      if ('problem' in row) throw refuse.invalid('row.malformed', `Line ${row.line}: ${row.problem}`);
      const { iccid: written, imsi, msisdn, eid, form } = row.sim;
      const iccid = canonicalIccid(written);
      if (!iccid) throw refuse.invalid('iccid.invalid', `Line ${row.line}: "${written.slice(0, 40)}" is no ICCID.`);
      for (const name of [...iccidForms(iccid), ...(imsi ? [`imsi ${imsi}`] : [])]) {
        const earlier = holders.get(name);
        if (earlier !== undefined && earlier !== row.line) {
          throw refuse.invalid('sim.repeated', `Line ${row.line}: this ICCID or IMSI is on line ${earlier} already.`);
        }
        holders.set(name, row.line);
      }
      cards.set(iccid, withoutNothing({ imsi, msisdn, eid, form }));
    }
    if (read.records.length === 0) break;
    place = read.place;
  }
  return {
    size: cards.size,
    of(iccid) {
      const canonical = canonicalIccid(iccid);
      const form = canonical === null ? undefined : iccidForms(canonical).find((one) => cards.has(one));
      return form === undefined ? null : (cards.get(form) ?? null);
    },
  };
}

function withoutNothing(card: Card): Card {
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value)) as Card;
}
