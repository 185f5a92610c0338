import type { Id } from '../../kit/ids.ts';

/** By which somebody sees one invoice, and pays it, without signing in. Its secret is known to whoever has the address, and kept as a hash. */
export type Link = {
  id: Id;
  invoiceId: Id;
  /** The company that the invoice is to. */
  ownerId: Id;
  /** The machine's times: a sandbox may live in another year. */
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  /** When it was opened first. */
  seenAt: Date | null;
  madeBy: string;
};

/** Days that a link is good, unless somebody says otherwise. */
export const usualDays = 90;
export const mostDays = 400;
/** Links of one invoice that are good at once: one more ends the oldest. */
export const mostLinks = 20;

export function isGood({ revokedAt, expiresAt }: Pick<Link, 'revokedAt' | 'expiresAt'>, machineNow: Date): boolean {
  return revokedAt === null && expiresAt > machineNow;
}
