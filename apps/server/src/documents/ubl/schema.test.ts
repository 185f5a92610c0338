import { currencies } from '@simwright/measure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Category } from '../../tax/index.ts';
import { type InvoiceDocument, languages, type Party } from '../model.ts';
import { countries, endpointSchemes } from '../parties/codes.ts';
import { documentOf, nobody, type SampleItem, sampleDocument } from '../sample.ts';
import { codesOf, faultsOf, writtenAgain } from './rules/form.ts';
import { type Node, readXml } from './rules/xml.ts';
import { writeUbl } from './ubl.ts';

const seller: Party = {
  ...nobody,
  ...{ name: 'Nordlink', legalName: 'Nordlink Connectivity GmbH', street: 'Speicherstraße 8', street2: 'Aufgang C' },
  ...{ city: 'Hamburg', region: 'Hamburg', postalCode: '20457', countryCode: 'DE', vatNumber: 'DE136695976' },
  ...{
    registration: 'HRB 123456',
    email: 'billing@nordlink.example',
    endpoint: { scheme: '0088', id: '4012345000009' },
  },
};
const buyer: Party = {
  ...nobody,
  ...{ name: 'Aurora & Sons <B.V.>', city: 'Amsterdam', countryCode: 'NL', vatNumber: 'NL123456782B90' },
  email: 'bills@aurora.example',
};
const payment = { termsDays: 14, iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', bank: null, reference: 'RF18' };

function bill(category: Category, given: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const rate = { taxCategory: category, taxRatePpm: category === 'S' ? 190_000 : 0 };
  const items: SampleItem[] = [
    { name: 'Monthly fee', lineLabel: '8931440400000000017', count: 1, price: 50_000, unit: 'MON', ...rate },
    { name: 'Data', description: 'Zone 1', count: 137, price: 125, unit: '4L', ...rate },
    { name: 'Discount', count: -1, price: 10_050, ...rate },
  ];
  return documentOf({ seller, buyer, payment, notes: ['One.', 'Two.'], items, ...given } as never);
}
const credit = { kind: 'credit_note', preceding: { number: '2026-0001', issuedOn: '2026-10-01' } } as const;
const ofOne = (name: string, given: Partial<InvoiceDocument>) => [name, bill('S', given)] as const;

const thousand = Array.from({ length: 1_000 }, (_, i) => ({ name: `Fee ${i}`, count: i % 7, price: 3_333 * i }));
const documents: (readonly [name: string, document: InvoiceDocument])[] = [
  ...(['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const).flatMap((category) => [
    [`an invoice of category ${category}`, bill(category)] as const,
    [`a credit note of category ${category}`, bill(category, credit)] as const,
  ]),
  ...languages.flatMap((language) => [ofOne(`an invoice in ${language}`, { language })]),
  ofOne('an invoice to somebody without an electronic address', { buyer: { ...buyer, email: null } }),
  ofOne('an invoice that nobody can pay by transfer', { payment: { ...payment, iban: null, bic: null } }),
  ofOne('an invoice that is due at once', { dueOn: null, payment: { ...payment, termsDays: 0 } }),
  ofOne('an invoice in yen', { currency: 'JPY' }),
  ofOne('an invoice without a period, a note or a reference', { period: null, notes: [], buyerReference: null }),
  [
    'an invoice of three rates, with money that was paid before',
    documentOf({
      ...{ seller, buyer, payment, buyerReference: 'PO-1', prepaidMicros: '100000000' },
      items: [
        { name: 'A', count: 3, price: 3_333 },
        { name: 'B', count: 1, price: 9_999, taxRatePpm: 77_500 },
        { name: 'C', count: 2, price: 5_000, taxCategory: 'Z', taxRatePpm: 0 },
      ],
    }),
  ],
  ofOne('an invoice of which credit notes paid some', {
    prepaidMicros: '3000000',
    creditNotes: ['CN-1', 'CN-2'].map((number) => ({ number, micros: '1500000' })),
  }),
  ['an invoice of a thousand items', documentOf({ seller, buyer, payment, items: thousand })],
  ...languages.map((language) => {
    const ctx = { organization: { currency: 'EUR', timeZone: 'Europe/Berlin' }, now: new Date('2026-11-01T09:00:00Z') };
    const details = { footer: null, logo: null, iban: payment.iban, bic: payment.bic, bank: null };
    const sample = sampleDocument({ party: seller, ...details } as never, language, ctx as never);
    return [`the sample of the product in ${language}`, { ...sample, buyer }] as const;
  }),
];

/** An element with its attributes and what is in it, in order: what is left of a document when nobody looks at blanks. */
const treeOf = ({ name, attributes, children, text }: Node): unknown => [
  ...[name, attributes],
  children.length > 0 ? children.map(treeOf) : text,
];

describe('UBL by the schema of @e-invoice-eu/core', () => {
  it.each(documents)('%s has no fault', (_name, document) => {
    expect(faultsOf(readXml(writeUbl(document)))).toEqual([]);
  });

  it.each(documents)('%s is, element for element, what the package writes', async (_name, document) => {
    const ours = readXml(writeUbl(document));
    expect(treeOf(ours)).toEqual(treeOf(readXml(withDeclaration(await writtenAgain(ours)))));
  });

  it('knows the countries, schemes of addresses and currencies that can be set', () => {
    // Beside those of ISO 3166 it has Kosovo and Northern Ireland, as VAT numbers begin.
    expect(codesOf('ISO3166')).toEqual(['1A', 'XI', ...countries].sort());
    expect(codesOf('eas')).toEqual([...endpointSchemes].sort());
    // Two that ISO 4217 has since 2025.
    expect(currencies.filter((code) => !codesOf('ISO4217').includes(code))).toEqual(['XAD', 'XCG']);
  });

  it('has no fault whatever is on a bill', () => {
    const item = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((name) => /\w/.test(name)),
      count: fc.integer({ min: -100_000, max: 100_000 }),
      price: fc.integer({ min: 0, max: 10_000_000 }),
      unit: fc.constantFrom('C62', 'MON', '4L', 'SEC', 'MIN'),
      taxRatePpm: fc.constantFrom(10_000, 70_000, 210_000, 77_500),
    });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 12 }), fc.constantFrom('EUR', 'JPY'), (items, currency) => {
        expect(faultsOf(readXml(writeUbl(documentOf({ seller, buyer, payment, currency, items }))))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

/** The package writes its declaration in small letters. */
function withDeclaration(xml: string): string {
  return xml.replace('encoding="utf-8"', 'encoding="UTF-8"');
}

/** What a document is broken by, and what is heard of it. */
const breaks: [what: string, from: string | RegExp, to: string, heard: RegExp][] = [
  ['no number', /\n +<cbc:ID>2026-0001.*/, '', /required.*cbc:ID/],
  [
    'an element that is not ours',
    '<cbc:IssueDate>',
    '<cbc:Colour>red</cbc:Colour><cbc:IssueDate>',
    /additional.*Colour/,
  ],
  ['an element in the wrong namespace', /cbc:DueDate/g, 'cac:DueDate', /additional.*cac:DueDate/],
  [
    'a second buyer',
    '<cac:AccountingCustomerParty>',
    '<cac:AccountingCustomerParty/><cac:AccountingCustomerParty>',
    /object/,
  ],
  ['two issue days', '<cbc:IssueDate>', '<cbc:IssueDate>2026-11-01</cbc:IssueDate><cbc:IssueDate>', /string/],
  ['a day that is none', '<cbc:IssueDate>2026-11-01', '<cbc:IssueDate>2026-13-01', /IssueDate.*pattern/],
  ['a currency that is none', /EUR/g, 'EUX', /DocumentCurrencyCode.*allowed/],
  [
    'a country that is none',
    '>NL</cbc:IdentificationCode>',
    '>XX</cbc:IdentificationCode>',
    /IdentificationCode.*allowed/,
  ],
  ['a unit that is none', 'unitCode="4L"', 'unitCode="MEGABYTE"', /unitCode.*allowed/],
  ['a scheme of addresses that is none', 'schemeID="0088"', 'schemeID="0000"', /schemeID.*allowed/],
  ['an address without its scheme', ' schemeID="EM"', '', /schemeID/],
  ['a kind of VAT that is none', /<cbc:ID>S<\/cbc:ID>/g, '<cbc:ID>Q</cbc:ID>', /TaxCategory\/cbc:ID.*allowed/],
  ['a means of payment that is none', '>58</cbc:PaymentMeansCode>', '>580</cbc:PaymentMeansCode>', /allowed/],
  ['a type of document that is none', '>380</cbc:InvoiceTypeCode>', '>38</cbc:InvoiceTypeCode>', /InvoiceTypeCode/],
  ['an amount of three decimals', '>1.71</cbc:LineExtensionAmount>', '>1.712</cbc:LineExtensionAmount>', /pattern/],
  [
    'an amount with a comma between',
    '>1.71</cbc:LineExtensionAmount>',
    '>1,000.71</cbc:LineExtensionAmount>',
    /pattern/,
  ],
  ['an amount without its currency', /(<cbc:PayableAmount) currencyID="EUR"/, '$1', /currencyID/],
  ['no lines', /<cac:InvoiceLine>[\s\S]*<\/cac:InvoiceLine>/, '', /required.*InvoiceLine/],
  ['a line without a price', /<cac:Price>[\s\S]*?<\/cac:Price>/, '', /required.*Price/],
  ['three totals of VAT', /(<cac:TaxTotal>[\s\S]*<\/cac:TaxTotal>)/, '$1$1$1', /TaxTotal.*more than 2/],
];

describe('the schema hears', () => {
  const good = writeUbl(bill('S'));

  it.each(breaks)('%s', (_what, from, to, heard) => {
    const worse = good.replace(from, to);
    expect(worse).not.toBe(good);
    expect(faultsOf(readXml(worse)).join('\n')).toMatch(heard);
  });

  it('an element out of its place, as another document than the package writes', async () => {
    const turned = readXml(good.replace(/( *<cbc:ID>2026-0001.*\n)( *<cbc:IssueDate>.*\n)/, '$2$1'));
    expect(faultsOf(turned)).toEqual([]);
    expect(treeOf(turned)).not.toEqual(treeOf(readXml(withDeclaration(await writtenAgain(turned)))));
  });
});
