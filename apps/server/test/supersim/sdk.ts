import { createRequire } from 'node:module';
import twilio from 'twilio';
import { faultsOf } from './description.ts';

/** The current major of the official SDK and the one before, which has the same surface. */
export const sdks = { 'twilio 6': twilio, 'twilio 5': createRequire(import.meta.url)('twilio-5') as typeof twilio };
export type Sdk = keyof typeof sdks;
export type SuperSim = ReturnType<typeof twilio>['supersim']['v1'];

/** What proves who calls: an account's SID and token, an API key's with the account beside it, or either over a bearer token. */
export type Credential =
  | { accountSid: string; authToken: string }
  | { accountSid: string; keySid: string; secret: string }
  | { clientId: string; clientSecret: string };

/** What of the API an answer was, for tests that look at all of them. */
export type Witness = (method: string, url: string, status: number, body: unknown) => void;

/**
 * The SDK, with nothing changed but where it calls, and every answer held against the vendor's description: one that does not
 * agree rejects the call that got it.
 */
export function superSim(
  url: string,
  credential: Credential,
  { sdk = 'twilio 6', witness }: { sdk?: Sdk; witness?: Witness } = {},
): SuperSim {
  const twilio = sdks[sdk];
  class Judge extends twilio.RequestClient {
    override async request<T>(options: Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0]) {
      const answer = await super.request<T>(options as never);
      const { statusCode, body } = answer;
      const wrong = faultsOf(options.method, options.uri, statusCode, body);
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
      witness?.(options.method, options.uri, statusCode, body);
      return answer;
    }
  }
  const httpClient = new Judge();
  const client =
    'clientId' in credential
      ? twilio(undefined, undefined, { httpClient })
      : 'keySid' in credential
        ? twilio(credential.keySid, credential.secret, { accountSid: credential.accountSid, httpClient })
        : twilio(credential.accountSid, credential.authToken, { httpClient });
  if ('clientId' in credential) {
    const { clientId, clientSecret } = credential;
    const builder = new twilio.ClientCredentialProviderBuilder()
      .setClientId(clientId)
      .setClientSecret(clientSecret)
      // The SDK's own asks oauth.twilio.com and nobody else.
      .setTokenManager({ fetchToken: () => fetchToken(url, clientId, clientSecret) });
    client.setCredentialProvider(builder.build());
  }
  client.supersim.baseUrl = url;
  return client.supersim.v1;
}

async function fetchToken(url: string, clientId: string, clientSecret: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const answer = await fetch(`${url}/v2/token`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
