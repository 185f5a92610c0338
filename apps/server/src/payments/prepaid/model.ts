import type { Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import { minus, type Parts, shareOf } from '../refunds/model.ts';

/** So much of a refill of a wallet, with its VAT. */
export type Use = { refillId: Id; parts: Parts };

export const nothing: Parts = { priceMicros: 0n, netMicros: 0n, vatMicros: 0n, grossMicros: 0n };

/** Money that bore no VAT here: it is worth what it is. */
export function plain(micros: Micros): Parts {
  return { priceMicros: micros, netMicros: micros, vatMicros: 0n, grossMicros: micros };
}

export function plus(a: Parts, b: Parts): Parts {
  return {
    priceMicros: a.priceMicros + b.priceMicros,
    netMicros: a.netMicros + b.netMicros,
    vatMicros: a.vatMicros + b.vatMicros,
    grossMicros: a.grossMicros + b.grossMicros,
  };
}

/**
 * Takes a gross amount out of refills in the order given, of each its share of what is left (VAT in whole smallest units), so that whatever
 * is taken of one adds up to what it was. Pure.
 *
 * @returns what is used of each, and what they do not cover
 */
export function useRefills(
  refills: readonly { id: Id; left: Parts }[],
  grossMicros: Micros,
): { uses: Use[]; restMicros: Micros } {
  const uses: Use[] = [];
  let restMicros = grossMicros;
  for (const { id, left } of refills) {
    if (restMicros <= 0n) break;
    const taken = left.grossMicros < restMicros ? left.grossMicros : restMicros;
    if (taken <= 0n) continue;
    uses.push({ refillId: id, parts: shareOf(left, taken) });
    restMicros -= taken;
  }
  return { uses, restMicros };
}

/**
 * Gives back a gross amount of what was used: first what no refill covered, then what was used last. Pure.
 *
 * @param uses in the order in which they were used @param plainMicros what no refill covered
 * @returns what is given back of each refill, and all of it together
 */
export function freeUses(
  uses: readonly Use[],
  plainMicros: Micros,
  grossMicros: Micros,
): { freed: Use[]; parts: Parts } {
  const first = plainMicros < grossMicros ? plainMicros : grossMicros;
  const { uses: freed } = useRefills(
    uses.toReversed().map(({ refillId, parts }) => ({ id: refillId, left: parts })),
    grossMicros - first,
  );
  return { freed, parts: freed.reduce((sum, { parts }) => plus(sum, parts), plain(first)) };
}

/** What is still used when a part of it is given back. */
export function stillUsed(use: Use, freed: Parts): Use {
  return { ...use, parts: minus(use.parts, freed) };
}
