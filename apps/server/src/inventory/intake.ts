import {
  canonicalIccid,
  canonicalMsisdn,
  iccidForms,
  isEid,
  isImsi,
  luhn,
  parseActivationCode,
} from '@simwright/measure';

/** A SIM as somebody wrote it down. Everything is text until it is looked at. */
export type RawSim = {
  iccid: string;
  imsi?: string;
  msisdn?: string;
  eid?: string;
  /** Of an eSIM: `LPA:1$address$matching id`, or without `LPA:`. */
  activationCode?: string;
  form?: string;
  note?: string;
  labels?: string[];
  registrationCode?: string;
};

/** `line`: the line of the file, or the place in the list from 1 on. */
export type RawRow = { line: number; sim: RawSim } | { line: number; problem: string };

export type CheckedSim = {
  iccid: string;
  iccidCheckDigit: 'ok' | 'wrong' | 'absent';
  imsi: string | null;
  msisdn: string | null;
  eid: string | null;
  activationCode: string | null;
  form: 'physical' | 'esim';
  note: string;
  labels: string[];
  registrationCode: string | undefined;
};

export type RowRefusal = { code: string; message: string };
export type CheckedRow = { line: number; iccid: string; warnings: string[] } & (
  | { sim: CheckedSim; refusal: null }
  | { sim: null; refusal: RowRefusal }
);

export const maxLabels = 50;
export const maxLabelLength = 100;
export const maxNoteLength = 4000;

/**
 * Looks at each row by itself and at repeats among them: the first of a repeat goes on. A wrong check digit is a
 * warning, because operators ship such ICCIDs; a wrong EID or IMSI is refused, because nothing would work with it.
 */
export function checkRows(rows: RawRow[]): CheckedRow[] {
  return refuseRepeats(rows.map(checkRow));
}

export function checkRow(row: RawRow): CheckedRow {
  return 'problem' in row
    ? refused(row.line, '', { code: 'row.malformed', message: row.problem })
    : checkSim(row.line, row.sim);
}

/** Names by which a SIM is known, of which no two may share one: first its own, then what its ICCID may be written as. */
export function namesOf({ iccid, imsi }: CheckedSim): { own: string[]; other: string[] } {
  return { own: [iccid, ...(imsi ? [`imsi ${imsi}`] : [])], other: iccidForms(iccid).slice(1) };
}

/** Refuses who shares a name with an earlier row. `before`: names of rows that were read before these, and their lines. */
export function refuseRepeats(rows: CheckedRow[], before: ReadonlyMap<string, number> = new Map()): CheckedRow[] {
  const seen = new Map(before);
  return rows.map((row) => {
    if (!row.sim) return row;
    const { own, other } = namesOf(row.sim);
    // The same SIM may be written with its check digit and without it.
    const earlier = [...own, ...other].map((name) => seen.get(name)).find((line) => line !== undefined);
    if (earlier !== undefined) {
      const message = `This ICCID or IMSI is on line ${earlier} already.`;
      return refused(row.line, row.iccid, { code: 'sim.repeated', message });
    }
    for (const name of own) seen.set(name, row.line);
    return row;
  });
}

function refused(line: number, iccid: string, refusal: RowRefusal): CheckedRow {
  return { line, iccid, warnings: [], sim: null, refusal };
}

function checkSim(line: number, raw: RawSim): CheckedRow {
  const written = identifier(raw.iccid);
  const no = (code: string, message: string) => refused(line, written.slice(0, 40), { code, message });
  const iccid = canonicalIccid(written);
  if (!iccid) {
    return no(
      'iccid.invalid',
      /^\d[.,]?\d*E\+?\d+$/i.test(written)
        ? 'A spreadsheet has turned this ICCID into a number and lost digits: format the column as text.'
        : 'An ICCID has 18 to 20 digits.',
    );
  }
  const imsi = identifier(raw.imsi);
  if (imsi && !isImsi(imsi)) return no('imsi.invalid', 'An IMSI has 6 to 15 digits.');
  const number = identifier(raw.msisdn);
  const msisdn = number ? canonicalMsisdn(number) : null;
  if (number && !msisdn) return no('msisdn.invalid', 'An MSISDN is an international number of 7 to 15 digits.');
  const eid = identifier(raw.eid);
  if (eid && !isEid(eid)) return no('eid.invalid', 'An EID has 32 digits, and its check digits must fit (modulo 97).');
  const given = identifier(raw.activationCode);
  const activation = given ? parseActivationCode(given) : null;
  if (given && !activation) {
    return no(
      'activation_code.invalid',
      'An activation code is LPA:1$address$matching id, and asks for no confirmation code.',
    );
  }
  const form = identifier(raw.form).toLowerCase() || (eid || activation ? 'esim' : 'physical');
  if (form !== 'physical' && form !== 'esim') return no('form.invalid', 'The form is physical or esim.');
  if (activation && form !== 'esim') return no('form.invalid', 'Only an eSIM has an activation code.');
  const note = (raw.note ?? '').trim();
  if (note.length > maxNoteLength) return no('note.too_long', `A note has at most ${maxNoteLength} characters.`);
  const labels = [...new Set((raw.labels ?? []).map((label) => label.trim()).filter(Boolean))];
  if (labels.length > maxLabels) return no('labels.too_many', `A SIM has at most ${maxLabels} labels.`);
  if (labels.some((label) => label.length > maxLabelLength)) {
    return no('labels.too_long', `A label has at most ${maxLabelLength} characters.`);
  }
  const registrationCode = identifier(raw.registrationCode) || undefined;
  if (registrationCode && !/^[A-Za-z0-9-]{4,64}$/.test(registrationCode)) {
    return no('registration_code.invalid', 'A registration code has 4 to 64 letters, digits and dashes.');
  }
  const iccidCheckDigit = checkDigitOf(iccid);
  return {
    line,
    iccid,
    warnings: iccidCheckDigit === 'wrong' ? ['The last digit of the ICCID is not its check digit (Luhn).'] : [],
    sim: {
      ...{ iccid, iccidCheckDigit, form, note, labels, registrationCode },
      imsi: imsi || null,
      msisdn: msisdn?.slice(1) ?? null,
      eid: eid || null,
      activationCode: activation?.code ?? null,
    },
    refusal: null,
  };
}

/** `="8988…"` is how spreadsheets are made to leave a long number alone; it is read, never computed. */
function identifier(cell: string | undefined): string {
  const text = (cell ?? '').trim();
  return /^="([^"]*)"$/.exec(text)?.[1]?.trim() ?? text;
}

/** An ICCID of 18 digits has none (ITU-T E.118 counts 19 with it). */
export function checkDigitOf(iccid: string): CheckedSim['iccidCheckDigit'] {
  if (iccid.length === 18) return 'absent';
  return luhn(iccid) ? 'ok' : 'wrong';
}
