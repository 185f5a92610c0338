import { createHash, createHmac } from 'node:crypto';

const form = 'application/x-www-form-urlencoded';
export const signatureHeader = 'x-twilio-signature';

/** What is signed of a request. */
export type Signed = { url: string; contentType: string | null; body: string | null };

/**
 * The signature that the SDK's `validateRequest` and `validateRequestWithBody` expect: base64 of HMAC-SHA1 over the URL as
 * it is called and, of a form, each parameter's name and values in the order of the names. The body of anything else is
 * named in the URL instead, see `urlForBody`.
 */
export function signatureOf(authToken: string, { url, contentType, body }: Signed): string {
  const parameters = contentType === form && body ? new URLSearchParams(body) : new URLSearchParams();
  const names = [...new Set(parameters.keys())].sort();
  const told = names.flatMap((name) => [...new Set(parameters.getAll(name))].sort().map((value) => name + value));
  return createHmac('sha1', authToken)
    .update(url + told.join(''))
    .digest('base64');
}

/** The URL under which a body that is no form is sent: it names the body's digest, so that the signature covers it. */
export function urlForBody(url: string, body: string): string {
  const named = new URL(url);
  named.searchParams.set('bodySHA256', createHash('sha256').update(body).digest('hex'));
  return named.href;
}

/** A callback as the vendor sends it: a form by POST, or the same parameters in the query by GET. */
export function callbackTo(
  { method, url }: { method: 'GET' | 'POST'; url: string },
  parameters: Record<string, string | null | undefined>,
): { method: 'GET' | 'POST'; url: string; contentType: string | null; body: string | null } {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined ? [] : [[name, value]],
  );
  if (method === 'POST')
    return { method, url: new URL(url).href, contentType: form, body: `${new URLSearchParams(given)}` };
  const named = new URL(url);
  for (const [name, value] of given) named.searchParams.append(name, value);
  return { method, url: named.href, contentType: null, body: null };
}
