import { parseActivationCode } from '@simwright/measure';
import type { ProfileOrdered } from '../../carriers/index.ts';
import type { Id } from '../../kit/ids.ts';
import { pauseMs } from '../pause.ts';

export const profileStatuses = ['new', 'reserving', 'available', 'downloaded', 'installed', 'failed'] as const;
export type ProfileStatus = (typeof profileStatuses)[number];

/** An eSIM profile that an account asked for. */
export type EsimProfile = {
  id: Id;
  /** The account that asked; null: the organization's own. */
  companyId: Id | null;
  lineId: Id;
  iccid: string;
  status: ProfileStatus;
  /** The eUICC that may download it, or did; null: whoever has the matching id. */
  eid: string | null;
  /** A matching id was asked for. */
  withCode: boolean;
  smdpAddress: string | null;
  matchingId: string | null;
  activationCode: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  attempts: number;
  /** When it could be downloaded. Before that its line is in nobody's account, and is not shown. */
  availableAt: Date | null;
  /** The time of the latest news of the SM-DP+, by its clock. */
  toldAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** An order that no SM-DP+ takes is given up after this. */
export const keptTryingMs = 86_400_000;

export type Ordered = Pick<
  EsimProfile,
  'status' | 'smdpAddress' | 'matchingId' | 'activationCode' | 'errorCode' | 'errorMessage'
> & { nextAttemptAt: Date | null };

const nothing = {
  ...{ smdpAddress: null, matchingId: null, activationCode: null },
  ...{ errorCode: null, errorMessage: null, nextAttemptAt: null },
};

/** What came of an order; `coded`: the eSIM came into stock with its activation code, and nothing had to be ordered. */
export type OrderAnswer = ProfileOrdered | { kind: 'coded'; code: string };

/** What a profile is after it was ordered. */
export function afterOrder(
  profile: Pick<EsimProfile, 'attempts' | 'createdAt'>,
  ordered: OrderAnswer,
  now: Date,
): Ordered {
  switch (ordered.kind) {
    case 'available': {
      const { smdpAddress, matchingId } = ordered;
      // GSMA SGP.22 section 4.1, without `LPA:`.
      const activationCode = matchingId === null ? null : `1$${smdpAddress}$${matchingId}`;
      return { ...nothing, status: 'available', smdpAddress, matchingId, activationCode };
    }
    case 'coded':
      return fromCode(ordered.code);
    case 'refused':
      return failed(ordered.code, ordered.text);
    case 'later': {
      if (now.getTime() - profile.createdAt.getTime() >= keptTryingMs) return failed('smdp.unreachable', ordered.text);
      return { ...nothing, status: 'reserving', nextAttemptAt: new Date(now.getTime() + pauseMs(profile.attempts)) };
    }
  }
}

function fromCode(code: string): Ordered {
  const parsed = parseActivationCode(code);
  if (!parsed) return failed('activation_code.invalid', 'The activation code of this eSIM cannot be read.');
  const { smdpAddress, matchingId } = parsed;
  return { ...nothing, status: 'available', smdpAddress, matchingId: matchingId || null, activationCode: parsed.code };
}

export function failed(errorCode: string, errorMessage: string): Ordered {
  return { ...nothing, status: 'failed', errorCode, errorMessage };
}

/** What an SM-DP+ tells of a download. `at`: when it happened, by its clock. */
export type Progress = { at: Date; eid: string | null } & (
  | { kind: 'downloaded' | 'installed' }
  | { kind: 'failed'; code: string; text: string }
);

export type Told = Pick<EsimProfile, 'status' | 'errorCode' | 'errorMessage'>;

/**
 * What a profile is after news of its download; null: it stays as it is. News come more than once and in any order: older ones
 * are passed over, and what is installed stays so. A device may try again, so a failure is not the end.
 */
export function afterProgress(profile: Pick<EsimProfile, 'status' | 'toldAt'>, progress: Progress): Told | null {
  const { status, toldAt } = profile;
  if (status === 'new' || status === 'reserving' || status === 'installed') return null;
  if (toldAt !== null && progress.at < toldAt) return null;
  if (progress.kind === 'failed') return { status: 'failed', errorCode: progress.code, errorMessage: progress.text };
  return status === progress.kind ? null : { status: progress.kind, errorCode: null, errorMessage: null };
}
