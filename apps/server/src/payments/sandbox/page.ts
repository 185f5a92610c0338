import { createHash } from 'node:crypto';
import { formatAmount } from '@simwright/measure';
import { minor } from '../model.ts';
import { faceOf, type KeptCard, keptCards, refusedCard } from './cards.ts';
import { type Charge, cards, failureWords } from './model.ts';

const style = `
:root { color-scheme: light dark; --ground: #f4f1ea; --sheet: #fffdf8; --ink: #2a2520; --faint: #6d655b; --line: #ddd5c7; --mark: #8a4b12; --on-mark: #fff; --good: #1d6b3a; --bad: #a3261d }
@media (prefers-color-scheme: dark) { :root { --ground: #1b1814; --sheet: #26221c; --ink: #f1ece3; --faint: #b3a99b; --line: #423b31; --mark: #e2a15e; --on-mark: #241a0f; --good: #7fd09b; --bad: #f0938a } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 1rem; padding: 1.5rem; box-shadow: 0 1rem 2.5rem rgb(0 0 0 / .08) }
.notice { margin: 0 0 1.25rem; padding: .5rem .75rem; border: 1px dashed var(--mark); border-radius: .5rem; color: var(--mark); font-size: .875rem; text-wrap: balance }
h1 { margin: 0; font-size: 2rem; font-variant-numeric: tabular-nums }
.to { margin: 0 0 1.25rem; color: var(--faint) }
.bad { color: var(--bad); font-weight: 600 } .good { color: var(--good); font-weight: 600 }
form { display: grid; gap: .5rem; margin: 0 }
button { min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .6rem; background: transparent; color: inherit; font: inherit; text-align: left; cursor: pointer }
button:hover { border-color: var(--mark) } button:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
button.first { background: var(--mark); border-color: var(--mark); color: var(--on-mark); font-weight: 600 }
button.quiet { border: 0; color: var(--faint); text-align: center; text-decoration: underline }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What a payer sees of a charge: nothing to type, a button for each thing that a card may do. */
export function page(charge: Charge, merchant: string): string {
  const total = `${formatAmount(charge.amountMinor * minor, charge.currency)} ${charge.currency}`;
  return whole(
    total,
    `<h1>${escaped(total)}</h1><p class="to">to ${escaped(merchant)}${charge.description ? ` · ${escaped(charge.description)}` : ''}</p>${bodyOf(charge)}`,
  );
}

/** What a holder sees who stores a card: a button for each thing that it may do later. */
export function cardPage(kept: KeptCard, merchant: string): string {
  return whole('Store a card', `<h1>Store a card</h1><p class="to">for ${escaped(merchant)}</p>${bodyOfCard(kept)}`);
}

function bodyOfCard(kept: KeptCard): string {
  switch (kept.state) {
    case 'open': {
      const buttons = Object.entries(keptCards).map(
        ([name, words], i) =>
          `<button name="keep" value="${name}"${i === 0 ? ' class="first"' : ''}>${escaped(words)}</button>`,
      );
      return `<p>Which card? It is charged later, while nobody is there.</p>
<form method="post">${buttons.join('')}<button name="keep" value="${refusedCard}">Cannot be stored</button>
<button class="quiet" name="answer" value="cancel">Store none</button></form>`;
    }
    case 'stored':
      return `<p class="good" role="status">Stored: the card that ends in ${faceOf(kept).last4}. You can close this page.</p>`;
    case 'failed':
      return '<p class="bad" role="alert">The bank does not let this card be stored.</p>';
    case 'canceled':
      return '<p role="status">No card is stored.</p>';
  }
}

export const unknownPage = whole(
  'Not found',
  '<h1>Not found</h1><p class="to">There is nothing to pay at this address.</p>',
);

function bodyOf(charge: Charge): string {
  switch (charge.state) {
    case 'open': {
      const failed = charge.failureCode && failureWords[charge.failureCode];
      const buttons = Object.entries(cards).map(
        ([name, words], i) =>
          `<button name="card" value="${name}"${i === 0 ? ' class="first"' : ''}>${escaped(words)}</button>`,
      );
      return `${failed ? `<p class="bad" role="alert">${escaped(failed)} Try another card.</p>` : ''}
<p>Which card do you pay with?</p>
<form method="post">${buttons.join('')}<button class="quiet" name="answer" value="cancel">Do not pay</button></form>`;
    }
    case 'authenticating':
      return `<p>Your bank asks: is it you who pays?</p>
<form method="post"><button class="first" name="answer" value="confirm">Yes, it is me</button>
<button name="answer" value="refuse">No</button><button class="quiet" name="answer" value="cancel">Do not pay</button></form>`;
    case 'succeeded':
      return '<p class="good" role="status">Paid. You can close this page.</p>';
    case 'failed':
      return `<p class="bad" role="alert">${escaped(failureWords[charge.failureCode ?? ''] ?? 'The payment failed.')} Nothing was charged.</p>`;
    case 'canceled':
      return '<p role="status">Canceled. Nothing was charged.</p>';
  }
}

function whole(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Sandbox payments</title><style>${style}</style></head>
<body><main><p class="notice">Sandbox payments: no bank, no card, no money.</p>${body}</main></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
