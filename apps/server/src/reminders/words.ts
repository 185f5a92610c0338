import type { Language } from '../documents/index.ts';
import { formsOf } from '../documents/index.ts';
import { layOut, type Page } from '../mail/index.ts';
import type { StepWords, Tone } from './model.ts';

/** What own words of a letter may name. */
const names = ['company', 'number', 'amount', 'due', 'fee'] as const;

/** The first name in braces that no letter has, or null. */
export function unknownIn(text: string): string | null {
  for (const [whole, name] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (!names.includes(name as (typeof names)[number])) return whole!;
  }
  return null;
}

function filled(text: string, of: Record<(typeof names)[number], string>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: keyof typeof of) => of[name] ?? whole);
}

/** A line of a header: spaces that do not break would have it written in code. */
function headline(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

/** A letter, as text and as HTML, with its subject. */
export type WrittenLetter = { subject: string; text: string; html: string };

type Open = { number: string; dueOn: string; leftMicros: bigint; payUrl: string | null };

export type OverdueLetter = {
  language: Language;
  organization: string;
  company: string;
  currency: string;
  tone: Tone;
  /** Instead of ours. */
  own: StepWords | undefined;
  /** The one that the words are about first. */
  invoices: Open[];
  fee: { number: string; micros: bigint } | null;
};

const overdue: Record<Language, Record<Tone, StepWords>> = {
  en: {
    soon: {
      subject: 'Invoice {number} is due on {due}',
      text: 'Invoice {number} is due on {due}. {amount} is to be paid.',
    },
    first: {
      subject: 'Invoice {number} is overdue',
      text: 'Perhaps it has escaped you: invoice {number} was due on {due}, and we have not seen a payment. Please pay {amount}.',
    },
    again: {
      subject: 'Second reminder: invoice {number}',
      text: 'We have written to you about invoice {number}, which was due on {due}, and it is still open. Please pay {amount} within the next seven days.',
    },
    last: {
      subject: 'Last reminder: invoice {number}',
      text: 'Invoice {number} was due on {due} and is still open, in spite of our reminders. Please pay {amount} now. We send no more reminders.',
    },
  },
  de: {
    soon: {
      subject: 'Rechnung {number} ist am {due} fällig',
      text: 'Die Rechnung {number} ist am {due} fällig. Zu zahlen sind {amount}.',
    },
    first: {
      subject: 'Rechnung {number} ist überfällig',
      text: 'Vielleicht haben Sie es übersehen: Die Rechnung {number} war am {due} fällig, und wir haben noch keine Zahlung erhalten. Bitte zahlen Sie {amount}.',
    },
    again: {
      subject: 'Zweite Mahnung: Rechnung {number}',
      text: 'Wir haben Sie an die Rechnung {number} erinnert, die am {due} fällig war. Sie ist noch offen. Bitte zahlen Sie {amount} innerhalb von sieben Tagen.',
    },
    last: {
      subject: 'Letzte Mahnung: Rechnung {number}',
      text: 'Die Rechnung {number} war am {due} fällig und ist trotz unserer Mahnungen noch offen. Bitte zahlen Sie {amount} jetzt. Wir mahnen nicht noch einmal.',
    },
  },
};

const say = {
  en: {
    hello: 'Hello',
    list: 'What is open:',
    due: (day: string) => `due on ${day}`,
    fee: (number: string, sum: string) => `This reminder costs ${sum}: invoice ${number} is attached.`,
    total: (sum: string) => `In all: ${sum}`,
    pay: 'See it and pay',
    paid: 'If you have paid meanwhile, thank you: nothing more needs to be done.',
  },
  de: {
    hello: 'Guten Tag',
    list: 'Offen ist:',
    due: (day: string) => `fällig am ${day}`,
    fee: (number: string, sum: string) => `Diese Mahnung kostet ${sum}: Die Rechnung ${number} ist beigefügt.`,
    total: (sum: string) => `Zusammen: ${sum}`,
    pay: 'Ansehen und bezahlen',
    paid: 'Falls Sie inzwischen bezahlt haben, danken wir Ihnen: Es ist nichts mehr zu tun.',
  },
} as const;

/** One letter about all that is open and due of a company. */
export function overdueLetter(of: OverdueLetter): WrittenLetter {
  const { language, currency, invoices, fee } = of;
  const forms = formsOf(language, currency);
  const words = say[language];
  const [first] = invoices as [Open];
  const left = invoices.reduce((sum, { leftMicros }) => sum + leftMicros, 0n) + (fee?.micros ?? 0n);
  const named = {
    ...{ company: of.company, number: first.number, amount: forms.amount(left), due: forms.day(first.dueOn) },
    fee: fee ? forms.amount(fee.micros) : forms.amount(0n),
  };
  const { subject, text } = of.own ?? overdue[language][of.tone];
  const lines = invoices.map(
    ({ number, dueOn, leftMicros, payUrl }) =>
      `${number}, ${words.due(forms.day(dueOn))}: ${forms.amount(leftMicros)}${payUrl && invoices.length > 1 ? `\n${payUrl}` : ''}`,
  );
  const several = invoices.length > 1;
  const paragraphs = [
    filled(text, named),
    ...(several ? [[words.list, ...lines].join('\n')] : []),
    ...(fee ? [words.fee(fee.number, forms.amount(fee.micros))] : []),
    ...(several || fee ? [words.total(forms.amount(left))] : []),
  ];
  return {
    subject: headline(filled(subject, named)),
    ...page(of, paragraphs, {
      ...(first.payUrl && !several && { action: { label: words.pay, url: first.payUrl } }),
      ...(of.tone !== 'soon' && { fine: words.paid }),
    }),
  };
}

export type BillLetter = {
  language: Language;
  organization: string;
  company: string;
  kind: 'invoice' | 'credit_note';
  number: string;
  currency: string;
  grossMicros: bigint;
  dueOn: string | null;
  payUrl: string | null;
};

/** A bill that was issued, with the bill itself beside it. */
export function billLetter(of: BillLetter): WrittenLetter {
  const forms = formsOf(of.language, of.currency);
  const sum = forms.amount(of.grossMicros);
  const due = of.dueOn && forms.day(of.dueOn);
  const words = {
    en: {
      invoice: {
        subject: `Invoice ${of.number} of ${of.organization}`,
        text: `Here is your invoice ${of.number}. It comes to ${sum}${due ? ` and is due on ${due}` : ''}.`,
      },
      credit_note: {
        subject: `Credit note ${of.number} of ${of.organization}`,
        text: `Here is credit note ${of.number}, of ${sum}.`,
      },
    },
    de: {
      invoice: {
        subject: `Rechnung ${of.number} von ${of.organization}`,
        text: `Hier ist Ihre Rechnung ${of.number} über ${sum}${due ? `, fällig am ${due}` : ''}.`,
      },
      credit_note: {
        subject: `Rechnungskorrektur ${of.number} von ${of.organization}`,
        text: `Hier ist die Rechnungskorrektur ${of.number} über ${sum}.`,
      },
    },
  }[of.language][of.kind];
  const action = of.payUrl ? { action: { label: say[of.language].pay, url: of.payUrl } } : {};
  return { subject: headline(words.subject), ...page(of, [words.text], action) };
}

export type ReceiptLetter = {
  language: Language;
  organization: string;
  company: string;
  currency: string;
  grossMicros: bigint;
};

/** A payment that has succeeded, with its receipt beside it. */
export function receiptLetter(of: ReceiptLetter): WrittenLetter {
  const sum = formsOf(of.language, of.currency).amount(of.grossMicros);
  const words = {
    en: {
      subject: `Receipt of ${of.organization}`,
      text: `Thank you for your payment of ${sum}. The receipt is attached.`,
    },
    de: {
      subject: `Quittung von ${of.organization}`,
      text: `Danke für Ihre Zahlung von ${sum}. Die Quittung ist beigefügt.`,
    },
  }[of.language];
  return { subject: headline(words.subject), ...page(of, [words.text], {}) };
}

export type PrepaidLetter = {
  language: Language;
  organization: string;
  company: string | null;
  lines: { name: string; lapsesOn: string; left: string }[];
  url: string;
};

/** What is left on prepaid SIMs lapses soon. */
export function prepaidLetter(of: PrepaidLetter): WrittenLetter {
  // No amounts here: any currency will do to write days.
  const { day } = formsOf(of.language, 'EUR');
  const [first] = of.lines as [PrepaidLetter['lines'][number]];
  const lines = of.lines.map(({ name, lapsesOn, left }) =>
    of.language === 'de'
      ? `${name}: noch ${left.replace('.', ',')}, gültig bis ${day(lapsesOn)}`
      : `${name}: ${left} left, good until ${day(lapsesOn)}`,
  );
  const words = {
    en: {
      subject: `Your data is good until ${day(first.lapsesOn)}`,
      text: 'After that day what is left lapses. A refill keeps it, and adds to it.',
      label: 'Refill',
    },
    de: {
      subject: `Ihr Guthaben gilt bis ${day(first.lapsesOn)}`,
      text: 'Danach verfällt, was übrig ist. Eine Aufladung erhält es und kommt hinzu.',
      label: 'Aufladen',
    },
  }[of.language];
  const action = { label: words.label, url: of.url };
  return { subject: headline(words.subject), ...page(of, [lines.join('\n'), words.text], { action }) };
}

function page(
  { language, organization, company }: { language: Language; organization: string; company: string | null },
  paragraphs: string[],
  more: Pick<Page, 'action' | 'fine'>,
): { text: string; html: string } {
  const { hello } = say[language];
  return layOut({ greeting: company ? `${hello} ${company},` : `${hello},`, paragraphs, ...more, from: organization });
}

/** What the fee of a reminder is called on its invoice. */
export function feeName(language: Language, number: string): string {
  return language === 'de' ? `Mahngebühr zu Rechnung ${number}` : `Fee of the reminder of invoice ${number}`;
}
