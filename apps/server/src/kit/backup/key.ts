import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto';
import { BackupFault } from './manifest.ts';

/** Names an instance key without giving it away: 64 bits of an HMAC under it. */
export function fingerprintOf(instanceKey: Buffer): string {
  return createHmac('sha256', instanceKey).update('backup fingerprint').digest('hex').slice(0, 16);
}

// RFC 7914: 64 MiB and some tenths of a second for each guess.
const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 };
const purpose = Buffer.from('simwright backup key');

/** The instance key under a passphrase: scrypt, then AES-256-GCM. Base64 of salt (16), nonce (12), tag (16) and body. */
export function sealKey(instanceKey: Buffer, passphrase: string, random: (bytes: number) => Buffer): string {
  const salt = random(16);
  const nonce = random(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, cost), nonce).setAAD(purpose);
  const body = Buffer.concat([cipher.update(instanceKey), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64');
}

/** The opposite; a wrong passphrase is a BackupFault. */
export function unsealKey(sealed: string, passphrase: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const key = scryptSync(passphrase, bytes.subarray(0, 16), 32, cost);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(16, 28)).setAAD(purpose);
  decipher.setAuthTag(bytes.subarray(28, 44));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]);
  } catch {
    throw new BackupFault('BACKUP_PASSPHRASE is not the one this backup was made with.');
  }
}
