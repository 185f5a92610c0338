import type { Id } from '../kit/ids.ts';

export type Language = 'en' | 'de';

export type Attachment = { name: string; contentType: string; content: Buffer };

export type NewLetter = {
  /** What sort of letter it is, in the words of whoever writes it: `receipt`, `invoice`, `sign_in`. */
  kind: string;
  to: { address: string; name?: string | null };
  subject: string;
  text: string;
  html?: string | null;
  language: Language;
  attachments?: Attachment[];
  /** What it tells of. */
  about?: { type: string; id: Id } | null;
  /** Whose affair it is; absent: the organization's own. */
  companyId?: Id | null;
  /** One letter of each key: posted again, the first one is it. */
  key?: string;
  /** It signs somebody in: nobody of the staff reads it, it is kept sealed, and its text is erased once it is sent. */
  secret?: boolean;
  /** Of no use afterwards: it is not sent any more then. */
  until?: Date;
};

/** `held`: there was no mail server when it was due; whoever wants it sent says so. */
export type LetterState = 'waiting' | 'sent' | 'failed' | 'held';

export type Letter = {
  id: Id;
  companyId: Id | null;
  kind: string;
  about: { type: string; id: Id } | null;
  recipient: string;
  recipientName: string | null;
  subject: string;
  language: Language;
  secret: boolean;
  until: Date | null;
  state: LetterState;
  /** Tries since it was made, or since somebody asked for it again. */
  attempts: number;
  nextAttemptAt: Date;
  createdAt: Date;
  settledAt: Date | null;
  lastAnswer: string | null;
};

/** What it says. Both are null where the text of a secret letter was erased. */
export type Written = { text: string | null; html: string | null };

/** What came of one try. `final`: the server refuses this letter for good. */
export type Outcome = { sent: boolean; final: boolean; answer: string };

/** Bytes of all attachments of a letter together: most servers take no more. */
export const maxAttachedBytes = 10_000_000;
export const maxAttachments = 10;

/** Pauses after the first try, the second, and so on, in seconds: together two days. */
export const pauses = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 72_000] as const;

/**
 * One address as SMTP takes it: no display name, no comment, no quoted part, no second address. Narrower than RFC 5322 on
 * purpose: what is refused here could only be a mistake, or an attempt to add headers or recipients.
 */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>()[\],;:\\"\p{Cc}]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*$/iu.test(text);
}

/** Text that may stand in a header: one line, nothing unprintable. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\u2028\u2029]/u.test(text);
}

/**
 * What a letter is after one more try.
 *
 * @param attempts tries until now, this one included
 * @param chance from 0 to 1: spreads those that failed together by a fifth in both directions
 */
export function afterTry(
  attempts: number,
  { sent, final }: Pick<Outcome, 'sent' | 'final'>,
  now: Date,
  chance: number,
): { state: LetterState; nextAttemptAt: Date } {
  if (sent) return { state: 'sent', nextAttemptAt: now };
  const pause = pauses[attempts - 1];
  if (final || pause === undefined) return { state: 'failed', nextAttemptAt: now };
  return { state: 'waiting', nextAttemptAt: new Date(now.getTime() + Math.round(pause * 1000 * (0.8 + 0.4 * chance))) };
}
