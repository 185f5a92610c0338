import type { Letter, LetterState } from '../api/mail.ts';
import type { Tone } from '../format/words.ts';

export const letterStates: Record<LetterState, { tone: Tone; word: string }> = {
  waiting: { tone: 'amber', word: 'Waiting' },
  sent: { tone: 'green', word: 'Sent' },
  failed: { tone: 'red', word: 'Failed' },
  held: { tone: 'grey', word: 'Not sent' },
};

/** `sign_in` → "Sign in". */
export function kindWord(kind: string): string {
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the mail server said last, or why it was never asked. */
export function letterAnswer({ state, lastAnswer }: Pick<Letter, 'state' | 'lastAnswer'>): string {
  return state === 'held' ? 'No mail server is set' : (lastAnswer ?? '');
}

/** What a letter tells of, and where that is looked at; null where there is no page for it. */
export function aboutLetter(about: string | null): { word: string; to: string; search: Record<string, string> } | null {
  if (about?.startsWith('pay_')) return { word: 'Payment', to: '/transactions', search: { open: about } };
  if (about?.startsWith('inv_')) return { word: 'Invoice', to: `/invoices/${about}`, search: {} };
  if (about?.startsWith('com_')) return { word: 'Its invoices', to: '/invoices', search: { company: about } };
  if (about?.startsWith('sim_')) return { word: 'SIM', to: `/sims/${about}`, search: {} };
  if (about?.startsWith('wal_')) return { word: 'Wallet', to: `/wallets/${about}`, search: {} };
  return null;
}
