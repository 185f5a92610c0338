import { eidOf, luhnDigit } from '@simwright/measure';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../kit/refusal.ts';
import { maxCsvRows, readCsv } from './csv.ts';
import { checkRows, type RawSim } from './intake.ts';

const body = '898830700000000001';
const iccid = body + luhnDigit(body);
const other = `${body.slice(0, -1)}2${luhnDigit(`${body.slice(0, -1)}2`)}`;
const wrong = body + ((Number(luhnDigit(body)) + 1) % 10);
const eid = eidOf('890330230000000000000000000001');

function check(sim: RawSim) {
  return checkRows([{ line: 1, sim }])[0]!;
}

describe('a row', () => {
  it.each<[string, RawSim, string]>([
    ['an ICCID that is none', { iccid: '12' }, 'iccid.invalid'],
    ['an ICCID with letters', { iccid: '89883070000000000A' }, 'iccid.invalid'],
    ['an ICCID that a spreadsheet ate', { iccid: '8.98831E+18' }, 'iccid.invalid'],
    ['an IMSI with a letter', { iccid, imsi: '90170x' }, 'imsi.invalid'],
    ['an IMSI of 16 digits', { iccid, imsi: '1234567890123456' }, 'imsi.invalid'],
    ['an EID whose check digits do not fit', { iccid, eid: `${eid.slice(0, -1)}0` }, 'eid.invalid'],
    ['an EID of 31 digits', { iccid, eid: eid.slice(1) }, 'eid.invalid'],
    ['an activation code without its server', { iccid, activationCode: 'LPA:1$' }, 'activation_code.invalid'],
    ['a card with an activation code', { iccid, activationCode: '1$a.example$B', form: 'physical' }, 'form.invalid'],
    ['a national number', { iccid, msisdn: '030 1234' }, 'msisdn.invalid'],
    ['a form that is none', { iccid, form: 'nano' }, 'form.invalid'],
    ['a note that is a book', { iccid, note: 'x'.repeat(4001) }, 'note.too_long'],
    ['a code with a space', { iccid, registrationCode: 'A B C D' }, 'registration_code.invalid'],
    ['51 labels', { iccid, labels: Array.from({ length: 51 }, (_, i) => `l${i}`) }, 'labels.too_many'],
  ])('is refused for %s', (_what, sim, code) => {
    expect(check(sim).refusal?.code).toBe(code);
  });

  it('is read into canonical forms', () => {
    const row = check({
      iccid: ` ${iccid.slice(0, 4)} ${iccid.slice(4)}F`,
      imsi: '901700000000001',
      msisdn: '+882 12 345678',
      eid,
      activationCode: ' LPA:1$smdp.example.com$AB-12',
      labels: [' a', 'b', 'a', ''],
    });
    expect(row.sim).toEqual({
      iccid,
      iccidCheckDigit: 'ok',
      imsi: '901700000000001',
      msisdn: '88212345678',
      eid,
      activationCode: '1$smdp.example.com$AB-12',
      form: 'esim',
      note: '',
      labels: ['a', 'b'],
      registrationCode: undefined,
    });
    expect(check({ iccid }).sim?.form).toBe('physical');
    expect(check({ iccid, activationCode: '1$a.example$B' }).sim?.form).toBe('esim');
    expect(check({ iccid: body }).sim?.iccidCheckDigit).toBe('absent');
  });

  it('goes in with a warning when its check digit is wrong', () => {
    const row = check({ iccid: wrong });
    expect(row.sim?.iccidCheckDigit).toBe('wrong');
    expect(row.warnings).toHaveLength(1);
  });

  it('keeps what looks like a formula as the text it is, and reads through the quotes that keep digits whole', () => {
    const row = check({ iccid: `="${iccid}"`, note: '=HYPERLINK("http://x")', labels: ['@SUM(A1)', '+1'] });
    expect(row.sim).toMatchObject({ iccid, note: '=HYPERLINK("http://x")', labels: ['@SUM(A1)', '+1'] });
  });

  it('repeats another one by its ICCID in either form, or by its IMSI', () => {
    const rows = checkRows([
      { line: 2, sim: { iccid, imsi: '901700000000001' } },
      { line: 3, sim: { iccid: body } },
      { line: 4, sim: { iccid: other, imsi: '901700000000001' } },
      { line: 5, sim: { iccid: other } },
      { line: 6, problem: 'too short' },
    ]);
    expect(rows.map((row) => [row.line, row.refusal?.code ?? 'good'])).toEqual([
      [2, 'good'],
      [3, 'sim.repeated'],
      [4, 'sim.repeated'],
      [5, 'good'],
      [6, 'row.malformed'],
    ]);
    expect(rows[1]?.refusal?.message).toContain('line 2');
  });
});

describe('a file', () => {
  it.each([
    ['comma', `iccid,imsi,note\r\n${iccid},901700000000001,"a, ""b"""\r\n`],
    ['semicolon', `iccid;imsi;note\n${iccid};901700000000001;"a, ""b"""\n`],
    ['tab and a byte order mark', `\uFEFFICCID\tImsi\tNote\n${iccid}\t901700000000001\t"a, ""b"""`],
  ])('is read with %s', (_what, text) => {
    expect(readCsv(text)).toEqual([
      { line: 2, sim: expect.objectContaining({ iccid, imsi: '901700000000001', note: 'a, "b"' }) },
    ]);
  });

  it('counts lines as an editor does, over empty ones and quoted line ends', () => {
    const rows = readCsv(`iccid,note\n\n1,"two\nlines"\n,\n2,x\n`);
    expect(rows.map((row) => [row.line, 'sim' in row && row.sim.iccid])).toEqual([
      [3, '1'],
      [6, '2'],
    ]);
  });

  it('reports a row that does not fit the header and goes on', () => {
    const rows = readCsv(`iccid,imsi\n1\n2,3,4\n5,6\n`);
    expect(rows.map((row) => 'problem' in row)).toEqual([true, true, false]);
  });

  it.each([
    ['nothing', '', 'csv.header'],
    ['no header', `${iccid},1\n`, 'csv.header'],
    ['an unknown column', 'iccid,pin\n', 'csv.header'],
    ['a column twice', 'iccid,note,note\n', 'csv.header'],
    ['a quote that never closes', 'iccid,note\n1,"x\n2,y\n', 'csv.quote_open'],
    ['a cell without end', `iccid,note\n1,${'x'.repeat(200_000)}\n`, 'csv.line_too_long'],
    ['too many rows', `iccid\n${'1\n'.repeat(maxCsvRows + 1)}`, 'csv.too_many_rows'],
  ])('is refused with %s', (_what, text, code) => {
    let refusal: unknown;
    try {
      readCsv(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code, details: { field: 'body' } });
  });

  it('holds as many rows as it may', () => {
    expect(readCsv(`iccid\n${'1\n'.repeat(maxCsvRows)}`)).toHaveLength(maxCsvRows);
  });
});
