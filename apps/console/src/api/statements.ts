import { get } from './http.ts';

export type StatementLine = {
  at: string;
  kind: 'invoice' | 'credit_note' | 'payment' | 'other';
  /** The number of a bill, the id of a payment. */
  reference: string;
  subject: string | null;
  /** What is owed more; below zero: less. */
  amount: string;
  balance: string;
};

export type Statement = {
  company: string;
  name: string;
  currency: string;
  from: string;
  until: string;
  opening: string;
  closing: string;
  lines: StatementLine[];
};

/** First day and last, in the organization's time zone. */
export type Days = { from: string; until: string };

const one = (company: string) => `/api/v1/companies/${company}/statement`;
export const getStatement = (company: string, days: Days) => get<Statement>(one(company), days);
/** The same as a file. */
export const statementAddress = (company: string, days: Days, form: 'pdf' | 'csv') =>
  `${one(company)}.${form}?from=${days.from}&until=${days.until}`;
