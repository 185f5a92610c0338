import { createHash } from 'node:crypto';
import { formatAmount } from '@simwright/measure';
import { minor } from '../model.ts';
import { escaped, whole as sheet, style, wayBack } from '../paper.ts';
import { faceOf, type KeptCard, keptCards, refusedCard } from './cards.ts';
import { type Charge, cards, failureWords } from './model.ts';

const styleHash = createHash('sha256').update(style).digest('base64');

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What a payer sees of a charge: nothing to type, a button for each thing that a card may do. @param back where they came from */
export function page(charge: Charge, merchant: string, back: string | null): string {
  const total = `${formatAmount(charge.amountMinor * minor, charge.currency)} ${charge.currency}`;
  return whole(
    total,
    `<h1>${escaped(total)}</h1><p class="to">to ${escaped(merchant)}${charge.description ? ` · ${escaped(charge.description)}` : ''}</p>${bodyOf(charge, wayBack(back, merchant))}`,
  );
}

/** What a holder sees who stores a card: a button for each thing that it may do later. */
export function cardPage(kept: KeptCard, merchant: string, back: string | null): string {
  const body = bodyOfCard(kept, wayBack(back, merchant));
  return whole('Store a card', `<h1>Store a card</h1><p class="to">for ${escaped(merchant)}</p>${body}`);
}

function bodyOfCard(kept: KeptCard, way: string): string {
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
      return `<p class="good" role="status">Stored: the card that ends in ${faceOf(kept).last4}.</p>${way}`;
    case 'failed':
      return `<p class="bad" role="alert">The bank does not let this card be stored.</p>${way}`;
    case 'canceled':
      return `<p role="status">No card is stored.</p>${way}`;
  }
}

export const unknownPage = whole(
  'Not found',
  '<h1>Not found</h1><p class="to">There is nothing to pay at this address.</p>',
);

function bodyOf(charge: Charge, way: string): string {
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
      return `<p class="good" role="status">Paid.</p>${way}`;
    case 'failed':
      return `<p class="bad" role="alert">${escaped(failureWords[charge.failureCode ?? ''] ?? 'The payment failed.')} Nothing was charged.</p>${way}`;
    case 'canceled':
      return `<p role="status">Canceled. Nothing was charged.</p>${way}`;
  }
}

function whole(title: string, body: string): string {
  const notice = 'Sandbox payments: no bank, no card, no money.';
  return sheet({ title: `${title} · Sandbox payments`, style, body, notice });
}
