import { SourceFault } from './fault.ts';

/** Who reads: an account with its auth token, a key with its secret, or a client that gets tokens. */
export type Credentials =
  | { kind: 'basic'; user: string; password: string }
  | { kind: 'client'; clientId: string; clientSecret: string; tokenUrl: string };

const timeoutMs = 30_000;
/** A token is renewed so long before its end. */
const marginMs = 60_000;

export type Authorization = {
  header(): Promise<string>;
  /** After a 401: whether asking anew can help, because the token may be over. */
  renew(): boolean;
};

/** What goes into the `Authorization` header; tokens are fetched when they are needed, one at a time, and kept until they end. */
export function openAuthorization(credentials: Credentials, stop?: AbortSignal): Authorization {
  if (credentials.kind === 'basic') {
    const basic = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
    return { header: async () => basic, renew: () => false };
  }
  const { clientId, clientSecret, tokenUrl } = credentials;
  let token: Promise<{ text: string; until: number }> | null = null;
  let renewals = 0;

  async function fetchToken() {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([stop, limit]) : limit;
    const response = await fetch(tokenUrl, { method: 'POST', body, redirect: 'error', signal });
    if (response.status === 429 || response.status >= 500)
      throw new Error(`${tokenUrl} answers HTTP ${response.status}`);
    const told = (await response.json().catch(() => ({}))) as { access_token?: unknown; expires_in?: unknown };
    if (!response.ok || typeof told.access_token !== 'string') {
      throw new SourceFault(`${tokenUrl} gives no token for these credentials: HTTP ${response.status}.`);
    }
    const seconds = Number(told.expires_in) > 0 ? Number(told.expires_in) : 3_600;
    return { text: `Bearer ${told.access_token}`, until: performance.now() + seconds * 1_000 - marginMs };
  }

  return {
    async header() {
      const known = await token;
      if (known && known.until > performance.now()) return known.text;
      token = fetchToken();
      try {
        return (await token).text;
      } catch (error) {
        token = null;
        throw error;
      }
    },
    renew() {
      token = null;
      renewals += 1;
      return renewals <= 3;
    },
  };
}
