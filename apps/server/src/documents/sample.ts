import { currencyExponent, divideHalfEven } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../kit/ctx.ts';
import { taxDay } from '../tax/index.ts';
import type { DocumentItem, DocumentTax, InvoiceDocument, Language, Party } from './model.ts';
import type { DocumentSettings } from './parties/model.ts';

export const nobody: Party = {
  ...{ name: '', legalName: null, street: null, street2: null, city: null, postalCode: null, region: null },
  ...{ countryCode: null, vatNumber: null, registration: null, email: null, endpoint: null },
};

/** What a document is of, before it is added up: a quantity, and a price in hundredths of the smallest unit. */
export type SampleItem = Partial<DocumentItem> & Pick<DocumentItem, 'name'> & { count: number; price: number };

type Given = Partial<Omit<InvoiceDocument, 'items' | 'taxes'>> & { items: SampleItem[] };

/** A whole document of these items: net by item, VAT once for each category and rate, as billing adds up. For previews and tests. */
export function documentOf({ items: given, ...rest }: Given): InvoiceDocument {
  const currency = rest.currency ?? 'EUR';
  const minor = 10n ** 6n;
  const items = given.map(({ count, price, ...item }, i): DocumentItem => {
    const net = divideHalfEven(BigInt(count) * BigInt(price), 100n) * minor;
    const unitPrice = decimal(BigInt(price), currencyExponent(currency) + 2);
    return {
      ...{
        position: i + 1,
        kind: 'fee',
        description: null,
        lineLabel: null,
        quantity: `${count}`,
        unit: 'C62',
        unitPrice,
      },
      ...{ netMicros: `${net}`, taxCategory: 'S', taxRatePpm: 210_000, ...item },
    };
  });
  const taxes = taxesOf(items, minor);
  const [net, vat] = [sum(items.map((item) => item.netMicros)), sum(taxes.map((tax) => tax.vatMicros))];
  const prepaid = BigInt(rest.prepaidMicros ?? 0);
  return {
    ...{ kind: 'invoice', number: '2026-0001', issuedOn: '2026-11-01', dueOn: '2026-11-15' },
    ...{ period: { from: '2026-10-01', until: '2026-10-31' }, currency, language: 'en', timeZone: 'Europe/Berlin' },
    ...{ seller: nobody, buyer: nobody, buyerReference: null, preceding: null, items, taxes },
    ...{ netMicros: `${net}`, vatMicros: `${vat}`, grossMicros: `${net + vat}`, prepaidMicros: `${prepaid}` },
    ...{ payableMicros: `${net + vat - prepaid}`, notes: [], footer: null, logo: null },
    payment: { termsDays: 14, iban: null, bic: null, bank: null, reference: null },
    ...rest,
  };
}

function taxesOf(items: readonly DocumentItem[], minor: bigint): DocumentTax[] {
  const nets = new Map<string, DocumentTax>();
  for (const { taxCategory, taxRatePpm, netMicros } of items) {
    const key = `${taxCategory} ${taxRatePpm}`;
    const before = BigInt(nets.get(key)?.netMicros ?? 0);
    nets.set(key, {
      ...{ category: taxCategory, ratePpm: taxRatePpm, netMicros: `${before + BigInt(netMicros)}` },
      ...{ vatMicros: '0', reason: null },
    });
  }
  return [...nets.values()].map((tax) => {
    const vat = divideHalfEven(BigInt(tax.netMicros) * BigInt(tax.ratePpm), 1_000_000n * minor) * minor;
    return { ...tax, vatMicros: `${vat}` };
  });
}

function sum(micros: readonly string[]): bigint {
  return micros.reduce((all, one) => all + BigInt(one), 0n);
}

function decimal(digits: bigint, scale: number): string {
  const text = `${digits}`.padStart(scale + 1, '0');
  const [whole, fraction] = [text.slice(0, text.length - scale), text.slice(text.length - scale).replace(/0+$/, '')];
  return fraction ? `${whole}.${fraction}` : whole;
}

const samples: Record<Language, { buyer: string; note: string; names: [string, string, string] }> = {
  en: {
    buyer: 'A customer of yours',
    note: 'This is a sample. It asks for nothing.',
    names: ['Monthly fee, IoT Europe 100 MB', 'Data beyond the allowance', 'Activation'],
  },
  de: {
    buyer: 'Ihr Kunde',
    note: 'Dies ist ein Muster. Es ist nichts zu zahlen.',
    names: ['Monatsgebühr, IoT Europa 100 MB', 'Daten über das Inklusivvolumen hinaus', 'Aktivierung'],
  },
};

/** An invoice of made-up figures with a seller's own details, to see what its documents look like. */
export function sampleDocument(
  seller: { party: Party } & DocumentSettings,
  language: Language,
  ctx: Pick<Ctx, 'organization' | 'now'>,
): InvoiceDocument {
  const { currency, timeZone } = ctx.organization;
  const { buyer, note, names } = samples[language];
  const [fee, data, activation] = names;
  return documentOf({
    ...{
      language,
      currency,
      timeZone,
      ...daysAround(ctx),
      seller: seller.party,
      buyer: { ...nobody, name: buyer },
      notes: [note],
    },
    items: [
      { name: fee, lineLabel: '8931440400000000017', count: 1, price: 50_000, unit: 'MON' },
      { name: data, lineLabel: '8931440400000000017', count: 137, price: 125, unit: '4L' },
      { name: activation, count: 3, price: 20_000 },
    ],
    ...{ footer: seller.footer, logo: seller.logo },
    payment: { termsDays: 14, iban: seller.iban, bic: seller.bic, bank: seller.bank, reference: null },
  });
}

/** An invoice of today for the month before. */
function daysAround(ctx: Pick<Ctx, 'organization' | 'now'>): Pick<InvoiceDocument, 'issuedOn' | 'dueOn' | 'period'> {
  const today = Temporal.PlainDate.from(taxDay(ctx, ctx.now));
  const first = today.with({ day: 1 });
  return {
    issuedOn: `${today}`,
    dueOn: `${today.add({ days: 14 })}`,
    period: { from: `${first.subtract({ months: 1 })}`, until: `${first.subtract({ days: 1 })}` },
  };
}
