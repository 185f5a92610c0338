import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import { allowanceUnder, type Period } from '../../periods/index.ts';
import { chargesEachUnit, componentOf, priceFor, ratesOf, termsOf } from '../../rating/index.ts';

/** Why a period cannot be rated by another version. */
export type ReratingProblem = 'currency_differs' | 'zones_differ' | 'no_rate';

export const reratingProblems: Record<ReratingProblem, string> = {
  currency_differs: 'The other version is in another currency.',
  zones_differ:
    'The other version has rates in other zones. What was used is kept by zone, so it cannot be told how much would have been in which.',
  no_rate: 'The other version has no rate for something that was used.',
};

export type Rerated =
  | { chargedMicros: Micros; wouldBeMicros: Micros; usedBytes: bigint; allowanceBytes: bigint | null }
  | { problem: ReratingProblem };

/**
 * What a period's usage would have cost on another version, beside what it was charged for it: by its records, and by what
 * was posted since. The period has its totals by component, so both versions must cut usage into the same ones.
 */
export function rerate(period: Period, own: PlanVersion, other: PlanVersion, adjustedMicros: Micros): Rerated {
  const chargedMicros = period.chargeMicros + adjustedMicros;
  if (other.currency !== own.currency) return { problem: 'currency_differs' };
  if (zonesOf(own) !== zonesOf(other)) return { problem: 'zones_differ' };
  if (lacksRate(period, other)) return { problem: 'no_rate' };
  const allowanceBytes = allowanceUnder(other, own, period);
  // The data of a member is its pool's, on the pool's terms.
  const usedBytes = period.poolId === null ? period.usedBytes : 0n;
  const wouldBeMicros = priceFor(other)(usedBytes, allowanceBytes, period.totals);
  return { chargedMicros, wouldBeMicros, usedBytes, allowanceBytes };
}

/** The zones that a version has rates for, service by service, with what was in them when it was saved. */
function zonesOf(version: PlanVersion): string {
  const zones = new Map(version.zones.map((zone) => [zone.id, zone]));
  return ratesOf(termsOf(version))
    .flatMap(({ service, zoneId }) => {
      const zone = zoneId === null ? undefined : zones.get(zoneId);
      if (!zone) return [];
      return `${service} ${zone.id} ${[...zone.countries].sort().join()} ${[...zone.plmns].sort().join()}`;
    })
    .sort()
    .join('\n');
}

function lacksRate({ usedBytes, totals, poolId }: Period, version: PlanVersion): boolean {
  const rated = new Set(ratesOf(termsOf(version)).map((rate) => componentOf(rate.service, rate.zoneId)));
  const used = Object.entries(totals ?? {}).filter(([, quantity]) => quantity !== 0n);
  if (used.some(([component]) => !rated.has(component))) return true;
  const zoned = used.reduce((sum, [component, bytes]) => (component.startsWith('data:') ? sum + bytes : sum), 0n);
  return poolId === null && chargesEachUnit(version.type) && usedBytes !== zoned && !rated.has('data');
}
