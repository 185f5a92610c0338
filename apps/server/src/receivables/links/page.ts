import { createHash } from 'node:crypto';
import type { Language, Party } from '../../documents/index.ts';
import { escaped, paperPage, paperStyle } from '../../payments/index.ts';
import { words } from './words.ts';

/** How it stands with paying, as a payer sees it. */
export type Standing =
  /** Something is left, and a card may pay it. `failed`: the last one was not charged. */
  | { kind: 'open'; failed: boolean }
  /** A card payment that waits for its payer, at this address. */
  | { kind: 'begun'; url: string }
  /** Nobody knows yet. `asking`: its page is being asked for. */
  | { kind: 'waiting'; asking: boolean }
  /** Something is left, and no card is taken. */
  | { kind: 'no_card' }
  | { kind: 'paid' | 'credited' | 'note' };

/** Everything that the page of a link shows, in words and figures of its language. */
export type Shown = {
  language: Language;
  kind: 'invoice' | 'credit_note';
  number: string;
  seller: Party;
  buyer: Party;
  issued: string;
  due: string | null;
  overdue: boolean;
  total: string;
  /** Null: nothing. */
  paid: string | null;
  credited: string | null;
  /** What is left to be paid, or of a credit note what it comes to. */
  left: string;
  standing: Standing;
  /** Where to pay by bank; null: nowhere, or nothing is left. */
  bank: { holder: string; iban: string; bic: string | null; bank: string | null; reference: string } | null;
  hasUbl: boolean;
  goodUntil: string;
  sandbox: boolean;
  /** Of this page, without a slash at its end. */
  path: string;
  /** Seconds until it looks again by itself; null: it does not. */
  again: { seconds: number; url: string } | null;
};

const style = `${paperStyle}
h1 { font-size: 1.9rem } h2 { margin: 1.5rem 0 .4rem; font-size: .95rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; margin: 0 0 1.25rem; padding: .9rem 0; border-block: 1px solid var(--line) }
dt { color: var(--faint) } dd { margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
dd.sum { font-weight: 600 } dd.iban { font-size: .9rem; white-space: nowrap } @media (max-width: 26rem) { dd.iban { grid-column: 1 / -1 } } .late { color: var(--bad); font-weight: 600 }
a { color: var(--mark) } .files { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none }
.files a { display: inline-block; padding: .6rem 0 } a:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
.go { display: block; padding: .75rem 1rem; border-radius: .6rem; background: var(--mark); color: var(--on-mark); font-weight: 600; text-align: center; text-decoration: none }
form button.first { text-align: center } .small { margin: 1.25rem 0 0; color: var(--faint); font-size: .875rem }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing is loaded from anywhere, nothing is kept, nothing is found by a search engine, and nobody is told where a payer came from. */
export const linkHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
};

/** The page of a link. It needs no script. */
export function linkPage(shown: Shown): string {
  const say = words[shown.language];
  const title = fill(shown.kind === 'invoice' ? say.invoice : say.creditNote, { number: shown.number });
  const { again, standing } = shown;
  // What is settled shows what it was, and not a zero.
  const settled = standing.kind === 'paid' || standing.kind === 'credited';
  const refresh = again ? `<meta http-equiv="refresh" content="${again.seconds};url=${escaped(again.url)}">` : '';
  return paperPage({
    ...{ title: `${title} · ${shown.seller.name}`, style, language: shown.language },
    head: `<meta name="robots" content="noindex">${refresh}`,
    notice: shown.sandbox ? say.testOnly : null,
    body: `<h1>${escaped(settled ? shown.total : shown.left)}</h1><p class="to">${escaped(title)}</p>
${facts(shown)}${howItStands(shown)}${byBank(shown)}${files(shown)}
<p class="small">${escaped(fill(say.goodUntil, { day: shown.goodUntil }))}</p>`,
  });
}

function facts({ language, seller, buyer, issued, due, overdue, total, paid, credited, left, kind }: Shown): string {
  const say = words[language];
  const late = overdue ? ` <span class="late">${escaped(say.overdue)}</span>` : '';
  const rows: [string, string | null, string?][] = [
    [say.from, escaped(seller.legalName ?? seller.name)],
    [say.to, escaped(buyer.name)],
    [say.issued, escaped(issued)],
    [say.due, due && escaped(due) + late],
    [say.total, escaped(total)],
    [say.paid, paid && escaped(paid)],
    [say.credited, credited && escaped(credited)],
    [say.left, kind === 'invoice' && (paid || credited) ? escaped(left) : null, 'sum'],
  ];
  return list(rows);
}

/** Names and values, of those that are there. @param rows the values are markup, the third is how one looks */
function list(rows: [string, string | null, string?][]): string {
  const shown = rows.flatMap(([name, value, type]) =>
    value === null ? [] : `<dt>${escaped(name)}</dt><dd${type ? ` class="${type}"` : ''}>${value}</dd>`,
  );
  return `<dl>${shown.join('')}</dl>`;
}

function howItStands({ language, standing, left, path, again }: Shown): string {
  const say = words[language];
  const told = (text: string, tone = '') => `<p role="status"${tone ? ` class="${tone}"` : ''}>${escaped(text)}</p>`;
  switch (standing.kind) {
    case 'open': {
      const bad = standing.failed ? told(say.failed, 'bad') : '';
      const pay = fill(say.pay, { amount: left });
      return `${bad}<form method="post" action="${escaped(path)}"><button class="first">${escaped(pay)}</button></form>`;
    }
    case 'begun':
      return `${told(say.begun)}<p><a class="go" href="${escaped(standing.url)}">${escaped(say.goOn)}</a></p>`;
    case 'waiting':
      return told(standing.asking ? say.asking : say.waiting) + (again ? '' : told(say.reload));
    case 'no_card':
      return '';
    case 'paid':
      return told(say.isPaid, 'good');
    case 'credited':
      return told(say.isCredited);
    case 'note':
      return told(say.isNote);
  }
}

function byBank({ language, bank }: Shown): string {
  if (!bank) return '';
  const say = words[language];
  const rows: [string, string | null, string?][] = [
    [say.holder, bank.holder],
    ['IBAN', bank.iban, 'iban'],
    ['BIC', bank.bic],
    ['Bank', bank.bank],
    [say.reference, bank.reference],
  ];
  return `<h2>${escaped(say.bank)}</h2>${list(rows.map(([name, value, type]) => [name, value && escaped(value), type]))}`;
}

function files({ language, path, hasUbl }: Shown): string {
  const link = (form: string, name: string) => `<li><a href="${escaped(path)}/document.${form}">${name}</a></li>`;
  return `<h2>${escaped(words[language].files)}</h2><ul class="files">${link('pdf', 'PDF')}${hasUbl ? link('xml', 'UBL (XML)') : ''}</ul>`;
}

/** For whatever is no good link: unknown, revoked and too old look alike, in both languages, since nobody is known to speak one. */
export function gonePage(): string {
  const body = (['en', 'de'] as const)
    .map(
      (language) =>
        `<section lang="${language}"><h1>${escaped(words[language].gone)}</h1><p class="to">${escaped(words[language].goneWhy)}</p></section>`,
    )
    .join('');
  return paperPage({ title: words.en.gone, style, body, notice: null });
}

/** When no card is taken just now, for a reason that is no matter of the payer. */
export function refusedPage(language: Language, path: string): string {
  const say = words[language];
  const body = `<p class="bad" role="alert">${escaped(say.refused)}</p><p><a class="go" href="${escaped(path)}">OK</a></p>`;
  return paperPage({ title: say.refused, style, language, body, notice: null });
}

function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
