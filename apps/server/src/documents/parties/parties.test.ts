import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../../kit/ctx.ts';
import { reading, rows, sql } from '../../kit/db.ts';
import { publicId } from '../../kit/ids.ts';
import { createCompany, createEndUser } from '../../tenancy/index.ts';
import { type Answer, call, tenancyWorld } from '../../tenancy/testing.ts';
import { documentRoutes, partyOf, sellerOf } from '../index.ts';
import { documentOf, nobody } from '../sample.ts';
import { readPdf } from '../testing.ts';
import { readLogo } from './logo.ts';
import { isIban, noDetails } from './model.ts';
import { findLogo, getSettings } from './service.ts';

let world: Awaited<ReturnType<typeof tenancyWorld>>;
let base: string;
let ours: Organization;
let key: string;
let theirKey: string;

beforeAll(async () => {
  world = await tenancyWorld();
  ({ base } = await world.serve((http) =>
    documentRoutes(http, {
      documentOf: async () => sampleBill,
      receiptOf: async () => sampleReceipt,
      walletReceiptOf: async () => sampleReceipt,
    }),
  ));
  ({ organization: ours } = await world.organization('Ours'));
  const { organization: theirs } = await world.organization('Theirs');
  [key, theirKey] = [await world.key(ours), await world.key(theirs)];
});
afterAll(() => world.close());

const send = (method: string, path: string, body?: unknown, as = key): Promise<Answer> =>
  call(base, method, `/api/v1/${path}`, { key: as, body });
const codeOf = ({ status, body: { error } }: Answer) => [status, error?.code, error?.field].filter(Boolean).join(' ');
const company = async (name: string) =>
  (await createCompany(world.as(ours), { name, currency: 'EUR', email: `${name.toLowerCase()}@example.com` })).id;

describe('billing details', () => {
  it('are of one account; the language comes from the account above', async () => {
    const id = await company('Aurora');
    const user = await createEndUser(world.as(ours), { companyId: id, email: 'mia@example.com', name: 'Mia' });
    const [org, account] = [publicId('organization', ours.id), publicId('company', id)];
    expect((await send('GET', `billing-details/${account}`)).body).toEqual({
      ...{ account, name: 'Aurora', ...noDetails, vatNumber: null, writtenIn: 'en' },
    });
    const details = { ...noDetails, legalName: 'Aurora Fleet GmbH', street: 'Hafenstraße 12', city: 'Hamburg' };
    const set = await send('PUT', `billing-details/${account}`, {
      ...details,
      ...{ postalCode: '20457', countryCode: 'DE', endpoint: { scheme: '0088', id: '4012345000009' } },
    });
    expect([set.status, set.body.legalName, set.body.endpoint.scheme]).toEqual([200, 'Aurora Fleet GmbH', '0088']);
    await send('PUT', `billing-details/${org}`, { ...noDetails, language: 'de' });
    expect((await send('GET', `billing-details/${account}`)).body.writtenIn).toBe('de');
    expect((await partyOf(world.as(ours), user.id)).language).toBe('de');
    expect((await partyOf(world.as(ours), id)).party).toMatchObject({
      ...{
        name: 'Aurora',
        legalName: 'Aurora Fleet GmbH',
        street: 'Hafenstraße 12',
        countryCode: 'DE',
        vatNumber: null,
      },
    });
  });

  it('leave what was there in the audit log, and are told of once', async () => {
    const id = await company('Borealis');
    const path = `billing-details/${publicId('company', id)}`;
    const details = { ...noDetails, city: 'Utrecht' };
    for (const city of ['Utrecht', 'Utrecht', 'Leiden']) await send('PUT', path, { ...details, city });
    const seen = await reading(world.as(ours), (ctx) =>
      rows<{ changes: unknown }>(
        ctx,
        sql`select changes from audit_log where organization_id = ${ours.id} and object_id = ${publicId('company', id)}
            and action = 'billing_details.changed' order by id`,
      ),
    );
    expect(seen.map(({ changes }) => changes)).toEqual([
      [{ field: 'city', old: null, new: 'Utrecht' }],
      [{ field: 'city', old: 'Utrecht', new: 'Leiden' }],
    ]);
  });

  it('are refused with the field that is wrong, and are of nobody else', async () => {
    const account = publicId('company', await company('Cumulus'));
    const refused = async (wrong: object) =>
      codeOf(await send('PUT', `billing-details/${account}`, { ...noDetails, ...wrong }));
    expect(await refused({ countryCode: 'nl' })).toBe('400 request.invalid body.countryCode');
    for (const countryCode of ['XX', 'UK', 'EL', 'EU'])
      expect(await refused({ countryCode })).toBe('400 request.invalid body.countryCode');
    expect(await refused({ endpoint: { scheme: '1234', id: '1' } })).toBe('400 request.invalid body.endpoint.scheme');
    expect(await refused({ endpoint: { scheme: '88', id: '1' } })).toBe('400 request.invalid body.endpoint.scheme');
    expect(await refused({ email: 'nobody' })).toBe('400 request.invalid body.email');
    expect(await refused({ street: 'a\nb' })).toBe('400 request.invalid body.street');
    expect(codeOf(await send('GET', `billing-details/${account}`, undefined, theirKey))).toBe('404 account.not_found');
    expect(codeOf(await send('PUT', `billing-details/${account}`, noDetails, theirKey))).toBe('404 account.not_found');
  });
});

describe('the look of documents', () => {
  it('keeps bank details whose IBAN is right', async () => {
    const bank = { iban: 'DE89 3704 0044 0532 0130 00', bic: 'COBADEFFXXX', bank: 'Commerzbank', footer: 'A\nB' };
    expect((await send('PUT', 'document-settings', bank)).body).toMatchObject({ iban: 'DE89370400440532013000' });
    expect(codeOf(await send('PUT', 'document-settings', { ...bank, iban: 'DE88370400440532013000' }))).toBe(
      '400 request.invalid body.iban',
    );
    expect(await sellerOf(world.as(ours))).toMatchObject({
      party: { name: 'Ours' },
      iban: 'DE89370400440532013000',
      footer: 'A\nB',
    });
  });

  it('takes a logo by its bytes, shows it as what it is, and keeps those that documents name', async () => {
    const put = (image: Buffer) => send('PUT', 'document-settings/logo', { image: image.toString('base64') });
    const first = (await put(png(4, 4))).body.logo as string;
    const shown = await fetch(`${base}/api/v1/document-settings/logo/${first}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('x-content-type-options')]).toEqual([
      ...[200, 'image/png', 'nosniff'],
    ]);
    const sample = await fetch(`${base}/api/v1/document-settings/sample.pdf?language=de`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([sample.status, sample.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const { pages } = await readPdf(Buffer.from(await sample.arrayBuffer()));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain('DE89 3704 0044 0532 0130 00');
    expect((await put(jpeg)).status).toBe(200);
    await send('DELETE', 'document-settings/logo');
    expect((await getSettings(world.as(ours))).logo).toBeNull();
    expect((await send('GET', `document-settings/logo/${'0'.repeat(64)}`)).status).toBe(404);
    expect(await findLogo(world.as(ours), first)).toMatchObject({ type: 'image/png', width: 4, height: 4 });
    expect((await send('GET', `document-settings/logo/${first}`, undefined, theirKey)).status).toBe(404);
  });

  it('refuses what is no image, what is too large, and what cannot be drawn', async () => {
    const code = (image: Buffer) => {
      try {
        return readLogo(image).type;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(jpeg)).toBe('image/jpeg');
    expect(code(Buffer.from('<svg onload="alert(1)"/>'))).toBe('logo.not_an_image');
    expect(code(Buffer.alloc(0))).toBe('logo.not_an_image');
    expect(code(jpeg.subarray(0, jpeg.length - 40))).toBe('logo.not_an_image');
    expect(code(png(4, 4).subarray(0, 50))).toBe('logo.not_an_image');
    expect(code(png(4, 4, { interlaced: true }))).toBe('logo.form_unknown');
    expect(code(png(2_001, 1))).toBe('logo.too_large');
    expect(code(Buffer.concat([png(4, 4), Buffer.alloc(256 * 1024)]))).toBe('logo.too_large');
    // A picture of 4 by 4 that unpacks to 50 megabytes.
    expect(code(png(4, 4, { pixels: Buffer.alloc(50_000_000) }))).toBe('logo.not_an_image');
    const words = png(4, 4, { extra: chunk('tEXt', Buffer.from('Comment\0<script>')) });
    expect(words.includes('script')).toBe(true);
    expect(readLogo(words).bytes.includes('script')).toBe(false);
  });
});

describe('a bill', () => {
  const file = (form: string) =>
    fetch(`${base}/api/v1/invoices/${publicId('invoice', ours.id)}/document.${form}`, {
      headers: { authorization: `Bearer ${key}` },
    });

  it('is had as PDF, UBL, JSON and CSV', async () => {
    const [pdf, xml, json, csv] = await Promise.all(['pdf', 'xml', 'json', 'csv'].map(file));
    expect((await readPdf(Buffer.from(await pdf!.arrayBuffer()))).pages[0]).toContain('EUR 12.10');
    expect(xml!.headers.get('content-disposition')).toBe('attachment; filename="2026-0001.xml"');
    expect(await xml!.text()).toContain('<cbc:PayableAmount currencyID="EUR">12.10</cbc:PayableAmount>');
    const bill = (await json!.json()) as { gross: string; taxes: { vat: string }[]; items: object[] };
    expect([bill.gross, bill.taxes[0]!.vat, bill.items[1]]).toMatchObject([
      '12.10',
      '2.10',
      { net: '5.00', quantity: '2' },
    ]);
    expect((await csv!.text()).split('\r\n')[2]).toBe("2026-0001,2,fee,'=Two,,,2,C62,2.5,5.00,S,21,EUR");
  });

  it('of more than a thousand items is drawn with those alike as one, and listed whole', async () => {
    const items = Array.from({ length: 1_500 }, (_, i) => ({
      name: i % 2 ? 'Odd' : 'Even',
      count: 1,
      price: 100 + i * 100,
    }));
    sampleBill = documentOf({ seller, buyer, items });
    const { pages } = await readPdf(Buffer.from(await (await file('pdf')).arrayBuffer()));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toMatch(/Even 750 items; .* 1 5,625\.00 21 % 5,625\.00 .* Odd .* 5,632\.50/);
    expect((await (await file('csv')).text()).split('\r\n')).toHaveLength(1_502);
  });
});

it('a receipt says what was paid, with what, and what went back', async () => {
  const address = `${base}/api/v1/payments/${publicId('payment', ours.id)}/receipt.pdf`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
  const [text] = (await readPdf(Buffer.from(await answer.arrayBuffer()))).pages;
  expect(text).toMatch(
    /Receipt .*One 1 5\.00 21 % 5\.00 .*VAT 21 % on 10\.00 2\.10 Paid EUR 12\.10 EUR 2\.00 of it went back\./,
  );
  expect(text).toContain('Paid on 1 November 2026 Paid with Card');
});

describe('an IBAN', () => {
  it('has check digits and a length of its country', () => {
    // Examples of the SWIFT IBAN registry.
    for (const right of [
      'NL91ABNA0417164300',
      'GB29NWBK60161331926819',
      'FR1420041010050500013M02606',
      'NO9386011117947',
    ]) {
      expect(isIban(right)).toBe(true);
    }
    for (const wrong of ['NL92ABNA0417164300', 'NL91ABNA041716430', 'nl91abna0417164300', '', 'NL91 ABNA']) {
      expect(isIban(wrong)).toBe(false);
    }
  });
});

const country = (vatNumber: string) => ({ ...nobody, name: 'A', countryCode: 'DE', vatNumber });
const [seller, buyer] = [country('DE136695976'), country('DE123456789')];
let sampleBill = documentOf({
  ...{ seller, buyer },
  items: [
    { name: 'One', count: 1, price: 50_000 },
    { name: '=Two', count: 2, price: 25_000 },
  ],
});

const sampleReceipt = {
  ...{
    ...sampleBill,
    number: 'pay_1',
    paidOn: '2026-11-01',
    paidWith: 'Card',
    refundedMicros: '200000000',
    period: null,
  },
};

const jpeg = Buffer.from(
  '/9j/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1' +
    'PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAEAAgDASIAAhEBAxEB/8QA' +
    'FQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAA//EABQRAQAAAAAAAAAAAAAA' +
    'AAAAAAD/2gAMAwEAAhEDEQA/AJ4Bhv/Z',
  'base64',
);

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

const nothing: Buffer = Buffer.alloc(0);

/** A PNG of colours with transparency. */
function png(
  width: number,
  height: number,
  { interlaced = false, pixels = Buffer.alloc(height * (1 + width * 4)), extra = nothing } = {},
): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, interlaced ? 1 : 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...[chunk('IHDR', head), extra, chunk('IDAT', deflateSync(pixels)), chunk('IEND', nothing)],
  ]);
}
