import { type Id, toHex } from '../kit/ids.ts';

export type Company = {
  id: Id;
  name: string;
  currency: string;
  /** Null: the organization's. */
  timeZone: string | null;
  email: string | null;
  createdAt: Date;
  archivedAt: Date | null;
};

export type Language = 'en' | 'de';

export type EndUser = {
  id: Id;
  companyId: Id;
  email: string;
  name: string | null;
  /** Null: that of their device. */
  language: Language | null;
  createdAt: Date;
  archivedAt: Date | null;
};

export type Role = { id: Id; name: string; permissions: string[]; readyMade: boolean };

export type Staff = {
  id: Id;
  userId: string;
  email: string;
  name: string;
  roleId: Id;
  roleName: string;
  companyId: Id | null;
  createdAt: Date;
  removedAt: Date | null;
};

export type ApiKey = {
  id: Id;
  name: string;
  permissions: string[];
  companyId: Id | null;
  createdAt: Date;
  createdBy: string;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** `AC…`: a Super SIM account is an organization, a sub-account one of its companies. */
export function accountSid(id: Id): string {
  return `AC${toHex(id)}`;
}

/** `SK…`: the Super SIM spelling of an API key. */
export function keySid(id: Id): string {
  return `SK${toHex(id)}`;
}

/** What a proof of ours is for: an API key, a link of one use, an end user's session. */
export type ProofKind = 'sw' | 'link' | 'my';

/** A secret as its holder keeps it. It names its organization, so that no lookup crosses organizations. */
export function proofText(kind: ProofKind, organizationId: Id, id: Id, secret: string): string {
  return `${kind}_${toHex(organizationId)}_${toHex(id)}_${secret}`;
}

export function parseProof(
  kind: ProofKind,
  text: string,
): { organizationHex: string; keyHex: string; secret: string } | null {
  const match = /^([a-z]+)_([0-9a-f]{32})_([0-9a-f]{32})_([0-9a-f]{48})$/.exec(text);
  return match && match[1] === kind ? { organizationHex: match[2]!, keyHex: match[3]!, secret: match[4]! } : null;
}

/** User and password of HTTP Basic (RFC 7617): the user ends at the first colon. Null when it is not that form. */
export function parseBasic(encoded: string): { user: string; password: string } | null {
  if (!/^[A-Za-z0-9+/]{1,2000}={0,2}$/.test(encoded)) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The scheme, in lower case, and the rest of an Authorization header. */
export function parseAuthorization(header: string): { scheme: string; credentials: string } | null {
  const match = /^([A-Za-z]+) +(\S{1,4096})$/.exec(header);
  return match && { scheme: match[1]!.toLowerCase(), credentials: match[2]! };
}
