import type { Id } from '../../kit/ids.ts';
import type { Language } from '../model.ts';

/** What an account has said about itself for its bills. Everything may be unknown. */
export type BillingDetails = {
  legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  countryCode: string | null;
  registration: string | null;
  /** Where bills go. */
  email: string | null;
  endpoint: { scheme: string; id: string } | null;
  buyerReference: string | null;
  /** Null: that of the account above it. */
  language: Language | null;
};

export const noDetails: BillingDetails = {
  ...{ legalName: null, street: null, street2: null, city: null, postalCode: null, region: null, countryCode: null },
  ...{ registration: null, email: null, endpoint: null, buyerReference: null, language: null },
};

/** What every document of an organization has. */
export type DocumentSettings = {
  iban: string | null;
  bic: string | null;
  bank: string | null;
  /** At the foot of each page: directors, a court of registration. */
  footer: string | null;
  /** The SHA-256 of the logo, in hex. */
  logo: string | null;
};

export const noSettings: DocumentSettings = { iban: null, bic: null, bank: null, footer: null, logo: null };

/** The first language that is set, from the account upwards; English where nobody has set one. */
export function languageOf(chain: readonly Id[], details: ReadonlyMap<Id, BillingDetails>): Language {
  return chain.map((id) => details.get(id)?.language).find((language) => language != null) ?? 'en';
}

/**
 * Whether a text is an International Bank Account Number in its electronic form: its two check digits make the number, letters as 10
 * to 35 and the first four signs at the end, leave 1 when divided by 97 (ISO 13616-1, ISO 7064 MOD 97-10).
 */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$/.test(text)) return false;
  const length = ibanLengths[text.slice(0, 2)];
  if (length !== undefined && length !== text.length) return false;
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (letter) => `${letter.charCodeAt(0) - 55}`);
  return BigInt(digits) % 97n === 1n;
}

/** Lengths in the SWIFT IBAN registry of countries that pay in euro or nearby; of others the check digits alone are asked. */
const ibanLengths: Record<string, number> = {
  ...{ AD: 24, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27, GB: 22 },
  ...{ GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MT: 31, NL: 18 },
  ...{ NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22 },
};

/** `DE89 3704 0044 0532 0130 00`: in fours, as people read it. */
export function spacedIban(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, '$1 ');
}
