import type { SettingsAnswer } from '../../carriers/index.ts';
import type { Id } from '../../kit/ids.ts';
import { pauseMs } from '../pause.ts';

/** The words of the Super SIM API. */
export const settingsStatuses = ['scheduled', 'in-progress', 'successful', 'failed'] as const;
export type SettingsStatus = (typeof settingsStatuses)[number];

/** A package of settings that is put onto a SIM over the air. */
export type SettingsUpdate = {
  id: Id;
  lineId: Id;
  iccid: string;
  /** The account that the SIM was in; null: the organization's own. */
  companyId: Id | null;
  telecomId: Id;
  packageName: string;
  packageVersion: string;
  status: SettingsStatus;
  /** Why it failed, in words. */
  failure: string | null;
  attempts: number;
  carrierReference: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
};

/** A SIM that does not come by for so long is given up. */
export const keptTryingMs = 30 * 86_400_000;

export type SettledUpdate = Pick<SettingsUpdate, 'status' | 'failure' | 'carrierReference'> & {
  nextAttemptAt: Date | null;
};

/** What an update is after its telecom was asked. */
export function afterAsking(
  update: Pick<SettingsUpdate, 'status' | 'attempts' | 'carrierReference' | 'createdAt'>,
  answer: SettingsAnswer,
  now: Date,
): SettledUpdate {
  const ended = { failure: null, carrierReference: update.carrierReference, nextAttemptAt: null };
  if (answer.kind === 'done') return { ...ended, status: 'successful' };
  if (answer.kind === 'failed') return { ...ended, status: 'failed', failure: answer.text };
  if (now.getTime() - update.createdAt.getTime() >= keptTryingMs) {
    return { ...ended, status: 'failed', failure: 'The SIM did not take it within 30 days.' };
  }
  // What runs is done in a moment; what waits for its SIM may wait for days.
  const attempts = answer.kind === 'running' ? 1 : update.attempts;
  const nextAttemptAt = new Date(now.getTime() + pauseMs(attempts));
  switch (answer.kind) {
    case 'waiting':
      return { status: 'scheduled', failure: null, carrierReference: answer.reference, nextAttemptAt };
    case 'running':
      return { status: 'in-progress', failure: null, carrierReference: answer.reference, nextAttemptAt };
    case 'forgotten':
      return { status: 'scheduled', failure: null, carrierReference: null, nextAttemptAt };
    case 'later':
      return { status: update.status, failure: null, carrierReference: update.carrierReference, nextAttemptAt };
  }
}
