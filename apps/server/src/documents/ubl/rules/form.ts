import { createRequire } from 'node:module';
import { FormatFactoryService, type Invoice, invoiceSchema } from '@e-invoice-eu/core';
import type { Ajv2019 as Judge } from 'ajv/dist/2019.js';
import { localOf, type Node } from './xml.ts';

/** A JSON schema, as far as it is read here. */
type Schema = { $ref?: string; type?: string; properties?: Record<string, Schema>; items?: Schema; $defs?: unknown };
type Form = { [name: string]: Form | Form[] | string | (Form | string)[] };

/** The schema's own ajv: a dependency of the package, and not of ours. */
const { Ajv2019 } = createRequire(import.meta.resolve('@e-invoice-eu/core'))('ajv/dist/2019.js') as {
  Ajv2019: typeof Judge;
};
const schema = structuredClone(invoiceSchema) as unknown as { properties: Record<string, Schema> };
const invoiceForm = schema.properties['ubl:Invoice']!;
// An amount has two decimals at most, but the price of one piece has as many as it needs (EN 16931-1, BT-146; Peppol BIS 3, 5.9).
partOf(partOf(partOf(invoiceForm, 'cac:InvoiceLine').items!, 'cac:Price'), 'cbc:PriceAmount').$ref =
  '#/$defs/dataTypes/Quantity';
const validate = new Ajv2019({ strict: true, allErrors: true }).compile(schema);

/** The codes of one of its lists: `ISO3166`, `eas`, `ISO4217`. */
export function codesOf(list: 'ISO3166' | 'eas' | 'ISO4217'): string[] {
  const { codeLists } = invoiceSchema.$defs as unknown as { codeLists: Record<string, { enum: string[] }> };
  return [...new Set(codeLists[list]!.enum)].sort();
}

function partOf({ properties }: Schema, name: string): Schema {
  return properties![name]!;
}

/**
 * What is wrong with a document by the schema of `@e-invoice-eu/core`, which was made from the syntax tables of Peppol BIS Billing 3: elements that do not
 * belong, are missing or are there too often, values that are none of a code list, no date, no amount. Empty: nothing.
 */
export function faultsOf(doc: Node): string[] {
  if (validate(formOf(doc))) return [];
  return validate.errors!.map(({ instancePath, message, params }) => {
    const of = Object.values(params)[0];
    return `${instancePath} ${message}${typeof of === 'string' ? ` (${of})` : ''}`;
  });
}

/** The same document as the package writes it from that form, its elements in the order of the schema. */
export async function writtenAgain(doc: Node): Promise<string> {
  const silent = { log: () => {}, warn: () => {}, error: () => {} };
  const format = new FormatFactoryService().createFormatService('UBL', silent);
  const options = { format: 'UBL', lang: 'en' };
  return (await format.generate(formOf(doc) as unknown as Invoice, options)) as string;
}

/**
 * A document as the schema has it: a credit note is an invoice of another type, an attribute stands beside its element as `cbc:ID@schemeID`, and what
 * may be repeated is an array. An element that is repeated where it may not be is an array all the same, and no valid one.
 */
function formOf(doc: Node): Form {
  return { 'ubl:Invoice': partsOf(doc, invoiceForm) };
}

function partsOf(node: Node, known: Schema | undefined): Form {
  const form: Form = {};
  for (const name of new Set(node.children.map((child) => child.name))) {
    const [key, same] = [invoiceName(name), node.children.filter((child) => child.name === name)];
    const part = known?.properties?.[key];
    const values = same.map((child) =>
      child.children.length > 0 ? partsOf(child, part?.type === 'array' ? part.items : part) : child.text,
    );
    form[key] = part?.type === 'array' || values.length > 1 ? values : values[0]!;
    for (const child of same) {
      for (const [attribute, value] of Object.entries(child.attributes)) form[`${key}@${attribute}`] = value;
    }
  }
  return form;
}

/** `cac:CreditNoteLine` is `cac:InvoiceLine`. */
function invoiceName(name: string): string {
  const invoice = {
    CreditNoteTypeCode: 'InvoiceTypeCode',
    CreditNoteLine: 'InvoiceLine',
    CreditedQuantity: 'InvoicedQuantity',
  };
  const local = localOf(name);
  return name.replace(local, invoice[local as keyof typeof invoice] ?? local);
}
