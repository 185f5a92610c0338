import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ctx } from '../kit/ctx.ts';
import { createApiKey } from '../tenancy/index.ts';

/**
 * The API key with which the simulated telecom hands in what its devices send and tells of downloads of eSIM
 * profiles, and nothing else: made at its first start and kept in
 * `$SIMWRIGHT_HOME/simulated-telecom.key`. Whoever revokes it in the console keeps the devices silent; without the file
 * the next start makes another.
 */
export async function keyOfSimulated(ctx: Ctx, home: string): Promise<string> {
  const file = join(home, 'simulated-telecom.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const { text } = await createApiKey(ctx, {
    name: 'Simulated telecom',
    permissions: ['commands.sms.receive', 'provisioning.esim_profile.report'],
  });
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return text;
}
