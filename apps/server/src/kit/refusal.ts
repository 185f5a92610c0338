/**
 * A refusal is an answer: the world says no, with a stable code, a safe message, and what to do.
 * Models return refusals; a service throws one when the whole request is refused.
 */
export type RefusalKind =
  | 'invalid' // 400: the request is not of the expected form
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404: absent, or another organization's
  | 'conflict' // 409: the state of the world forbids it
  | 'too_large' // 413
  | 'rate_limited' // 429
  | 'unavailable'; // 503: not now, try again

export type RefusalDetails = {
  /** Path of the offending field, `items[3].iccid`. */
  field?: string;
  /** The form that would have been accepted. */
  expected?: string;
  /** Further facts, safe to show. */
  [fact: string]: unknown;
};

export class Refusal extends Error {
  override name = 'Refusal';
  readonly kind: RefusalKind;
  readonly code: string;
  readonly details: RefusalDetails;

  constructor(kind: RefusalKind, code: string, message: string, details: RefusalDetails = {}) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

export const refuse = {
  invalid: (code: string, message: string, details?: RefusalDetails) => new Refusal('invalid', code, message, details),
  notFound: (what: string, id?: string) =>
    new Refusal(
      'not_found',
      `${what}.not_found`,
      `There is no ${what.replaceAll('_', ' ')}${id ? ` ${id}` : ''} here.`,
    ),
  conflict: (code: string, message: string, details?: RefusalDetails) =>
    new Refusal('conflict', code, message, details),
  forbidden: (code: string, message: string, details?: RefusalDetails) =>
    new Refusal('forbidden', code, message, details),
  unauthenticated: (code: string, message: string) => new Refusal('unauthenticated', code, message),
};
