import type { UnratedReason } from './sql/inbox.ts';

/** Why usage could not be charged, and what to do, in the words of the person who reads it. */
export const unratedWords: Record<UnratedReason, string> = {
  unknown_sim: 'No SIM in stock has this IMSI or ICCID. Add the SIM, then replay.',
  not_registered: 'The SIM is in stock and belongs to no account. Register it, then replay.',
  not_activated: 'The SIM was never made ready or active. Give it a plan and make it ready, then replay.',
  archived: 'The SIM is archived.',
  no_plan: 'The SIM is on no plan. Assign one, then replay.',
  no_period: 'No billing period of the SIM contains this usage. Activate the SIM, then replay, or dismiss it.',
  no_rate: 'The plan has no rate for this service or network. Add one to the plan, move the SIM to it, then replay.',
  time_in_future: 'The time of this usage lies in the future. Check the clock of the network.',
  time_in_past: 'The time of this usage lies too far in the past to be billed.',
  impossible_counter: 'The counters cannot be true. Look at what the network sent.',
  fault: 'Our own program failed on this update. It is kept as it came.',
  no_imsi: 'The update names no IMSI, so nobody can say whose usage it is.',
};

export const unratedReasons = Object.keys(unratedWords) as [UnratedReason, ...UnratedReason[]];
