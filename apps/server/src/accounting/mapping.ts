import type { ItemKind } from '../billing/index.ts';
import type { LedgerAccountKind } from '../ledger/index.ts';
import type { Method } from '../payments/index.ts';
import type { Category } from '../tax/index.ts';

/** A draft is looked at by somebody there first; an authorised document is in the books. */
export const documentForms = ['draft', 'authorised'] as const;
export type DocumentsAs = (typeof documentForms)[number];

/** How a tax of ours is called in the books. */
export type MappedTax = { category: Category; ratePpm: number; taxType: string };

/** How our things are called in the books: codes of accounts, and types of tax. */
export type Mapping = {
  /** Revenue by kind of item; `other` for those that are not named. */
  items: Partial<Record<ItemKind | 'other', string>>;
  taxes: MappedTax[];
  /** Where money arrives, by how it was paid; `other` for those that are not named. */
  payments: Partial<Record<Method | 'other', string>>;
  /** Accounts of our ledger, for files. */
  ledger: Partial<Record<LedgerAccountKind, string>>;
};

export const noMapping: Mapping = { items: {}, taxes: [], payments: {}, ledger: {} };

/** The account that items of a kind are revenue of. Null: nobody has said. */
export function accountOfItem({ items }: Mapping, kind: ItemKind): string | null {
  return items[kind] ?? items.other ?? null;
}

/** The account that money comes to. Null: nobody has said. */
export function accountOfMoney({ payments }: Mapping, method: Method): string | null {
  return payments[method] ?? payments.other ?? null;
}

/** How a tax is called. Null: nobody has said. */
export function taxTypeOf({ taxes }: Mapping, category: Category, ratePpm: number): string | null {
  return taxes.find((tax) => tax.category === category && tax.ratePpm === ratePpm)?.taxType ?? null;
}
