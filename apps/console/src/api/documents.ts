import { del, get, put } from './http.ts';

export type DocumentLanguage = 'en' | 'de';

/** What an account has said about itself for its bills. */
export type BillingDetailsForm = {
  legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  countryCode: string | null;
  registration: string | null;
  email: string | null;
  /** A scheme of the Peppol list of electronic addresses, and an id in it. */
  endpoint: { scheme: string; id: string } | null;
  buyerReference: string | null;
  /** Null: that of the account above it. */
  language: DocumentLanguage | null;
};

export type BillingDetails = BillingDetailsForm & {
  account: string;
  name: string;
  vatNumber: string | null;
  /** The language that its bills are written in. */
  writtenIn: DocumentLanguage;
};

export type BankForm = { iban: string | null; bic: string | null; bank: string | null; footer: string | null };
/** `logo`: its SHA-256. */
export type DocumentSettings = BankForm & { logo: string | null };

const one = (account: string) => `/api/v1/billing-details/${account}`;
const settings = '/api/v1/document-settings';

export const getBillingDetails = (account: string) => get<BillingDetails>(one(account));
export const setBillingDetails = (account: string, details: BillingDetailsForm) =>
  put<BillingDetails>(one(account), details);
export const getDocumentSettings = () => get<DocumentSettings>(settings);
export const setDocumentSettings = (bank: BankForm) => put<DocumentSettings>(settings, bank);
/** @param image a PNG or JPEG, in base64 */
export const setDocumentLogo = (image: string) => put<DocumentSettings>(`${settings}/logo`, { image });
export const removeDocumentLogo = () => del<DocumentSettings>(`${settings}/logo`);
export const logoAddress = (logo: string) => `${settings}/logo/${logo}`;
export const sampleAddress = (language: DocumentLanguage) => `${settings}/sample.pdf?language=${language}`;
