import { AccountingFault } from '../door.ts';

const minuteMs = 60_000;
/** Longest that a Retry-After is believed: Xero's daily limit starts anew within a day. */
const longestWaitMs = 24 * 60 * minuteMs;
const longestText = 1_000;

/** What an answer of Xero says that is no success, as the rest of the room understands it. Pure. */
export function faultOf(status: number, headers: Record<string, unknown>, body: unknown): AccountingFault {
  const words = wordsOf(body);
  if (status === 429) {
    const seconds = Number(headers['retry-after']);
    const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, longestWaitMs) : minuteMs;
    const which = headers['x-rate-limit-problem'];
    const limit = typeof which === 'string' ? ` (${which.slice(0, 20)})` : '';
    return new AccountingFault(
      'patience',
      'xero.rate_limited',
      `Xero asks us to wait: too many calls${limit}.`,
      waitMs,
    );
  }
  if (status === 401) return new AccountingFault('shut', 'xero.unauthorised', `Xero does not let us in: ${words}`);
  if (status === 403) {
    return new AccountingFault('shut', 'xero.forbidden', `Xero does not let us into these books: ${words}`);
  }
  if (status === 400 || status === 404 || status === 409 || status === 412 || status === 413 || status === 422) {
    return new AccountingFault('refused', status === 404 ? 'xero.not_found' : 'xero.refused', words);
  }
  if (status === 0) return new AccountingFault('later', 'xero.unreachable', `Xero was not reached: ${words}`);
  return new AccountingFault('later', `xero.http_${status}`, `Xero answered by ${status}: ${words}`);
}

/** The sentences of an answer: what it says of each element, else of the whole. */
function wordsOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, longestText) || 'no word of why.';
  if (!isObject(body)) return 'no word of why.';
  const elements = Array.isArray(body.Elements) ? body.Elements : [];
  const errors = elements.flatMap((element) =>
    isObject(element) && Array.isArray(element.ValidationErrors) ? element.ValidationErrors : [],
  );
  const messages = errors.flatMap((error) =>
    isObject(error) && typeof error.Message === 'string' ? [error.Message] : [],
  );
  const whole = [body.Message, body.Detail, body.error_description, body.error, body.Title].find(
    (text) => typeof text === 'string' && text !== '',
  );
  return ([...new Set(messages)].join(' ') || String(whole ?? 'no word of why.')).slice(0, longestText);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
