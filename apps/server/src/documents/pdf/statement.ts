import type { Ctx } from '../../kit/ctx.ts';
import { formsOf } from '../forms.ts';
import type { Language, Party } from '../model.ts';
import { findLogo } from '../parties/service.ts';
import { words } from '../words.ts';
import { drawFeet, drawHead, type Frame, footTop, nextPage } from './frame.ts';
import { ink, openSheet, page, type Sheet } from './sheet.ts';

/** A statement of account, ready to be drawn. Amounts are micro-minor units: above zero what is owed more, below what less. */
export type StatementSheet = {
  currency: string;
  language: Language;
  issuedOn: string;
  days: { from: string; until: string };
  seller: Party;
  buyer: Party;
  payment: Frame['bank'];
  footer: string | null;
  logo: string | null;
  openingMicros: string;
  closingMicros: string;
  lines: {
    day: string;
    kind: 'invoice' | 'credit_note' | 'payment' | 'other';
    reference: string;
    amountMicros: string;
    balanceMicros: string;
  }[];
};

const columns = {
  day: { x: page.left, width: 100 },
  what: { x: page.left + 104, width: 220 },
  amount: { x: page.left + 326, width: 72, align: 'right' },
  balance: { x: page.left + 402, width: page.right - page.left - 402, align: 'right' },
} as const;
const rowHeight = 20;

/** Draws a statement as PDF, A4, in its language. */
export async function drawStatement(ctx: Ctx, statement: StatementSheet): Promise<Buffer> {
  const { language, seller, buyer, currency, days } = statement;
  const say = words[language];
  const forms = formsOf(language, currency);
  const logo = (await findLogo(ctx, statement.logo))?.bytes ?? null;
  const frame: Frame = {
    ...{
      language,
      forms,
      seller,
      buyer,
      title: say.statement,
      bank: statement.payment,
      footer: statement.footer,
      logo,
    },
  };
  const title = `${say.statement} ${days.from} ${days.until}`;
  const author = seller.legalName ?? seller.name;
  const sheet = openSheet({ title, author, subject: buyer.name, language, day: statement.issuedOn });
  const bottom = footTop(sheet, frame);
  const facts = [
    [say.date, forms.day(statement.issuedOn)],
    [say.period, forms.days(days)],
  ] as const;
  let y = drawTableHead(sheet, frame, currency, drawHead(sheet, frame, facts) + 16);
  const row = (
    day: string,
    what: string,
    amount: string,
    balance: string,
    weight: 'regular' | 'medium' = 'regular',
  ) => {
    if (y + rowHeight > bottom) y = drawTableHead(sheet, frame, currency, nextPage(sheet, frame));
    const at = { y: y + 5 };
    sheet.line(day, { ...columns.day, ...at }, { color: ink.soft, weight });
    sheet.line(what, { ...columns.what, ...at }, { weight });
    sheet.line(amount, { ...columns.amount, ...at }, { weight });
    sheet.line(balance, { ...columns.balance, ...at }, { weight });
    y += rowHeight;
    sheet.rule(y);
  };
  row(forms.day(days.from), say.opening, '', forms.figure(statement.openingMicros), 'medium');
  for (const { day, kind, reference, amountMicros, balanceMicros } of statement.lines) {
    const what = [say.statementKinds[kind], kind === 'payment' ? '' : reference].filter(Boolean).join(' ');
    row(forms.day(day), what, forms.figure(amountMicros), forms.figure(balanceMicros));
  }
  row(forms.day(days.until), say.closing, '', forms.amount(statement.closingMicros), 'medium');
  drawFeet(sheet, frame);
  return sheet.end();
}

function drawTableHead(sheet: Sheet, { language }: Frame, currency: string, y: number): number {
  const say = words[language];
  const style = { size: 7.5, weight: 'medium', color: ink.soft } as const;
  sheet.line(say.date, { ...columns.day, y }, style);
  sheet.line(say.item, { ...columns.what, y }, style);
  sheet.line(say.amount, { ...columns.amount, y }, style);
  sheet.line(`${say.balance} (${currency})`, { ...columns.balance, y }, style);
  sheet.rule(y + 14, page.left, page.right, ink.dark, 0.75);
  return y + 15;
}
