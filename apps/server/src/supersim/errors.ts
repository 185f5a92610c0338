import { ipErrors, ipRefusals } from '../commands/index.ts';
import { noEsimInStock, registrationRefusals } from '../inventory/index.ts';
import { isConnectionLoss, isRetryable } from '../kit/db.ts';
import { parsePublicId } from '../kit/ids.ts';
import { Refusal, type RefusalKind } from '../kit/refusal.ts';
import { statusRefusals } from '../periods/index.ts';
import { sidOf } from './sids.ts';

/** An answer of this API that is not a success. `detail` names the parameter, where there is one. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly detail: string | undefined;

  constructor(status: number, code: number, message: string, detail?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** Codes of the API that we raise ourselves (supersim.md 1, "Errors"). */
export const codes = {
  unauthenticated: 20003,
  invalidParameter: 20001,
  forbidden: 20403,
  notFound: 20404,
  tooLarge: 20413,
  tooManyRequests: 20429,
  internal: 20500,
  unavailable: 20503,
  registrationFailed: 83000,
  registrationIncomplete: 83001,
  notRegistrable: 83002,
  alreadyRegistered: 83003,
  updateFailed: 83004,
  simNotFound: 83005,
  fleetNotFound: 83006,
  fleetMissing: 83007,
  fleetNeeded: 83008,
  fleetChangeWhileScheduled: 83009,
  statusNotAllowed: 83010,
  uniqueNameTaken: 83011,
  noEsimInStock: 83500,
  usageInvalid: 83600,
  usageNotOnDay: 83601,
  usageNotOnHour: 83602,
  usageSimSpan: 83603,
  usageSpan: 83604,
  usageTooOld: 83605,
} as const;

/** Codes that connection events carry; no request is answered with them. */
export const connectionCodes = {
  attachFailed: 83700,
  sessionFailed: 83701,
  networkNotAllowed: 83702,
  rateLimited: 83703,
  simNew: 83704,
  simInactive: 83705,
} as const;

/** What the rooms behind this edge refuse, in this API's numbers. */
const codeOfRefusal: Record<string, number> = {
  [registrationRefusals.notRegistrable]: codes.notRegistrable,
  [registrationRefusals.alreadyYours]: codes.alreadyRegistered,
  [statusRefusals.notAllowed]: codes.statusNotAllowed,
  [statusRefusals.planMissing]: codes.fleetMissing,
  [noEsimInStock]: codes.noEsimInStock,
  'sim.unique_name_taken': codes.uniqueNameTaken,
  'unique_name.taken': codes.uniqueNameTaken,
  'sim.fleet_needed': codes.fleetNeeded,
  'sim.archived': codes.updateFailed,
  'sim.company_fixed': codes.updateFailed,
  [ipRefusals.notInUse]: ipErrors.other,
  [ipRefusals.disabled]: ipErrors.other,
};

const messageOfFault: Record<number, string> = {
  [codes.registrationFailed]: 'The Super SIM could not be registered: internal server error',
  [codes.updateFailed]: 'The Super SIM could not be updated: internal server error',
};

const answerOfKind: Record<RefusalKind, { status: number; code: number }> = {
  invalid: { status: 400, code: codes.invalidParameter },
  unauthenticated: { status: 401, code: codes.unauthenticated },
  forbidden: { status: 403, code: codes.forbidden },
  not_found: { status: 404, code: codes.notFound },
  conflict: { status: 400, code: codes.invalidParameter },
  too_large: { status: 413, code: codes.tooLarge },
  rate_limited: { status: 429, code: codes.tooManyRequests },
  unavailable: { status: 503, code: codes.unavailable },
};

export const unauthenticated = () => new ApiError(401, codes.unauthenticated, 'Authenticate');

export function notFound(path: string): ApiError {
  return new ApiError(404, codes.notFound, `The requested resource ${path} was not found`);
}

export function invalidParameter(name: string, message: string, code: number = codes.invalidParameter): ApiError {
  return new ApiError(400, code, message, name);
}

export type ErrorBody = { code: number; message: string; more_info: string; status: number; detail?: string };

/** The wire form. Never `type` together with `title`: the SDK would then throw another exception (supersim.md 1). */
export function errorBody(error: ApiError): ErrorBody {
  return {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  };
}

/**
 * Whatever was thrown, as an answer. `fault`: it is ours and belongs in the log.
 *
 * @param faultCode how this API calls a fault of ours in what was asked for
 */
export function answerTo(
  error: unknown,
  faultCode: number = codes.internal,
): { error: ApiError; retryAfterSeconds?: number; fault: boolean } {
  if (error instanceof ApiError) return { error, fault: false };
  if (error instanceof Refusal) return fromRefusal(error);
  const { code = '', statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return { error: new ApiError(413, codes.tooLarge, 'The request body is too large'), fault: false };
  }
  // 22021, 22P05: a NUL character in a text, which PostgreSQL cannot hold.
  if (statusCode === 415 || statusCode === 400 || code === '22021' || code === '22P05') {
    const message = 'The request cannot be read: send application/x-www-form-urlencoded';
    return { error: new ApiError(400, codes.invalidParameter, message), fault: false };
  }
  if (isConnectionLoss(error) || isRetryable(error)) {
    const busy = new ApiError(503, codes.unavailable, 'Service unavailable, try again');
    return { error: busy, retryAfterSeconds: 1, fault: true };
  }
  return { error: new ApiError(500, faultCode, messageOfFault[faultCode] ?? 'Internal server error'), fault: true };
}

/** What the rooms call a field, as the parameter of this API. */
const parameterOf: Record<string, string> = {
  eid: 'Eid',
  payload: 'Payload',
  devicePort: 'DevicePort',
  sim: 'Sim',
  status: 'Status',
  fleetId: 'Fleet',
  companyId: 'AccountSid',
  uniqueName: 'UniqueName',
};

function fromRefusal(refusal: Refusal) {
  const { status, code } = answerOfKind[refusal.kind];
  const sim = typeof refusal.details.sim === 'string' ? parsePublicId('sim', refusal.details.sim) : null;
  const isOurs = refusal.code === registrationRefusals.alreadyYours && sim !== null;
  const { expected, field = '', retryAfterSeconds: seconds } = refusal.details;
  const message = isOurs
    ? `This Super SIM is already registered to your account as ${sidOf('sim', sim)}`
    : `${refusal.message}${expected ? ` Expected: ${expected}` : ''}`;
  return {
    error: new ApiError(status, codeOfRefusal[refusal.code] ?? code, message, parameterOf[field.replace('body.', '')]),
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
    fault: false,
  };
}
