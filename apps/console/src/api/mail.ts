import { get, type Page, post, type Query } from './http.ts';

export type LetterState = 'waiting' | 'sent' | 'failed' | 'held';

export type Letter = {
  id: string;
  kind: string;
  company: string | null;
  /** Id of what it tells of. */
  about: string | null;
  to: string;
  toName: string | null;
  subject: string;
  language: 'en' | 'de';
  /** It signs somebody in, so nobody reads what it says. */
  secret: boolean;
  state: LetterState;
  attempts: number;
  nextAttemptAt: string | null;
  createdAt: string;
  settledAt: string | null;
  lastAnswer: string | null;
};

export type LetterDetail = Letter & {
  text: string | null;
  html: string | null;
  attachments: { name: string; contentType: string; bytes: string }[];
};

const letters = '/api/v1/letters';
export const listLetters = (query: Query, signal?: AbortSignal) => get<Page<Letter>>(letters, query, signal);
export const getLetter = (id: string) => get<LetterDetail>(`${letters}/${id}`);
export const sendLetter = (id: string) => post<LetterDetail>(`${letters}/${id}/send`);
