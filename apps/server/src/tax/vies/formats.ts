/**
 * How VAT numbers are written in each country that VIES knows, without the country before them (the Commission's FAQ of VIES, question
 * 11). A number that is written otherwise cannot be valid. Others than these are not looked at.
 */
const formats: Record<string, { pattern: RegExp; words: string }> = {
  AT: { pattern: /^U\d{8}$/, words: 'U and 8 digits' },
  BE: { pattern: /^[01]\d{9}$/, words: '10 digits, the first 0 or 1' },
  BG: { pattern: /^\d{9,10}$/, words: '9 or 10 digits' },
  CY: { pattern: /^\d{8}[A-Z]$/, words: '8 digits and a letter' },
  CZ: { pattern: /^\d{8,10}$/, words: '8 to 10 digits' },
  DE: { pattern: /^\d{9}$/, words: '9 digits' },
  DK: { pattern: /^\d{8}$/, words: '8 digits' },
  EE: { pattern: /^\d{9}$/, words: '9 digits' },
  EL: { pattern: /^\d{9}$/, words: '9 digits' },
  ES: { pattern: /^([A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/, words: '9 characters, the first or the last a letter' },
  FI: { pattern: /^\d{8}$/, words: '8 digits' },
  FR: { pattern: /^[A-HJ-NP-Z0-9]{2}\d{9}$/, words: '2 characters and 9 digits' },
  HR: { pattern: /^\d{11}$/, words: '11 digits' },
  HU: { pattern: /^\d{8}$/, words: '8 digits' },
  IE: { pattern: /^(\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-W][A-I])$/, words: '8 or 9 characters, the last a letter' },
  IT: { pattern: /^\d{11}$/, words: '11 digits' },
  LT: { pattern: /^(\d{9}|\d{12})$/, words: '9 or 12 digits' },
  LU: { pattern: /^\d{8}$/, words: '8 digits' },
  LV: { pattern: /^\d{11}$/, words: '11 digits' },
  MT: { pattern: /^\d{8}$/, words: '8 digits' },
  NL: { pattern: /^[A-Z0-9+*]{9}B[A-Z0-9+*]{2}$/, words: '12 characters, the tenth a B' },
  PL: { pattern: /^\d{10}$/, words: '10 digits' },
  PT: { pattern: /^\d{9}$/, words: '9 digits' },
  RO: { pattern: /^\d{2,10}$/, words: '2 to 10 digits' },
  SE: { pattern: /^\d{12}$/, words: '12 digits' },
  SI: { pattern: /^\d{8}$/, words: '8 digits' },
  SK: { pattern: /^\d{10}$/, words: '10 digits' },
  XI: { pattern: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/, words: '9 or 12 digits, or GD or HA and 3 digits' },
};

/** Whether VIES can be asked about numbers of that country. */
export function isInVies(country: string): boolean {
  return Object.hasOwn(formats, country);
}

/** How the number would have to be written; null where it is, or where we do not know. */
export function malformedAs(country: string, number: string): string | null {
  const format = Object.hasOwn(formats, country) ? formats[country]! : null;
  return format && !format.pattern.test(number) ? format.words : null;
}
