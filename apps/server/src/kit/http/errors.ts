import { z } from 'zod';
import { bigintAsText } from '../audit.ts';
import { isConnectionLoss, isRetryable } from '../db.ts';
import { Refusal, type RefusalKind } from '../refusal.ts';
import { reply } from './schemas.ts';

/** The one place where a kind of "no" becomes an HTTP status. */
export const statusOf: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
};

export const RefusalReply = reply('Refusal', {
  error: z.object({
    code: z.string().meta({ description: 'Stable, for programs.', example: 'sim.not_found' }),
    message: z.string().meta({ description: 'For people.' }),
    field: z.string().optional().meta({ description: 'Path of the offending field.', example: 'body.items[3].iccid' }),
    expected: z.string().optional().meta({ description: 'The form that would have been accepted.' }),
    details: z.record(z.string(), z.unknown()).optional(),
    requestId: z.string(),
  }),
});

export type ErrorAnswer = {
  status: number;
  headers: Record<string, string>;
  body: z.output<typeof RefusalReply>;
  /** True when the fault is ours and belongs in the log with its stack. */
  fault: boolean;
};

/** Turns whatever was thrown into an answer. What is not a refusal is told to nobody but the log. */
export function answerTo(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof Refusal) return refusalAnswer(error, requestId);
  const framework = frameworkAnswer(error as { code?: string; statusCode?: number }, requestId);
  if (framework) return framework;
  const code = (error as { code?: string } | null)?.code ?? '';
  if (code === '22021' || code === '22P05') {
    return answer(400, 'request.invalid', 'Text cannot contain the NUL character.', requestId);
  }
  if (isConnectionLoss(error) || isRetryable(error)) {
    const message = 'The database did not answer in time. Try again.';
    return { ...answer(503, 'unavailable', message, requestId), headers: { 'retry-after': '1' }, fault: true };
  }
  return { ...answer(500, 'internal', 'Something went wrong on our side.', requestId), fault: true };
}

function answer(status: number, code: string, message: string, requestId: string): ErrorAnswer {
  return { status, headers: {}, body: { error: { code, message, requestId } }, fault: false };
}

function refusalAnswer(refusal: Refusal, requestId: string): ErrorAnswer {
  const { field, expected, ...facts } = refusal.details;
  const result = answer(statusOf[refusal.kind], refusal.code, refusal.message, requestId);
  if (field !== undefined) result.body.error.field = field;
  if (expected !== undefined) result.body.error.expected = expected;
  if (Object.keys(facts).length > 0) result.body.error.details = JSON.parse(JSON.stringify(facts, bigintAsText));
  if (refusal.kind === 'rate_limited' || refusal.kind === 'unavailable') {
    result.headers['retry-after'] = String(facts.retryAfterSeconds ?? 1);
  }
  if (refusal.kind === 'unauthenticated') result.headers['www-authenticate'] = 'Bearer';
  return result;
}

/** What Fastify itself refuses before a handler runs. */
function frameworkAnswer(error: { code?: string; statusCode?: number }, requestId: string): ErrorAnswer | null {
  switch (error?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return answer(413, 'request.too_large', 'The body is larger than this route takes.', requestId);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return answer(415, 'request.media_type', 'This route takes application/json.', requestId);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return answer(400, 'request.malformed', 'The body is not as long as Content-Length says.', requestId);
  }
  if (error?.statusCode === 400) return answer(400, 'request.malformed', 'The body is not valid JSON.', requestId);
  return null;
}

/** The first thing wrong with a request, as a refusal that names the field and the form that would have been accepted. */
export function invalidRequest(part: string, error: z.ZodError): Refusal {
  const issue = deepest(error.issues[0]!);
  if (issue.code === 'unrecognized_keys') {
    const field = pathOf([part, ...issue.path, issue.keys[0]!]);
    return new Refusal('invalid', 'request.invalid', `${field} is not a field of this request.`, {
      field,
      expected: 'no field of this name',
    });
  }
  const field = pathOf([part, ...issue.path]);
  const expected = expectedForm(issue);
  return new Refusal('invalid', 'request.invalid', `${field} must be ${expected}.`, { field, expected });
}

type Issue = z.core.$ZodIssue;

/** Of a union that has one branch left to blame, the branch's own issue. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors.filter((issues) => issues.length > 0);
  const inner = branches.length === 1 ? branches[0]?.[0] : undefined;
  return inner ? deepest({ ...inner, path: [...issue.path, ...inner.path] }) : issue;
}

function pathOf(parts: PropertyKey[]): string {
  return parts.reduce<string>(
    (path, part) => (typeof part === 'number' ? `${path}[${part}]` : path ? `${path}.${String(part)}` : String(part)),
    '',
  );
}

function expectedForm(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : withArticle(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    // Our own schemas say the expected form as their message.
    default:
      return issue.message.replace(/\.$/, '');
  }
}

function withArticle(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' items' : '';
}
