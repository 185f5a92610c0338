import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Email, idOf, reply, request, text } from '../../kit/http/schemas.ts';
import { publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { sendFile } from '../files.ts';
import { languages } from '../model.ts';
import { pdfOf } from '../pdf/index.ts';
import { sampleDocument } from '../sample.ts';
import { countries, endpointSchemes } from './codes.ts';
import { maxLogoBytes } from './logo.ts';
import { type DocumentSettings, isIban } from './model.ts';
import {
  type AccountDetails,
  findLogo,
  getDetails,
  getSettings,
  removeLogo,
  sellerOf,
  setDetails,
  setLogo,
  setSettings,
} from './service.ts';

const account = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const Language = z.enum(languages);

const details = {
  legalName: text(200).nullable().meta({ description: 'As registered, where that differs from its name.' }),
  street: text(200).nullable(),
  street2: text(200).nullable(),
  city: text(100).nullable(),
  postalCode: text(20).nullable(),
  region: text(100).nullable(),
  countryCode: z
    .string()
    .refine((code) => countries.has(code), { error: 'two capital letters of ISO 3166-1, like NL' })
    .nullable(),
  registration: text(100).nullable().meta({ description: 'Its number in a trade register.' }),
  email: Email.nullable().meta({ description: 'Where bills go.' }),
  endpoint: z
    .strictObject({
      scheme: z
        .string()
        .refine((code) => endpointSchemes.has(code), { error: 'a code of the list, like 0088 for a GLN' }),
      id: text(100),
    })
    .nullable()
    .meta({ description: 'Where electronic bills go: a scheme of the Peppol list (EAS) and an id in it.' }),
  buyerReference: text(100).nullable().meta({ description: 'What it asked to read on its bills (EN 16931 BT-10).' }),
  language: Language.nullable().meta({ description: 'Of its bills; null: that of the account above it.' }),
};
const SetBillingDetails = request('SetBillingDetails', details);
const ShownDetails = reply('BillingDetails', {
  account: z.string(),
  name: z.string(),
  ...details,
  vatNumber: z.string().nullable().meta({ description: 'As its VAT settings have it.' }),
  writtenIn: Language.meta({ description: 'The language that its bills are written in.' }),
});

const bank = {
  iban: z
    .string()
    .transform((iban) => iban.replaceAll(' ', '').toUpperCase())
    .refine(isIban, { error: 'an IBAN whose check digits are right, like DE89370400440532013000' })
    .nullable()
    .meta({ example: 'DE89370400440532013000' }),
  bic: z
    .string()
    .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, { error: 'a BIC of 8 or 11 signs, like COBADEFFXXX' })
    .nullable(),
  bank: text(100).nullable(),
  footer: z
    .string()
    .min(1)
    .max(500)
    .refine((words) => !/[^\P{Cc}\n]/u.test(words), { error: 'text without control characters; lines may break' })
    .nullable()
    .meta({ description: 'At the foot of every page: directors, a court of registration.' }),
};
const SetDocumentSettings = request('SetDocumentSettings', bank);
const SetLogo = request('SetDocumentLogo', {
  image: z
    .base64()
    .max(Math.ceil(maxLogoBytes / 3) * 4)
    .meta({ description: 'A PNG or JPEG of at most 256 kB and 2000 pixels either way, in base64.' }),
});
const ShownSettings = reply('DocumentSettings', {
  iban: z.string().nullable(),
  bic: z.string().nullable(),
  bank: z.string().nullable(),
  footer: z.string().nullable(),
  logo: z.string().nullable().meta({ description: 'The SHA-256 of the logo.' }),
});

/** Who is billed and who bills, as people tell it. */
export function partyRoutes(http: Http): void {
  const tags = ['Documents'];
  const one = {
    ...{ tags, url: '/api/v1/billing-details/:account', scope: 'company' as const },
    ...{ params: z.strictObject({ account }), reply: { 200: ShownDetails } },
  };
  route(http, {
    ...one,
    method: 'GET',
    name: 'getBillingDetails',
    summary: 'Who an account is on its bills, and where they go',
    permission: 'documents.billing_details.view',
    handler: async (ctx, { params }) => shown(await getDetails(ctx, params.account)),
  });
  route(http, {
    ...one,
    method: 'PUT',
    name: 'setBillingDetails',
    summary: 'Set who an account is on its bills; bills that exist keep what they have',
    permission: 'documents.billing_details.edit',
    body: SetBillingDetails,
    handler: async (ctx, { params, body }) => shown(await setDetails(ctx, params.account, body)),
  });
  settingsRoutes(http, tags);
  sampleRoute(http);
}

function settingsRoutes(http: Http, tags: string[]): void {
  const url = '/api/v1/document-settings';
  const seen = { tags, permission: 'documents.settings.view', scope: 'organization' as const };
  const edited = { tags, permission: 'documents.settings.edit', scope: 'organization' as const };
  const answer = (settings: DocumentSettings) => settings;
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'getDocumentSettings',
    summary: 'Where bills are paid to, and how they look',
    reply: { 200: ShownSettings },
    handler: async (ctx) => answer(await getSettings(ctx)),
  });
  route(http, {
    ...edited,
    method: 'PUT',
    url,
    name: 'setDocumentSettings',
    summary: 'Set bank details and footer of bills',
    body: SetDocumentSettings,
    reply: { 200: ShownSettings },
    handler: async (ctx, { body }) => answer(await setSettings(ctx, body)),
  });
  route(http, {
    ...edited,
    method: 'PUT',
    url: `${url}/logo`,
    name: 'setDocumentLogo',
    summary: 'Set the logo of bills',
    body: SetLogo,
    reply: { 200: ShownSettings },
    handler: async (ctx, { body }) => answer(await setLogo(ctx, Buffer.from(body.image, 'base64'))),
  });
  route(http, {
    ...edited,
    method: 'DELETE',
    url: `${url}/logo`,
    name: 'removeDocumentLogo',
    summary: 'Bills have the name of the organization instead of a logo',
    reply: { 200: ShownSettings },
    handler: async (ctx) => answer(await removeLogo(ctx)),
  });
  route(http, {
    ...seen,
    method: 'GET',
    url: `${url}/logo/:sha256`,
    name: 'getDocumentLogo',
    summary: 'A logo that bills have, or had, by its SHA-256',
    params: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 in hex' }) }),
    reply: { 200: null },
    download: 'image/*',
    handler: async (ctx, { params }, { reply }) => {
      const logo = await findLogo(ctx, params.sha256);
      if (!logo) throw refuse.notFound('logo');
      reply.type(logo.type).header('content-disposition', 'inline').send(logo.bytes);
    },
  });
}

/** What bills look like with the settings as they are, in made-up figures. */
function sampleRoute(http: Http): void {
  route(http, {
    method: 'GET',
    url: '/api/v1/document-settings/sample.pdf',
    name: 'getSampleDocument',
    summary: 'An invoice of made-up figures, as invoices look now',
    tags: ['Documents'],
    permission: 'documents.settings.view',
    scope: 'organization',
    query: z.strictObject({ language: Language.optional() }),
    reply: { 200: null },
    download: 'application/pdf',
    handler: async (ctx, { query }, { reply }) => {
      const seller = await sellerOf(ctx);
      const { language } = await getDetails(ctx, ctx.organization.id);
      const document = sampleDocument(seller, query.language ?? language, ctx);
      sendFile(reply, 'application/pdf', 'sample.pdf', await pdfOf(ctx, document));
    },
  });
}

function shown({ owner, details, language, vatNumber }: AccountDetails) {
  const account = publicId(owner.type, owner.id);
  return { account, name: owner.name, ...details, vatNumber, writtenIn: language };
}
