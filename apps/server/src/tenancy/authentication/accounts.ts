import { createHash, timingSafeEqual } from 'node:crypto';
import { type Actor, allPermissions, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { fromHex, type Id, publicId } from '../../kit/ids.ts';
import { secretMatches, unseal } from '../../kit/seal.ts';
import { accountSid, parseAuthorization, parseBasic, parseProof } from '../model.ts';
import { heldBy } from '../permissions.ts';
import { authTokenPurpose, findOrganizationIds, getOrganization } from '../service/organizations.ts';
import { findLiveApiKey, markUsed } from '../sql/api-keys.ts';
import { findAuthToken } from '../sql/organizations.ts';
import { readToken } from './tokens.ts';

/** Who calls with a key, a token or an account's auth token. */
export type Account = {
  organization: Organization;
  actor: Actor;
  /** The Super SIM account: the organization, or the company that the credential is bound to. */
  accountId: Id;
};

/** What a credential proved, without the organization's clock, which may move at any time. */
type Proof = { organizationId: Id; actor: Actor; accountId: Id };

/** A proof is believed this long without looking again, so that a revoked key stops within seconds everywhere. */
const believedMs = 2_000;
const maxBelieved = 5_000;

export type Accounts = {
  /** `Basic` or `Bearer`; null when it proves nothing. */
  authenticate(authorization: string): Promise<Account | null>;
  authenticateBasic(user: string, password: string): Promise<Account | null>;
};

export function openAccounts(runtime: Runtime): Accounts {
  const believed = new Map<string, { proof: Proof; until: number }>();

  /** Remembers by the hash of the whole credential: the secret itself is not kept in memory. */
  async function remembered(credential: string, prove: () => Promise<Proof | null>): Promise<Account | null> {
    const name = createHash('sha256').update(credential).digest('base64');
    const known = believed.get(name);
    let proof = known && known.until > performance.now() ? known.proof : null;
    if (!proof) {
      believed.delete(name);
      proof = await prove();
      if (!proof) return null;
      if (believed.size >= maxBelieved) believed.delete(believed.keys().next().value!);
      believed.set(name, { proof, until: performance.now() + believedMs });
    }
    const organization = await getOrganization(runtime, proof.organizationId);
    return organization && { organization, actor: proof.actor, accountId: proof.accountId };
  }

  function authenticateBasic(user: string, password: string): Promise<Account | null> {
    return remembered(`basic ${user}:${password}`, () => proveBasic(runtime, user, password));
  }

  return {
    authenticateBasic,
    async authenticate(authorization) {
      const given = parseAuthorization(authorization);
      if (given?.scheme === 'basic') {
        const basic = parseBasic(given.credentials);
        return basic && authenticateBasic(basic.user, basic.password);
      }
      if (given?.scheme !== 'bearer') return null;
      return remembered(`bearer ${given.credentials}`, () => proveBearer(runtime, given.credentials));
    },
  };
}

async function proveBearer(runtime: Runtime, text: string): Promise<Proof | null> {
  const key = parseProof('sw', text);
  if (key) return proveKey(runtime, fromHex(key.organizationHex), fromHex(key.keyHex), key.secret);
  const token = await readToken(runtime.clock.now(), text);
  if (!token) return null;
  const organizationId = fromHex(token.organizationHex);
  const hex = token.subject.slice(2);
  return token.subject.startsWith('SK')
    ? proveKey(runtime, organizationId, fromHex(hex), null)
    : proveAccount(runtime, organizationId, hex, null, token.authTokenMark);
}

async function proveBasic(runtime: Runtime, user: string, password: string): Promise<Proof | null> {
  const found = await findCredential(runtime, user);
  if (!found) return null;
  return found.kind === 'api_key'
    ? proveKey(runtime, found.organizationId, fromHex(found.hex), password)
    : proveAccount(runtime, found.organizationId, found.hex, password);
}

/** The organization that a Super SIM user name (`AC…`, `SK…`) belongs to. */
async function findCredential(
  runtime: Runtime,
  user: string,
): Promise<{ kind: 'api_key' | 'account'; organizationId: Id; hex: string } | null> {
  const match = /^(AC|SK)([0-9a-f]{32})$/.exec(user);
  if (!match) return null;
  const hex = match[2]!;
  if (match[1] === 'SK') {
    const [organizationId] = await findOrganizationIds(runtime, 'api_key', hex);
    return organizationId ? { kind: 'api_key', organizationId, hex } : null;
  }
  if (await getOrganization(runtime, fromHex(hex))) return { kind: 'account', organizationId: fromHex(hex), hex };
  const [organizationId] = await findOrganizationIds(runtime, 'company', hex);
  return organizationId ? { kind: 'account', organizationId, hex } : null;
}

/** @param secret null when a token of ours already proved that its holder knew the secret. */
async function proveKey(runtime: Runtime, organizationId: Id, keyId: Id, secret: string | null): Promise<Proof | null> {
  const organization = await getOrganization(runtime, organizationId);
  if (!organization) return null;
  const ctx = contextFor(runtime, organization, systemActor('authentication'));
  const key = await reading(ctx, (ctx) => findLiveApiKey(ctx, keyId));
  if (!key || (secret !== null && !secretMatches(secret, key.secretHash))) return null;
  if (!key.lastUsedAt || ctx.now.getTime() - key.lastUsedAt.getTime() > 60_000) {
    await atomically(ctx, (ctx) => markUsed(ctx, keyId));
  }
  return {
    organizationId,
    accountId: key.companyId ?? organizationId,
    actor: {
      kind: 'api_key',
      id: publicId('api_key', keyId),
      name: key.name,
      permissions: new Set(heldBy(key.permissions)),
      scope: key.companyId ? { kind: 'company', companyId: key.companyId } : { kind: 'organization' },
    },
  };
}

async function proveAccount(
  runtime: Runtime,
  organizationId: Id,
  accountHex: string,
  authToken: string | null,
  mark?: string,
): Promise<Proof | null> {
  const organization = await getOrganization(runtime, organizationId);
  if (!organization) return null;
  const ctx = contextFor(runtime, organization, systemActor('authentication'));
  const account = await reading(ctx, (ctx) => findAuthToken(ctx, accountHex));
  if (!account) return null;
  const known = unseal(authTokenPurpose, account.sealed);
  const proven = authToken === null ? mark === markOf(known) : sameSecret(authToken, known);
  if (!proven) return null;
  const accountId = fromHex(accountHex);
  return {
    organizationId,
    accountId,
    actor: {
      kind: 'account',
      id: accountSid(accountId),
      name: account.name,
      permissions: allPermissions,
      scope: accountId === organizationId ? { kind: 'organization' } : { kind: 'company', companyId: accountId },
    },
  };
}

function sameSecret(given: string, known: Buffer): boolean {
  const digest = (value: string | Buffer) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(known));
}

/** Ties a bearer token to the auth token it was bought with, so that a new auth token ends it. */
function markOf(authToken: Buffer): string {
  return createHash('sha256').update('mark').update(authToken).digest('hex').slice(0, 16);
}

/** What a bearer token for this client says; null when the client is not who it claims to be. */
export async function clientClaims(
  runtime: Runtime,
  clientId: string,
  clientSecret: string,
): Promise<{ subject: string; organizationId: Id; authTokenMark?: string } | null> {
  const proof = await proveBasic(runtime, clientId, clientSecret);
  if (!proof) return null;
  const { organizationId } = proof;
  return proof.actor.kind === 'account'
    ? { subject: clientId, organizationId, authTokenMark: markOf(Buffer.from(clientSecret)) }
    : { subject: clientId, organizationId };
}
