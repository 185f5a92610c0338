import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Category } from '../../tax/index.ts';
import type { InvoiceDocument } from '../model.ts';
import { documentOf, nobody, type SampleItem } from '../sample.ts';
import { disorder } from './rules/order.ts';
import { broken, rules } from './rules/rules.ts';
import { readXml } from './rules/xml.ts';
import { writeUbl } from './ubl.ts';

const seller = {
  ...nobody,
  ...{ name: 'Nordlink', legalName: 'Nordlink Connectivity GmbH', street: 'Speicherstraße 8', city: 'Hamburg' },
  ...{ postalCode: '20457', countryCode: 'DE', vatNumber: 'DE136695976', registration: 'HRB 123456' },
  endpoint: { scheme: '0088', id: '4012345000009' },
};
const buyer = {
  ...nobody,
  ...{ name: 'Aurora & Sons <B.V.>', city: 'Amsterdam', countryCode: 'NL', vatNumber: 'NL123456782B90' },
  email: 'bills@aurora.example',
};
const payment = { termsDays: 14, iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', bank: null, reference: null };
const iccid = '8931440400000000017';

function invoice(category: Category = 'S', given: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const rate = { taxCategory: category, taxRatePpm: category === 'S' ? 210_000 : 0 };
  const items: SampleItem[] = [
    { name: 'Monthly fee', lineLabel: iccid, count: 1, price: 50_000, unit: 'MON', ...rate },
    { name: 'Data', description: 'Zone 1', count: 137, price: 125, unit: '4L', ...rate },
    { name: 'Credit', count: -1, price: 10_050, ...rate },
  ];
  const { payment: paid = payment, ...rest } = given;
  return documentOf({ seller, buyer, payment: paid, notes: ['A note.'], items, ...rest } as never);
}
const xmlOf = (document: InvoiceDocument) => readXml(writeUbl(document));
const mixed = documentOf({
  ...{ seller, buyer, payment, buyerReference: 'PO-1', prepaidMicros: '100000000' },
  items: [
    { name: 'A', count: 3, price: 3_333 },
    { name: 'B', count: 1, price: 9_999, taxRatePpm: 70_000 },
    { name: 'C', count: 2, price: 5_000, taxCategory: 'Z', taxRatePpm: 0 },
  ],
});

describe('UBL', () => {
  it.each<Category>(['S', 'Z', 'E', 'AE', 'K', 'G', 'O'])(
    'of category %s keeps every rule and the order of the schema',
    (category) => {
      for (const kind of ['invoice', 'credit_note'] as const) {
        const preceding = kind === 'invoice' ? null : { number: '2026-0000', issuedOn: '2026-10-01' };
        const doc = xmlOf(invoice(category, { kind, preceding }));
        expect([broken(doc), disorder(doc)]).toEqual([[], []]);
        expect(doc.name).toBe(kind === 'invoice' ? 'Invoice' : 'CreditNote');
      }
    },
  );

  it('says what the document says', () => {
    const doc = xmlOf(invoice());
    const line = doc.all('InvoiceLine')[1]!;
    expect(doc.at('AccountingCustomerParty/Party/PartyName/Name')).toBe('Aurora & Sons <B.V.>');
    expect(doc.at('AccountingCustomerParty/Party/EndpointID')).toBe('bills@aurora.example');
    expect(doc.all('InvoiceLine')[0]!.at('DocumentReference/ID')).toBe(iccid);
    expect([line.at('InvoicedQuantity'), line.at('Price/PriceAmount'), line.at('LineExtensionAmount')]).toEqual([
      ...['137', '0.0125', '1.71'],
    ]);
    expect(doc.at('LegalMonetaryTotal/PayableAmount')).toBe('6.91');
    expect(doc.at('PaymentMeans/PaymentID')).toBe('2026-0001');
    expect(xmlOf(invoice('AE')).at('TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode')).toBe('VATEX-EU-AE');
    expect([broken(xmlOf(mixed)), xmlOf(mixed).at('LegalMonetaryTotal/PrepaidAmount')]).toEqual([[], '1.00']);
    const credits = ['CN-1', 'CN-2'].map((number) => ({ number, micros: '50000000' }));
    const credited = xmlOf({ ...mixed, notes: ['A note.'], creditNotes: credits });
    expect([broken(credited), disorder(credited), credited.all('Note')]).toEqual([[], [], [expect.anything()]]);
    expect(credited.at('Note')).toMatch(/A note.*CN-1.*CN-2/s);
  });

  it('is Peppol where both have an address for it, and the core of EN 16931 otherwise', () => {
    expect(xmlOf(invoice()).at('CustomizationID')).toContain('poacc:billing:3.0');
    const plain = xmlOf(invoice('S', { buyer: { ...buyer, email: null } }));
    expect([plain.at('CustomizationID'), plain.at('ProfileID'), broken(plain)]).toEqual([
      'urn:cen.eu:en16931:2017',
      null,
      [],
    ]);
  });

  it('writes what is no quantity times price as one piece, so that the sums are right', () => {
    const off = { ...invoice() };
    off.items = [{ ...off.items[1]!, position: 1, netMicros: off.netMicros, quantity: '137', unitPrice: '0.0125' }];
    const doc = xmlOf(off);
    const line = doc.all('InvoiceLine')[0]!;
    expect([line.at('InvoicedQuantity'), line.at('Price/PriceAmount'), line.at('Note')]).toEqual([
      '1',
      '5.71',
      '137 4L × 0.0125 EUR',
    ]);
    expect(broken(doc)).toEqual([]);
    const credit = { ...off.items[0]!, quantity: '2', unitPrice: '-2.855', netMicros: `-${off.netMicros}` };
    expect(
      xmlOf({ ...off, items: [credit] })
        .all('InvoiceLine')[0]!
        .at('InvoicedQuantity'),
    ).toBe('-2');
  });

  it('refuses what the core asks for and nobody has said', () => {
    const missing = (document: InvoiceDocument) => {
      try {
        return writeUbl(document).length;
      } catch (error) {
        return (error as { details: { missing: string[] } }).details.missing.map((one) => /\((.*?)\)/.exec(one)?.[1]);
      }
    };
    expect(missing(invoice('S', { seller: nobody, buyer: nobody }))).toEqual([
      'BR-09',
      'BR-11',
      'BR-S-02 and its like',
    ]);
    expect(missing(invoice('K', { buyer: { ...buyer, vatNumber: null }, period: null }))).toEqual([
      'BR-IC-02',
      'BR-IC-11',
    ]);
    expect(missing(invoice('AE', { buyer: { ...buyer, vatNumber: null } }))).toEqual(['BR-AE-02']);
    expect(missing(invoice('S', { currency: 'KWD' }))).toEqual(['BR-DEC-12']);
  });

  it('keeps the rules whatever is on a bill', () => {
    const item = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((name) => /\w/.test(name)),
      count: fc.integer({ min: -100_000, max: 100_000 }),
      price: fc.integer({ min: 0, max: 10_000_000 }),
      taxRatePpm: fc.constantFrom(10_000, 70_000, 210_000, 77_500),
    });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 12 }), fc.constantFrom('EUR', 'JPY'), (items, currency) => {
        const doc = xmlOf(documentOf({ seller, buyer, payment, currency, items }));
        expect([broken(doc), disorder(doc)]).toEqual([[], []]);
      }),
      { numRuns: 100 },
    );
  });
});

/** A document broken at one place, for each rule. */
const breaks: Record<string, [category: Category, from: string | RegExp, to: string]> = {
  'BR-01': ['S', /<cbc:CustomizationID>.*\n/, ''],
  'BR-02': ['S', '<cbc:ID>2026-0001</cbc:ID>', ''],
  'BR-03': ['S', /<cbc:IssueDate>.*/, ''],
  'BR-04': ['S', /<cbc:InvoiceTypeCode>.*/, ''],
  'BR-05': ['S', /<cbc:DocumentCurrencyCode>.*/, ''],
  'BR-06': ['S', '<cbc:RegistrationName>Nordlink Connectivity GmbH</cbc:RegistrationName>', ''],
  'BR-07': ['S', /<cbc:RegistrationName>Aurora.*/, ''],
  'BR-08': ['S', /<cac:PostalAddress>[\s\S]*?<\/cac:PostalAddress>/, ''],
  'BR-09': ['S', '<cbc:IdentificationCode>DE</cbc:IdentificationCode>', ''],
  'BR-10': ['S', /(Aurora[\s\S]*?)<cac:PostalAddress>[\s\S]*?<\/cac:PostalAddress>/, '$1'],
  'BR-11': ['S', '<cbc:IdentificationCode>NL</cbc:IdentificationCode>', ''],
  'BR-12': ['S', /(<cac:LegalMonetaryTotal>\s*)<cbc:LineExtensionAmount.*/, '$1'],
  'BR-13': ['S', /<cbc:TaxExclusiveAmount.*/, ''],
  'BR-14': ['S', /<cbc:TaxInclusiveAmount.*/, ''],
  'BR-15': ['S', /<cbc:PayableAmount.*/, ''],
  'BR-16': ['S', /<cac:InvoiceLine>[\s\S]*<\/cac:InvoiceLine>/, ''],
  'BR-21': ['S', /(<cac:InvoiceLine>\s*)<cbc:ID>1<\/cbc:ID>/, '$1'],
  'BR-22': ['S', /<cbc:InvoicedQuantity.*/, ''],
  'BR-23': ['S', ' unitCode="MON"', ''],
  'BR-24': ['S', /(InvoicedQuantity>\s*)<cbc:LineExtensionAmount.*/, '$1'],
  'BR-25': ['S', '<cbc:Name>Monthly fee</cbc:Name>', ''],
  'BR-26': ['S', /<cbc:PriceAmount.*/, ''],
  'BR-27': ['S', '>5</cbc:PriceAmount>', '>-5</cbc:PriceAmount>'],
  'BR-29': ['S', '<cbc:StartDate>2026-10-01', '<cbc:StartDate>2026-11-02'],
  'BR-48': ['S', /(<cac:TaxCategory>\s*<cbc:ID>S<\/cbc:ID>\s*)<cbc:Percent>.*/, '$1'],
  'BR-50': ['S', /<cbc:ID>DE89.*/, ''],
  'BR-55': ['S', '<cac:AccountingSupplierParty>', '<cac:BillingReference/><cac:AccountingSupplierParty>'],
  'BR-62': ['S', ' schemeID="0088"', ''],
  'BR-CO-04': ['S', /(<cac:ClassifiedTaxCategory>\s*)<cbc:ID>.*/, '$1'],
  'BR-CO-09': ['S', '<cbc:CompanyID>DE136695976', '<cbc:CompanyID>136695976'],
  'BR-CO-10': ['S', '>1.71</cbc:LineExtensionAmount>', '>1.72</cbc:LineExtensionAmount>'],
  'BR-CO-13': ['S', '>5.71</cbc:TaxExclusiveAmount>', '>5.72</cbc:TaxExclusiveAmount>'],
  'BR-CO-14': ['S', '>1.20</cbc:TaxAmount>', '>1.21</cbc:TaxAmount>'],
  'BR-CO-15': ['S', '>6.91</cbc:TaxInclusiveAmount>', '>6.92</cbc:TaxInclusiveAmount>'],
  'BR-CO-16': ['S', '>6.91</cbc:PayableAmount>', '>6.90</cbc:PayableAmount>'],
  'BR-CO-17': ['S', />1\.20<\/cbc:TaxAmount>(?=\s*<cac:TaxCategory)/, '>1.19</cbc:TaxAmount>'],
  'BR-CO-18': ['S', /<cac:TaxSubtotal>[\s\S]*<\/cac:TaxSubtotal>/, ''],
  'BR-CO-25': ['S', /<cbc:DueDate>.*|<cac:PaymentTerms>[\s\S]*?<\/cac:PaymentTerms>/g, ''],
  'BR-CO-26': ['O', '<cbc:CompanyID>HRB 123456</cbc:CompanyID>', ''],
  'BR-DEC': ['S', '>6.91</cbc:PayableAmount>', '>6.910</cbc:PayableAmount>'],
  'BR-IC-11': ['K', /<cac:InvoicePeriod>[\s\S]*?<\/cac:InvoicePeriod>/, ''],
  'BR-IC-12': ['K', /<cac:Delivery>[\s\S]*?<\/cac:Delivery>/, ''],
  'BR-O-11': ['O', /(<cac:ClassifiedTaxCategory>\s*)<cbc:ID>O<\/cbc:ID>/, '$1<cbc:ID>S</cbc:ID>'],
  'PEPPOL-EN16931-R001': ['S', /<cbc:ProfileID>.*/, ''],
  'PEPPOL-EN16931-R002': ['S', '<cbc:Note>A note.</cbc:Note>', '<cbc:Note>A note.</cbc:Note><cbc:Note>B</cbc:Note>'],
  'PEPPOL-EN16931-R003': ['S', /<cbc:BuyerReference>.*/, ''],
  'PEPPOL-EN16931-R004': ['S', 'billing:3.0', 'billing:2.0'],
  'PEPPOL-EN16931-R007': ['S', 'billing:01:1.0', 'billing:01:2.0'],
  'PEPPOL-EN16931-R008': ['S', '<cbc:Note>A note.</cbc:Note>', '<cbc:Note></cbc:Note>'],
  'PEPPOL-EN16931-R010': ['S', /<cbc:EndpointID schemeID="EM">.*/, ''],
  'PEPPOL-EN16931-R020': ['S', /<cbc:EndpointID schemeID="0088">.*/, ''],
  'PEPPOL-EN16931-R051': ['S', 'currencyID="EUR"', 'currencyID="USD"'],
  'PEPPOL-EN16931-R120': ['S', '>137</cbc:InvoicedQuantity>', '>140</cbc:InvoicedQuantity>'],
};
const codes = { S: 'S', Z: 'Z', E: 'E', AE: 'AE', IC: 'K', G: 'G', O: 'O' } as const;
for (const [family, category] of Object.entries(codes)) {
  const subtotal = `(<cac:TaxCategory>\\s*<cbc:ID>${category}</cbc:ID>\\s*)`;
  const lineCategory = `(<cac:ClassifiedTaxCategory>\\s*<cbc:ID>${category}</cbc:ID>\\s*)`;
  const anyVat = /<cac:PartyTaxScheme>[\s\S]*?<\/cac:PartyTaxScheme>/;
  const reason = category === 'S' || category === 'Z';
  breaks[`BR-${family}-01`] = [category, new RegExp(subtotal), '<cac:TaxCategory><cbc:ID>X</cbc:ID>'];
  breaks[`BR-${family}-02`] =
    category === 'O'
      ? [
          'O',
          '<cac:PartyLegalEntity>',
          '<cac:PartyTaxScheme><cbc:CompanyID>DE1</cbc:CompanyID></cac:PartyTaxScheme><cac:PartyLegalEntity>',
        ]
      : [category, anyVat, ''];
  breaks[`BR-${family}-05`] =
    category === 'O'
      ? ['O', new RegExp(lineCategory), '$1<cbc:Percent>0</cbc:Percent>']
      : [
          category,
          new RegExp(`${lineCategory}<cbc:Percent>.*`),
          `$1<cbc:Percent>${category === 'S' ? 0 : 5}</cbc:Percent>`,
        ];
  breaks[`BR-${family}-08`] = [category, '>5.71</cbc:TaxableAmount>', '>5.70</cbc:TaxableAmount>'];
  breaks[`BR-${family}-10`] = reason
    ? [
        category,
        /(<cac:TaxCategory>[\s\S]*?)(?=<cac:TaxScheme>)/,
        '$1<cbc:TaxExemptionReason>Why</cbc:TaxExemptionReason>',
      ]
    : [category, /<cbc:TaxExemptionReason.*/g, ''];
  breaks[`BR-${family}-09`] = [category, />0\.00<\/cbc:TaxAmount>(?=\s*<cac:TaxCategory)/, '>0.01</cbc:TaxAmount>'];
}

describe('the rules themselves', () => {
  it.each(rules.map(({ id }) => id))('%s is heard when it is broken', (id) => {
    const [category, from, to] = breaks[id]!;
    const xml = writeUbl(invoice(category));
    const worse = xml.replace(from, to);
    expect(worse).not.toBe(xml);
    expect(broken(readXml(worse))).toContain(id);
  });

  it('and the order of elements, and a tag that is not closed', () => {
    const xml = writeUbl(invoice());
    const turned = xml.replace(/( *<cbc:ID>2026-0001.*\n)( *<cbc:IssueDate>.*\n)/, '$2$1');
    expect(disorder(readXml(turned))).toEqual(['cbc:ID in Invoice']);
    expect(
      disorder(readXml(xml.replace('<cbc:Note>', '<cbc:Remark>').replace('</cbc:Note>', '</cbc:Remark>'))),
    ).not.toEqual([]);
    expect(() => readXml(xml.replace('</cac:Party>', ''))).toThrow();
    expect(() => readXml(xml.replace('&amp;', '&'))).toThrow();
  });
});
