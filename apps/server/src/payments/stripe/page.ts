import { createHash } from 'node:crypto';
import { escaped, style, wayBack, whole } from '../paper.ts';

/** What Stripe.js is given, and what is said around it. */
export type Shown = {
  kind: 'payment' | 'card';
  publishableKey: string;
  secret: string;
  /** What it comes to; null: a card is stored. */
  total: string | null;
  /** A stored card that its bank wants confirmed. */
  stored: { reference: string; last4: string } | null;
  merchant: string;
  test: boolean;
};

const stripeJs = 'https://js.stripe.com/v3/';

/**
 * What goes on in the browser: Stripe's own fields in Stripe's own frame; no number comes by us. What is over is told to us by Stripe;
 * that somebody is done here only makes us look sooner.
 */
const script = `
const shown = JSON.parse(document.getElementById('shown').textContent);
const say = (text, bad) => { const said = document.getElementById('said'); said.textContent = text; said.className = bad ? 'bad' : 'good'; };
const show = (id, on) => { document.getElementById(id).hidden = !on; };
const done = (text) => { show('form', false); show('stored', false); show('way', true); say(text, false);
  fetch(location.pathname, { method: 'POST' }).catch(() => {}).then(() => { if (shown.back) location.replace(shown.back); }); };
if (!window.Stripe) say('The page of Stripe could not be loaded. Allow js.stripe.com, and load this page again.', true);
else {
  const stripe = Stripe(shown.publishableKey);
  const pays = shown.kind === 'payment';
  const over = (intent) => {
    if (intent.status === 'succeeded') return done(pays ? 'Paid.' : 'Stored.'), true;
    if (intent.status === 'processing') return done('It is under way.'), true;
    if (intent.status === 'canceled') return done(pays ? 'Canceled. Nothing was charged.' : 'Canceled. No card is stored.'), true;
    return false;
  };
  const after = ({ error, paymentIntent, setupIntent }) => {
    show('busy', false);
    if (error) return say(error.message || 'That did not work. Try once more.', true);
    over(paymentIntent || setupIntent);
  };
  const look = () => pays ? stripe.retrievePaymentIntent(shown.secret) : stripe.retrieveSetupIntent(shown.secret);
  const offer = () => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const elements = stripe.elements({ clientSecret: shown.secret, appearance: { theme: dark ? 'night' : 'stripe' } });
    elements.create('payment').mount('#element');
    show('form', true);
    const confirm = (what) => { show('busy', true); say('', false);
      const all = { ...what, confirmParams: { return_url: location.href, ...what.confirmParams }, redirect: 'if_required' };
      return (pays ? stripe.confirmPayment(all) : stripe.confirmSetup(all)).then(after); };
    document.getElementById('form').addEventListener('submit', (event) => { event.preventDefault(); confirm({ elements }); });
    if (shown.stored) { show('stored', true);
      document.getElementById('stored').addEventListener('click', () =>
        confirm({ clientSecret: shown.secret, confirmParams: { payment_method: shown.stored.reference } })); }
  };
  look().then(({ error, paymentIntent, setupIntent }) => {
    const intent = paymentIntent || setupIntent;
    if (error) return say(error.message || 'This payment cannot be found.', true);
    if (over(intent)) return;
    if (intent.status === 'requires_action') return stripe.handleNextAction({ clientSecret: shown.secret }).then(after);
    offer();
  });
}
`;

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only what Stripe.js needs (docs.stripe.com/security/guide, content security policy). Styles: it sets its frame's own. */
export const stripePageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    `default-src 'none'`,
    `script-src ${hash(script)} https://js.stripe.com https://*.js.stripe.com`,
    `style-src 'unsafe-inline'`,
    `frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com`,
    `connect-src 'self' https://api.stripe.com`,
    `img-src 'self' https://*.stripe.com data:`,
    `form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  ].join('; '),
  // Stripe wants to know where a payment comes from; the secret part of our address is in its path.
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
};

const more = `
#element { margin: 1rem 0 } [hidden] { display: none !important }
#said:empty { display: none }
`;

/** Where a payer pays by Stripe, or a holder stores a card there. @param back where they came from, and go when it is over */
export function stripePage(shown: Shown, back: string | null): string {
  const title = shown.total ?? 'Store a card';
  const { kind, publishableKey, secret, stored } = shown;
  const given = JSON.stringify({ kind, publishableKey, secret, stored, back }).replaceAll('<', '\\u003c');
  return whole({
    title,
    style: style + more,
    head: `<script src="${stripeJs}"></script>`,
    notice: shown.test ? 'Test payments: Stripe takes no money here.' : null,
    body: `<h1>${escaped(title)}</h1><p class="to">${shown.total ? 'to' : 'for'} ${escaped(shown.merchant)}</p>
<p id="said" role="status" aria-live="polite"></p>
<div id="way" hidden>${wayBack(back, shown.merchant)}</div>
<noscript><p class="bad">Stripe takes cards with scripts alone. Switch them on for this page.</p></noscript>
<form id="stored-form"><button type="button" class="first" id="stored" hidden>Pay with the card that ends in ${escaped(stored?.last4 ?? '')}</button></form>
<form id="form" hidden><div id="element"></div>
<button class="first" type="submit">${kind === 'payment' ? 'Pay' : 'Store the card'}</button><p id="busy" class="to" hidden>One moment…</p></form>
<script type="application/json" id="shown">${given}</script><script>${script}</script>`,
  });
}
