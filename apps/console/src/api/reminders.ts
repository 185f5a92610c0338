import { del, get, type Page, patch, post, put, type Query } from './http.ts';
import type { LetterState } from './mail.ts';

export type StepWords = { subject: string; text: string };
export type Step = {
  /** After the day on which an invoice is due; below zero: before it. */
  days: number;
  action: 'letter' | 'stop';
  fee: string | null;
  words: { en?: StepWords; de?: StepWords };
};
export type Terms = { invoices: boolean; receipts: boolean; overdue: boolean; prepaid: boolean; steps: Step[] };
export type OwnReminders = { [K in keyof Terms]: Terms[K] | null };
export type ReminderSettings = Terms & { account: string; feesIn: string; own: OwnReminders };

const settings = '/api/v1/reminder-settings';
export const getReminderSettings = (account: string) => get<ReminderSettings>(`${settings}/${account}`);
export const changeReminderSettings = (account: string, changes: Partial<OwnReminders>) =>
  patch<ReminderSettings>(`${settings}/${account}`, changes);
export const previewReminder = (account: string, asked: { days: number; language: 'en' | 'de'; steps: Step[] }) =>
  post<{ subject: string; text: string; html: string }>(`${settings}/${account}/preview`, asked);

export type Why = 'over' | 'off' | 'address' | 'done' | 'paused' | 'disputed' | 'chargeback' | 'being_paid';
export type NextStep = { on: string; days: number; action: 'letter' | 'stop'; fee: string | null };
type Coming<T> = { why: Why | null; until: string | null; reason: string | null; next: T };
export type InvoiceReminders = Coming<NextStep | null>;
export type CompanyReminders = Coming<(NextStep & { invoice: string; number: string })[]>;
export const getInvoiceReminders = (id: string) => get<InvoiceReminders>(`/api/v1/invoices/${id}/reminders`);
export const getCompanyReminders = (id: string) => get<CompanyReminders>(`/api/v1/companies/${id}/reminders`);

export type Pause = {
  /** Id of the company or of the invoice. */
  about: string;
  company: string;
  disputed: boolean;
  reason: string;
  until: string | null;
  setAt: string;
  setBy: string;
};
const pauseOf = (about: string) =>
  `/api/v1/${about.startsWith('com_') ? 'companies' : 'invoices'}/${about}/reminder-pause`;
export const listPauses = (query: Query) => get<Page<Pause>>('/api/v1/reminder-pauses', query);
export const pauseReminders = (about: string, asked: Pick<Pause, 'disputed' | 'reason' | 'until'>) =>
  put<Pause>(pauseOf(about), asked);
export const resumeReminders = (about: string) => del(pauseOf(about));

export type MailingKind = 'invoice' | 'credit_note' | 'receipt' | 'overdue' | 'prepaid' | 'ended';
export type MailingState = 'waiting' | 'written' | 'dropped' | 'failed';
export type Mailing = {
  id: string;
  kind: MailingKind;
  company: string | null;
  day: string;
  state: MailingState;
  reason: string | null;
  letter: string | null;
  letterState: LetterState | null;
  to: string | null;
  subject: string | null;
  fee: string | null;
  about: { id: string; number: string | null; days: number | null; left: string | null; currency: string | null }[];
  createdAt: string;
  madeBy: string;
};
export const listMailings = (query: Query, signal?: AbortSignal) =>
  get<Page<Mailing>>('/api/v1/mailings', query, signal);
export const mailInvoice = (id: string) => post<Mailing>(`/api/v1/invoices/${id}/mailings`);
