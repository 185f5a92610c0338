import type { AccountingDoor } from './door.ts';
import { xeroAt } from './xero/addresses.ts';
import { xeroDoor } from './xero/door.ts';

/**
 * The accounting system that can be connected: Xero.
 *
 * @param now the machine's clock
 * @param xeroApi another server that speaks Xero's language; Xero itself unless given
 */
export function openBooks(now: () => Date, xeroApi: URL | null = null): AccountingDoor {
  return xeroDoor(xeroAt(xeroApi), now);
}
