import type { ItemKind } from './model.ts';

type Language = 'en' | 'de';

/** What documents call each kind of item. */
const names: Record<Language, Record<ItemKind, string>> = {
  en: {
    recurring: 'Recurring fee',
    activation: 'Activation fee',
    usage: 'Usage',
    overage: 'Usage beyond the allowance',
    sms: 'Text messages',
    voice: 'Calls',
    pool_fee: 'Pool fee',
    pool_overage: 'Pool usage beyond the allowance',
    adjustment: 'Adjustment',
    credit: 'Credit',
    line: 'Item',
    discount: 'Discount',
  },
  de: {
    recurring: 'Grundgebühr',
    activation: 'Aktivierungsgebühr',
    usage: 'Nutzung',
    overage: 'Nutzung über das Inklusivvolumen hinaus',
    sms: 'Textnachrichten',
    voice: 'Anrufe',
    pool_fee: 'Poolgebühr',
    pool_overage: 'Poolnutzung über das Inklusivvolumen hinaus',
    adjustment: 'Nachberechnung',
    credit: 'Gutschrift',
    line: 'Position',
    discount: 'Rabatt',
  },
};

/** What an item is called on a document: staff's own lines as staff called them. */
export function itemName(language: Language, kind: ItemKind, detail: string): string {
  return (kind === 'line' || kind === 'discount') && detail ? detail : names[language][kind];
}

/** What a kind of item is called. */
export function kindName(language: Language, kind: ItemKind): string {
  return names[language][kind];
}
