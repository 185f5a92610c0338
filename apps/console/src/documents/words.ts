import type { BillingDetails, BillingDetailsForm, DocumentLanguage } from '../api/documents.ts';
import type { StatementLine } from '../api/statements.ts';
import { countryName } from '../catalog/countries.ts';

export const languageWords: Record<DocumentLanguage, string> = { en: 'English', de: 'German' };

/** Electronic addresses that customers have most, by the codes of the Peppol list (EAS). */
export const schemes: readonly { value: string; label: string }[] = [
  { value: '0088', label: 'GLN (0088)' },
  { value: '0060', label: 'D-U-N-S (0060)' },
  { value: '0106', label: 'Netherlands, KvK (0106)' },
  { value: '0190', label: 'Netherlands, OIN (0190)' },
  { value: '0204', label: 'Germany, Leitweg-ID (0204)' },
  { value: '9930', label: 'Germany, VAT number (9930)' },
  { value: '0208', label: 'Belgium, enterprise number (0208)' },
  { value: '9944', label: 'Netherlands, VAT number (9944)' },
  { value: '9914', label: 'Austria, VAT number (9914)' },
  { value: '9957', label: 'France, VAT number (9957)' },
  { value: '0009', label: 'France, SIRET (0009)' },
  { value: '0211', label: 'Italy, partita IVA (0211)' },
  { value: '0184', label: 'Denmark, CVR (0184)' },
  { value: '0192', label: 'Norway, organisation number (0192)' },
  { value: '0007', label: 'Sweden, organisation number (0007)' },
  { value: '0216', label: 'Finland, OVT (0216)' },
  { value: 'EM', label: 'Email (EM)' },
];

/** An address in its lines, as an envelope has it. */
export function addressLines(details: BillingDetailsForm): string[] {
  const { street, street2, postalCode, city, region, countryCode } = details;
  const lines = [
    street,
    street2,
    [postalCode, city].filter(Boolean).join(' '),
    region,
    countryCode && countryName(countryCode),
  ];
  return lines.filter((line): line is string => Boolean(line));
}

/** What an electronic bill cannot do without, and is not there yet. */
export function missingForElectronic({ countryCode, endpoint, email }: BillingDetails): string | null {
  if (!countryCode) return 'Electronic bills (UBL) need the country.';
  return endpoint || email ? null : 'Without an electronic address or an email, bills do not travel by Peppol.';
}

export const lineWords: Record<StatementLine['kind'], string> = {
  invoice: 'Invoice',
  credit_note: 'Credit note',
  payment: 'Payment',
  other: 'Correction',
};

/** The first day of the quarter that a day is in: `2026-10-01` of `2026-11-23`. */
export function firstOfQuarter(day: string): string {
  const month = Number(day.slice(5, 7));
  return `${day.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
}
