import type { Language } from '../../documents/index.ts';

/** What the page of a link says. `{…}` is filled in. */
type Words = {
  invoice: string;
  creditNote: string;
  from: string;
  to: string;
  issued: string;
  due: string;
  overdue: string;
  total: string;
  paid: string;
  credited: string;
  left: string;
  pay: string;
  goOn: string;
  begun: string;
  asking: string;
  waiting: string;
  reload: string;
  failed: string;
  refused: string;
  isPaid: string;
  isCredited: string;
  isNote: string;
  testOnly: string;
  bank: string;
  holder: string;
  reference: string;
  files: string;
  goodUntil: string;
  gone: string;
  goneWhy: string;
};

const en: Words = {
  invoice: 'Invoice {number}',
  creditNote: 'Credit note {number}',
  from: 'From',
  to: 'To',
  issued: 'Issued',
  due: 'Due',
  overdue: 'overdue',
  total: 'Total',
  paid: 'Paid',
  credited: 'Credited',
  left: 'Left to pay',
  pay: 'Pay {amount} by card',
  goOn: 'Go on with the payment',
  begun: 'A payment by card is under way. If you have just paid, this page knows in a moment.',
  asking: 'One moment: the page for your card is on its way.',
  waiting: 'A payment is under way. Until we know what became of it, nobody is charged again.',
  reload: 'Load this page again a little later.',
  failed: 'The card was not charged. You can try again, or use another one.',
  refused: 'It cannot be paid by card just now. Please pay by bank, or try again later.',
  isPaid: 'It is paid. Thank you.',
  isCredited: 'It was credited: there is nothing to pay.',
  isNote: 'This amount was credited to you: there is nothing to pay.',
  testOnly: 'A sandbox: no bank, no card, no money.',
  bank: 'Or by bank transfer',
  holder: 'Account holder',
  reference: 'Reference',
  files: 'Files',
  goodUntil: 'Whoever has this link can open this page, until {day}.',
  gone: 'Not found',
  goneWhy: 'This link is not good, or not any more. Ask whoever sent it for a new one.',
};

const de: Words = {
  invoice: 'Rechnung {number}',
  creditNote: 'Rechnungskorrektur {number}',
  from: 'Von',
  to: 'An',
  issued: 'Ausgestellt',
  due: 'Zahlbar bis',
  overdue: 'überfällig',
  total: 'Gesamtbetrag',
  paid: 'Gezahlt',
  credited: 'Gutgeschrieben',
  left: 'Noch zu zahlen',
  pay: '{amount} mit Karte zahlen',
  goOn: 'Zahlung fortsetzen',
  begun: 'Eine Kartenzahlung läuft. Wenn Sie gerade gezahlt haben, weiß diese Seite es gleich.',
  asking: 'Einen Moment: die Seite für Ihre Karte kommt gleich.',
  waiting: 'Eine Zahlung läuft. Bis wir wissen, was daraus wurde, wird niemand noch einmal belastet.',
  reload: 'Laden Sie diese Seite etwas später noch einmal.',
  failed: 'Die Karte wurde nicht belastet. Sie können es noch einmal oder mit einer anderen versuchen.',
  refused: 'Mit Karte geht es gerade nicht. Bitte überweisen Sie, oder versuchen Sie es später noch einmal.',
  isPaid: 'Sie ist bezahlt. Vielen Dank.',
  isCredited: 'Sie wurde gutgeschrieben: es ist nichts zu zahlen.',
  isNote: 'Dieser Betrag wurde Ihnen gutgeschrieben: es ist nichts zu zahlen.',
  testOnly: 'Eine Testumgebung: keine Bank, keine Karte, kein Geld.',
  bank: 'Oder per Überweisung',
  holder: 'Kontoinhaber',
  reference: 'Verwendungszweck',
  files: 'Dateien',
  goodUntil: 'Wer diesen Link hat, kann diese Seite öffnen, bis {day}.',
  gone: 'Nicht gefunden',
  goneWhy: 'Dieser Link gilt nicht oder nicht mehr. Bitten Sie den Absender um einen neuen.',
};

export const words: Record<Language, Words> = { en, de };
