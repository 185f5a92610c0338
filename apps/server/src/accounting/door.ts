import type { Micros } from '@simwright/measure';
import type { DocumentsAs } from './mapping.ts';

/** Our client at an accounting system: an app that the organization has registered there. */
export type Client = { id: string; secret: string };

/** What lets us in. The refresh token is another one after each refresh, and the one before is of no use then. */
export type Grant = { access: string; refresh: string; until: Date };

/** A set of books that somebody let us into. */
export type Book = { id: string; name: string; link: string };

export type Inside = { access: string; bookId: string };

/** What books know: accounts, and taxes with their rate in percent as they write it. */
export type Chart = {
  accounts: { code: string; name: string; type: string; takesPayments: boolean }[];
  taxes: { type: string; name: string; percent: string }[];
};

export type Contact = {
  /** Ours, by which it is found again. */
  number: string;
  name: string;
  email: string | null;
  vatNumber: string | null;
  lines: string[];
  city: string | null;
  region: string | null;
  postalCode: string | null;
  country: string | null;
};

export type DocumentLine = {
  words: string;
  accountCode: string;
  taxType: string;
  netMicros: Micros;
  vatMicros: Micros;
};

/** An invoice or a credit note as books take it: one line for each kind of item, and exactly our sums. */
export type BookedDocument = {
  kind: 'invoice' | 'credit_note';
  number: string;
  /** Our id, by which it is known to be ours. */
  reference: string;
  contactId: string;
  issuedOn: string;
  dueOn: string | null;
  currency: string;
  as: DocumentsAs;
  /** Where it is in our console. Null: nobody outside could open that. */
  url: string | null;
  lines: DocumentLine[];
  netMicros: Micros;
  vatMicros: Micros;
};

/** An amount of an invoice: paid by a credit note, or by money on an account. */
export type Settling = {
  invoiceId: string;
  amountMicros: Micros;
  currency: string;
  on: string;
};

/** What is there: its id, and the state that it has there. */
export type Written = { id: string; state: string };

/** How a thing is written. `key`: the same for the same content · `tried`: it may be there already, so it is looked for first. */
export type Way = { key: string; tried: boolean };

/**
 * An accounting system. What comes to nothing throws an `AccountingFault`; anything else that is thrown is a fault without an answer,
 * after which nobody knows what happened.
 */
export type AccountingDoor = {
  /** Where somebody of the organization lets us in. `word` comes back with them. */
  consentUrl(client: Client, returnUrl: string, word: string): string;
  exchange(client: Client, returnUrl: string, code: string): Promise<Grant>;
  refresh(client: Client, refresh: string): Promise<Grant>;
  books(access: string): Promise<Book[]>;
  /** Gives back what lets us in. */
  leave(client: Client, grant: Grant, link: string | null): Promise<void>;
  chart(inside: Inside): Promise<Chart>;
  /** @param id null: one of our number or name is taken, else it is made */
  writeContact(inside: Inside, contact: Contact, id: string | null, way: Way): Promise<Written>;
  writeDocument(inside: Inside, document: BookedDocument, way: Way): Promise<Written>;
  /** Pays an invoice with as much of a credit note as both have left. Null: nothing is left of one. */
  apply(inside: Inside, creditNoteId: string, settling: Settling, way: Way): Promise<Written | null>;
  /**
   * Pays an invoice with so much of a credit note.
   * @param way.others allocations there that are known to be other ones · `look`: one of the two may be a draft
   */
  allocate(
    inside: Inside,
    creditNoteId: string,
    settling: Settling,
    way: Way & { others: string[]; look: boolean },
  ): Promise<Written>;
  unallocate(inside: Inside, creditNoteId: string, allocationId: string, way: Way): Promise<Written>;
  pay(
    inside: Inside,
    payment: Settling & { accountCode: string; reference: string },
    way: Way & { look: boolean },
  ): Promise<Written>;
  unpay(inside: Inside, paymentId: string, way: Way): Promise<Written>;
};

/**
 * `later`: it could not now · `patience`: it asks to wait so long · `refused`: not as it is, somebody has to mend something · `draft`: what it
 * would be written to is a draft there · `shut`: what lets us in is not good any more.
 */
export type FaultKind = 'later' | 'patience' | 'refused' | 'draft' | 'shut';

export class AccountingFault extends Error {
  override name = 'AccountingFault';
  readonly kind: FaultKind;
  readonly code: string;
  readonly waitMs: number;

  constructor(kind: FaultKind, code: string, message: string, waitMs = 0) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.waitMs = waitMs;
  }
}
