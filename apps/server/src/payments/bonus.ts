import type { Micros } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../kit/ctx.ts';
import type { Payment } from './model.ts';

/** From this amount on, so much is given with it. */
export type Bonus = { fromMicros: Micros; micros: Micros };
export type Bonuses = {
  /** The smallest `fromMicros` first. */
  bonuses: Bonus[];
  /** Days until one expires, 1 to 3650; null: it does not. */
  bonusDays: number | null;
};

/**
 * What comes with a refill by itself: the bonus of the largest step that it reaches. Its days end at the same local time so many
 * dates later. Pure.
 */
export function bonusFor(
  { bonuses, bonusDays }: Bonuses,
  amountMicros: Micros,
  { now, organization }: Pick<Ctx, 'now' | 'organization'>,
): Payment['detail']['bonus'] {
  const reached = bonuses.findLast(({ fromMicros }) => amountMicros >= fromMicros);
  if (!reached) return undefined;
  const instant = Temporal.Instant.fromEpochMilliseconds(now.getTime());
  const ends = bonusDays && instant.toZonedDateTimeISO(organization.timeZone).add({ days: bonusDays });
  const expiresAt = ends ? new Date(ends.epochMilliseconds).toISOString() : null;
  return { micros: String(reached.micros), expiresAt };
}
