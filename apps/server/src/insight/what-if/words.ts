/** Why a line could not be rated under a candidate, in words. */
export const reasonWords = {
  'plan.archived': 'The plan is archived.',
  'plan.not_for_company': 'The plan is for other companies.',
  'plan.wrong_telecom': 'The plan is for SIMs of another telecom.',
  'plan.wrong_currency': 'It is in another currency than the account pays in.',
  'pool.not_for_account': 'The pool belongs to another account.',
  no_rate: 'They used something that the plan has no rate for: a network, messages or calls.',
  no_refill: 'The plan sells no refill that would have been enough.',
} as const;
export type Reason = keyof typeof reasonWords;
