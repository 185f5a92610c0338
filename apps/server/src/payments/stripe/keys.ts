/** An organization's own keys at Stripe. The secrets are sealed at rest and never shown again. */
export type StripeKeys = { publishableKey: string; secretKey: string; webhookSecret: string | null };

export type Mode = 'test' | 'live';

const forms = {
  publishableKey: /^pk_(test|live)_[A-Za-z0-9]{8,250}$/,
  // A restricted key does as well, if it may do what is done here.
  secretKey: /^[sr]k_(test|live)_[A-Za-z0-9]{8,250}$/,
};

/** Test or live, as a key says itself; null: it is none of that kind. */
export function modeOf(kind: keyof typeof forms, key: string): Mode | null {
  return (forms[kind].exec(key)?.[1] as Mode | undefined) ?? null;
}

export const publishableForm = forms.publishableKey;
export const secretForm = forms.secretKey;
export const webhookForm = /^whsec_[A-Za-z0-9+/=]{8,250}$/;
