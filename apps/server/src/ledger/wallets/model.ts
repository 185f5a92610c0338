import type { Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import { addNet, type VatAt, type VatLine } from './vat/model.ts';

/** A ledger account that its owner pays from. What it holds is `remainingMicros`; below zero it is in debt. */
export type Wallet = {
  id: Id;
  ownerId: Id;
  currency: string;
  remainingMicros: Micros;
  /** What fees, purchases and refills must leave; below zero it is credit. */
  floorMicros: Micros;
  /** Set aside: debits that may be refused leave it, too. */
  heldMicros: Micros;
  /** Below it somebody wants to hear of it; null: nobody does. */
  lowMicros: Micros | null;
  /** Null: money has come to it, and nobody has opened it yet. */
  openedAt: Date | null;
  /** When its money bears VAT. */
  vatAt: VatAt;
  /** Spent on usage since VAT of it was last posted, and since when; null: nothing waits. */
  untaxedMicros: Micros;
  untaxedSince: Date | null;
};

/** A debit that may be refused. */
export type Debit = {
  walletId: Id;
  /** More than zero. */
  amountMicros: Micros;
  /** Same key, same transfer: a repeat is answered as posted and moves nothing. */
  key: string;
  kind: 'fee' | 'refill' | 'adjustment' | 'refund' | 'expiry' | 'vat';
  /** The ledger account that gains it: revenue or clearing, one that keeps no balance. */
  contra: Id;
  note?: string;
};

export type DebitOutcome = { key: string } & (
  | { posted: true; repeated: boolean }
  /** `floorMicros` is what must stay: the floor, and what is held. */
  | { posted: false; remainingMicros: Micros; floorMicros: Micros }
);

export type DebitOptions = {
  /** What is refused is not overtaken by what comes after it from the same wallet. */
  stopAtRefusal?: boolean;
};

/** VAT goes with what it is on, as a debit of its own. */
export type PostedDebit = Debit & { remainingAfter: Micros; vatMicros: Micros };

/**
 * Tries debits one after the other, each whole or not at all: one that would leave less than the floor and what is held is refused, and
 * those behind it are tried with what is there; with `stopAtRefusal`, those of the same wallet are refused too. Fees of a wallet that
 * bears VAT when it is spent are tried with their VAT, both or none.
 *
 * @param lines this month's VAT of such wallets
 * @returns besides, those lines with what is posted
 */
export function decideDebits(
  debits: Debit[],
  wallets: Map<Id, Pick<Wallet, 'remainingMicros' | 'floorMicros' | 'heldMicros'>>,
  known: ReadonlySet<string>,
  { stopAtRefusal = false }: DebitOptions = {},
  lines: ReadonlyMap<Id, VatLine> = new Map(),
): { outcomes: DebitOutcome[]; post: PostedDebit[]; lines: Map<Id, VatLine> } {
  const remaining = new Map([...wallets].map(([id, wallet]) => [id, wallet.remainingMicros]));
  const taxed = new Map(lines);
  const seen = new Set(known);
  const stopped = new Set<Id>();
  const post: PostedDebit[] = [];
  const outcomes = debits.map((debit): DebitOutcome => {
    const { key, walletId, amountMicros } = debit;
    if (seen.has(key)) return { key, posted: true, repeated: true };
    const before = remaining.get(walletId)!;
    const floorMicros = keptOf(wallets.get(walletId)!);
    const line = debit.kind === 'fee' ? taxed.get(walletId) : undefined;
    const bears = line && addNet(line, amountMicros);
    const vatMicros = bears?.vatMicros ?? 0n;
    const after = before - amountMicros - vatMicros;
    if (after < floorMicros && stopAtRefusal) stopped.add(walletId);
    if (after < floorMicros || stopped.has(walletId))
      return { key, posted: false, remainingMicros: before, floorMicros };
    remaining.set(walletId, after);
    if (bears) taxed.set(walletId, bears.line);
    seen.add(key);
    post.push({ ...debit, remainingAfter: after + vatMicros, vatMicros });
    return { key, posted: true, repeated: false };
  });
  return { outcomes, post, lines: taxed };
}

/** What debits that may be refused leave in a wallet. */
export function keptOf({ floorMicros, heldMicros }: Pick<Wallet, 'floorMicros' | 'heldMicros'>): Micros {
  return floorMicros + heldMicros;
}

/** At its floor or below: nothing more may be used from it. */
export function isAtFloor(wallet: Pick<Wallet, 'remainingMicros' | 'floorMicros'>): boolean {
  return wallet.remainingMicros <= wallet.floorMicros;
}

/** Whether what was taken from a wallet, which stands as it is after it, took it below what somebody wants to hear of. */
export function fellLow(
  { remainingMicros, lowMicros }: Pick<Wallet, 'remainingMicros' | 'lowMicros'>,
  took: Micros,
): boolean {
  return lowMicros !== null && remainingMicros < lowMicros && remainingMicros + took >= lowMicros;
}

/** How far it stands below its floor: usage that has happened is booked whatever there is. */
export function overshootOf(wallet: Pick<Wallet, 'remainingMicros' | 'floorMicros'>): Micros {
  const past = wallet.floorMicros - wallet.remainingMicros;
  return past > 0n ? past : 0n;
}
