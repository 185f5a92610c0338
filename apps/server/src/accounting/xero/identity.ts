import { z } from 'zod';
import { AccountingFault, type Book, type Client, type Grant } from '../door.ts';
import type { XeroAddresses } from './addresses.ts';
import { faultOf } from './faults.ts';

/**
 * What we ask for: documents, payments, contacts, and to read accounts and taxes; and to come back without a person. Apps made since
 * March 2026 have these alone, older ones may ask for them too.
 */
export const scopes = [
  'offline_access',
  'accounting.invoices',
  'accounting.payments',
  'accounting.contacts',
  'accounting.settings.read',
];

const timeoutMs = 20_000;
/** Tokens and a list of books; what is longer is no answer of Xero. */
const maxBody = 1_048_576;

const Tokens = z.object({
  access_token: z.string().min(1).max(20_000),
  refresh_token: z.string().min(1).max(2_000),
  expires_in: z.number().min(1).max(86_400),
});
const Connections = z.array(
  z.object({
    id: z.string().max(100),
    tenantId: z.string().max(100),
    tenantType: z.string().max(50).optional(),
    tenantName: z.string().nullish(),
  }),
);

/**
 * How somebody lets us in (OAuth 2.0, RFC 6749: authorization code, refresh, RFC 7009: revocation). The SDK has its own, whose addresses
 * are written into it and which keeps tokens in memory; here each token is stored before it is used.
 *
 * @param now the machine's clock: tokens know no other
 */
export function xeroIdentity(at: XeroAddresses, now: () => Date) {
  async function tokens(client: Client, form: Record<string, string>): Promise<Grant> {
    const body = await call(`${at.identity}/connect/token`, {
      method: 'POST',
      headers: { authorization: basic(client), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    const told = Tokens.safeParse(body);
    if (!told.success) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no tokens.');
    const { access_token: access, refresh_token: refresh, expires_in: seconds } = told.data;
    return { access, refresh, until: new Date(now().getTime() + seconds * 1000) };
  }
  return {
    consentUrl(client: Client, returnUrl: string, word: string): string {
      const url = new URL(`${at.login}/connect/authorize`);
      const asked = { response_type: 'code', client_id: client.id, redirect_uri: returnUrl, scope: scopes.join(' ') };
      for (const [name, value] of Object.entries({ ...asked, state: word })) url.searchParams.set(name, value);
      return url.toString();
    },
    exchange: (client: Client, returnUrl: string, code: string) =>
      tokens(client, { grant_type: 'authorization_code', code, redirect_uri: returnUrl }),
    refresh: (client: Client, refresh: string) =>
      tokens(client, { grant_type: 'refresh_token', refresh_token: refresh }),
    async books(access: string): Promise<Book[]> {
      const body = await call(`${at.api}/connections`, { headers: { authorization: `Bearer ${access}` } });
      const told = Connections.safeParse(body);
      if (!told.success) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no books.');
      return told.data
        .filter(({ tenantType }) => tenantType === undefined || tenantType === 'ORGANISATION')
        .slice(0, 100)
        .map(({ id, tenantId, tenantName }) => ({ id: tenantId, name: (tenantName ?? '').slice(0, 200), link: id }));
    },
    async leave(client: Client, grant: Grant, link: string | null): Promise<void> {
      if (link) {
        const headers = { authorization: `Bearer ${grant.access}` };
        await call(`${at.api}/connections/${encodeURIComponent(link)}`, { method: 'DELETE', headers }).catch(
          (error: unknown) => {
            // Gone already: that is what was asked for.
            if (!(error instanceof AccountingFault && error.code === 'xero.not_found')) throw error;
          },
        );
      }
      await call(`${at.identity}/connect/revocation`, {
        method: 'POST',
        headers: { authorization: basic(client), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token: grant.refresh }).toString(),
      });
    },
  };
}

/** RFC 6749, 2.3.1: both parts as in a form. */
function basic({ id, secret }: Client): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

async function call(url: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    const headers = { accept: 'application/json', ...(init.headers as Record<string, string>) };
    response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    text = await response.text();
  } catch (error) {
    throw new AccountingFault('later', 'xero.unreachable', `Xero was not reached: ${(error as Error).message}`);
  }
  if (text.length > maxBody) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer was too long.');
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // A page of a proxy, or an empty answer: what the status says is all there is.
  }
  if (response.ok) return body;
  throw refusalOf(response, body);
}

/** Tokens that are not good any more, and a client that is none (RFC 6749, 5.2), are matters of whoever connected us. */
function refusalOf(response: Response, body: unknown): AccountingFault {
  const word = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : null;
  if (word === 'invalid_grant') {
    return new AccountingFault('shut', 'xero.grant_over', 'Xero does not know us any more. Connect again.');
  }
  if (word === 'invalid_client' || word === 'unauthorized_client') {
    return new AccountingFault('shut', 'xero.client_unknown', 'Xero does not know this client id with this secret.');
  }
  return faultOf(response.status, Object.fromEntries(response.headers), body);
}
