import { formatAmount } from '@simwright/measure';
import { describe, expect, it } from 'vitest';
import { formsOf } from '../forms.ts';
import { type InvoiceDocument, languages } from '../model.ts';
import { documentOf, nobody } from '../sample.ts';
import { readPdf } from '../testing.ts';
import { words } from '../words.ts';
import { giroText } from './giro.ts';
import { drawInvoice } from './invoice.ts';

const seller = {
  ...nobody,
  ...{ name: 'Nordlink', legalName: 'Nordlink Connectivity GmbH', street: 'Speicherstraße 8', city: 'Hamburg' },
  ...{ postalCode: '20457', countryCode: 'DE', vatNumber: 'DE136695976' },
};
const buyer = {
  ...nobody,
  name: 'Aurora Fleet B.V.',
  city: 'Amsterdam',
  countryCode: 'NL',
  vatNumber: 'NL123456782B90',
};
const payment = { termsDays: 14, iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', bank: null, reference: null };
const iccid = (i: number) => `8931440400000${String(i).padStart(6, '0')}`;

const small = documentOf({
  ...{ seller, buyer, payment, buyerReference: 'PO-88121', prepaidMicros: '12100000000' },
  items: [
    { name: 'Monthly fee', lineLabel: iccid(1), count: 1, price: 50_000, unit: 'MON' },
    { name: 'Data', count: 137, price: 125, unit: '4L' },
    { name: 'Credit for October', count: -1, price: 10_050 },
  ],
});

async function textOf(document: InvoiceDocument): Promise<string> {
  return (await readPdf(await drawInvoice(document, null))).pages.join(' ');
}

describe('the PDF of an invoice', () => {
  it('says what the document says', async () => {
    const text = await textOf(small);
    for (const said of [
      ...['Invoice 2026-0001', '1 November 2026', '15 November 2026', '1–31 October 2026', 'PO-88121'],
      ...['Nordlink Connectivity GmbH', 'DE136695976', 'NL123456782B90', 'Netherlands', iccid(1)],
      ...['1 mo. 5.00 21 % 5.00', '137 MB 0.0125 21 % 1.71', '−1 1.005 21 % −1.00'],
      ...['Total without VAT 5.71', 'VAT 21 % on 5.71 1.20', 'Total 6.91', '−121.00', 'DE89 3704 0044 0532 0130 00'],
    ]) {
      expect(text).toContain(said);
    }
    expect(await textOf({ ...small, language: 'de' })).toContain('Summe ohne USt. 5,71');
    const reverse = {
      category: 'AE' as const,
      ratePpm: 0,
      netMicros: small.netMicros,
      vatMicros: '0',
      reason: 'Art. 44',
    };
    expect(await textOf({ ...small, taxes: [reverse] })).toContain('Reverse charge: the recipient owes the VAT');
    expect(await textOf({ ...small, taxes: [reverse], language: 'de' })).toMatch(/Leistungsempfängers.* Art\. 44/);
  });

  it('of a thousand items has each of them, repeats its head, and carries the sum', async () => {
    const long = 'A name of eighty characters that goes on and on until it has reached its end 80.';
    const document = documentOf({
      ...{ seller, buyer: { ...buyer, name: long }, payment },
      items: Array.from({ length: 1_000 }, (_, i) => ({
        ...{ name: i % 7 === 0 ? long : 'Monthly fee', lineLabel: iccid(i), count: 1 + (i % 5), price: 50_000 + i },
        taxRatePpm: i % 3 === 0 ? 70_000 : 210_000,
      })),
    });
    const { pages } = await readPdf(await drawInvoice(document, null));
    let next = 0;
    let sum = 0n;
    pages.forEach((page, i) => {
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
      if (next === document.items.length) return;
      expect(page).toContain('Quantity Unit price VAT Amount (EUR)');
      const figures = formsOf('en', 'EUR');
      if (i > 0) expect(page).toContain(`Brought forward ${figures.figure(sum)}`);
      for (; next < 1_000 && page.includes(iccid(next)); next++) {
        const item = document.items[next]!;
        expect(page).toContain(figures.figure(item.netMicros));
        sum += BigInt(item.netMicros);
      }
      if (next < 1_000) expect(page).toContain(`Carried forward ${figures.figure(sum)}`);
    });
    expect([next, `${sum}`]).toEqual([1_000, document.netMicros]);
    expect(pages.at(-1)).toContain(`EUR ${formsOf('en', 'EUR').figure(document.payableMicros)}`);
  });

  it('of a credit note names the invoice that it corrects, and asks for nothing', async () => {
    const preceding = { number: '2026-0001', issuedOn: '2026-11-01' };
    const note: InvoiceDocument = { ...small, kind: 'credit_note', number: 'C-7', preceding, prepaidMicros: '0' };
    const text = await textOf(note);
    expect(text).toContain('Credit note C-7');
    expect(text).toMatch(/Corrects Invoice 2026-0001/);
    expect(text).not.toMatch(/Please pay|Scan|Account holder/);
    expect(giroText(note)).toBeNull();
  });

  it('has the same bytes each time, and dates of the document', async () => {
    const first = await drawInvoice(small, null);
    await drawInvoice({ ...small, language: 'de', buyer: { ...buyer, name: 'A\u00a0B.C' } }, null);
    expect((await drawInvoice(small, null)).equals(first)).toBe(true);
    expect((await readPdf(first)).info).toMatchObject({
      ...{ Title: 'Invoice 2026-0001', Author: 'Nordlink Connectivity GmbH', CreationDate: 'D:20261101000000Z' },
      Language: 'en',
    });
  });
});

describe('the code to scan', () => {
  it('is a SEPA transfer as EPC069-12 writes it', () => {
    const due = { ...small, prepaidMicros: '0', payableMicros: small.grossMicros };
    expect(giroText(due)?.split('\n')).toEqual([
      ...['BCD', '002', '1', 'SCT', 'COBADEFFXXX', 'Nordlink Connectivity GmbH', 'DE89370400440532013000', 'EUR6.91'],
      ...['', '', '2026-0001'],
    ]);
    expect(giroText({ ...due, currency: 'USD' })).toBeNull();
    expect(giroText({ ...due, payment: { ...payment, iban: null } })).toBeNull();
    expect(giroText({ ...due, payableMicros: '0' })).toBeNull();
  });
});

describe('words and figures', () => {
  it('are whole in every language, with the same blanks', () => {
    const flat = (value: unknown, path = ''): [string, string][] =>
      typeof value === 'string'
        ? [[path, (value.match(/\{\w+\}/g) ?? []).sort().join(' ')]]
        : Object.entries(value as object).flatMap(([key, inner]) => flat(inner, `${path}.${key}`));
    const said = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(said);
    for (const language of languages) {
      expect(flat(words[language])).toEqual(flat(words.en));
      const empty = said(words[language]).filter((word) => word === '');
      // Of category S there is nothing to explain, and pieces have no unit.
      expect(empty).toHaveLength(2);
    }
  });

  it('are exact at any size, and grouped as the language does', () => {
    const most = 9_223_372_036_854_775_807n;
    expect(formatAmount(most, 'EUR')).toBe('92233720368.54775807');
    expect(formsOf('en', 'EUR').figure(9_223_372_036_000_000_000n)).toBe('92,233,720,360.00');
    expect(formsOf('de', 'EUR').amount(-123_450_000_000n)).toBe('−1.234,50\u00a0EUR');
    expect(formsOf('en', 'JPY').figure(1_538_000_000n)).toBe('1,538');
    expect(formsOf('en', 'KWD').figure(1_538_000_000n)).toBe('1.538');
    expect(formsOf('en', 'EUR').price('0.000000123456')).toBe('0.000000123456');
    expect(formsOf('de', 'EUR').rate(77_000)).toBe('7,7\u00a0%');
    expect(formsOf('en', 'EUR').days({ from: '2026-10-15', until: '2026-11-14' })).toBe(
      '15 October – 14 November 2026',
    );
    expect(formsOf('de', 'EUR').days({ from: '2026-10-01', until: '2026-10-31' })).toBe('1.–31. Oktober 2026');
  });
});
