import { createHash } from 'node:crypto';
import { type Invoice, kindName, sumKinds } from '../../billing/index.ts';
import { partyOf } from '../../documents/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { AccountingFault, type BookedDocument, type Contact } from '../door.ts';
import { accountOfItem, type DocumentsAs, type Mapping, taxTypeOf } from '../mapping.ts';
import { shareVat } from './model.ts';

/** A company as books know it, as it is now: a document keeps its own buyer. */
export async function contactOf(ctx: Ctx, companyId: Id): Promise<Contact> {
  const { party } = await partyOf(ctx, companyId);
  return {
    ...{ number: publicId('company', companyId), name: party.legalName ?? party.name, email: party.email },
    ...{ vatNumber: party.vatNumber, lines: [party.street, party.street2].filter((line) => line !== null) },
    ...{ city: party.city, region: party.region, postalCode: party.postalCode, country: party.countryCode },
  };
}

/**
 * A document as books take it: one line for each kind of item, since a bill may have a hundred thousand items, and the PDF has them all.
 * Refuses what the mapping does not name.
 */
export async function bookedDocument(
  ctx: Ctx,
  invoice: Invoice,
  of: { mapping: Mapping; as: DocumentsAs; contactId: string; publicUrl: string },
): Promise<BookedDocument> {
  const { kind, number, currency, document, netMicros, vatMicros } = invoice;
  const { category, ratePpm } = document.tax;
  // Items of a credit note are kept below zero, and stand on it above.
  const sign = kind === 'credit_note' ? -1n : 1n;
  const kinds = await sumKinds(ctx, invoice.id);
  const shares = shareVat(
    kinds.map((one) => sign * one.netMicros),
    vatMicros,
  );
  const taxType = taxTypeOf(of.mapping, category, ratePpm);
  if (taxType === null) throw unmapped(`VAT of category ${category} at ${ratePpm / 10_000} %`);
  const lines = kinds.map((one, i) => {
    const accountCode = accountOfItem(of.mapping, one.kind);
    if (accountCode === null) throw unmapped(`items of the kind “${kindName('en', one.kind)}”`);
    const words = kindName(document.language, one.kind) + (one.items > 1 ? ` (${one.items})` : '');
    return { words, accountCode, taxType, netMicros: sign * one.netMicros, vatMicros: shares[i]! };
  });
  const reference = publicId('invoice', invoice.id);
  const url = of.publicUrl.startsWith('https://') ? `${of.publicUrl}/invoices/${reference}` : null;
  return {
    ...{ kind, number, reference, contactId: of.contactId, issuedOn: document.issuedOn, dueOn: document.dueOn },
    ...{ currency, as: of.as, url, lines, netMicros, vatMicros },
  };
}

/** Nobody has said what it is called in the books. */
export function unmapped(what: string): AccountingFault {
  const words = `The mapping has no name for ${what}. Give it one; this is written then.`;
  return new AccountingFault('refused', 'accounting.unmapped', words);
}

/**
 * The same for the same content: a key under which it is written once, and another where something was changed, or somebody has had it
 * written again: what was refused is perhaps refused under that key for as long as it is kept.
 */
export function keyOf({ id, round }: { id: Id; round: number }, content: unknown): string {
  return `${id}-${round}-${hashOf(content)}`;
}

export function hashOf(content: unknown): string {
  const text = JSON.stringify(content, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
