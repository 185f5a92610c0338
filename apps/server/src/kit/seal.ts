import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { assert } from './assert.ts';
import type { Ctx } from './ctx.ts';

/**
 * The instance key (32 bytes) seals what we must be able to read back: RADIUS secrets, account tokens, registration
 * codes. AES-256-GCM; the purpose is authenticated with it, so a sealed value cannot be moved to another column.
 */
let instanceKey: KeyObject | null = null;

export function setInstanceKey(key: Buffer): void {
  assert(key.length === 32, 'the instance key is 32 bytes');
  // Made once: from bytes each cipher would make it anew, at three times its own cost.
  instanceKey = createSecretKey(key);
}

function key(): KeyObject {
  assert(instanceKey, 'the instance key is set at start');
  return instanceKey;
}

export function seal(ctx: Pick<Ctx, 'random'>, purpose: string, plain: string | Buffer): Buffer {
  const nonce = ctx.random(12);
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
}

export function unseal(purpose: string, sealed: Buffer): Buffer {
  assert(sealed[0] === 1 && sealed.length >= 29, 'a sealed value of version 1');
  const decipher = createDecipheriv('aes-256-gcm', key(), sealed.subarray(1, 13)).setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(13, 29));
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
}

/** Hash of a random secret of at least 128 bits: with that much entropy a fast hash is enough (no password is hashed here). */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function secretMatches(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}

/** A key of its own for a purpose (signing tokens, cookies), derived from the instance key. */
export function deriveKey(purpose: string): Buffer {
  return createHmac('sha256', key()).update(purpose).digest();
}
