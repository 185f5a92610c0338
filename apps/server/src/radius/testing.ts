import type { AccessAnswer, AccessRequest, Deps, Nas, NasReset, UsageUpdate } from './contract.ts';

/** A NAS on the loopback address, for tests. */
export function testNas(changes: Partial<Nas> = {}): Nas {
  return {
    id: 'nas_1',
    organizationId: 'org_1',
    telecomId: 'tel_1',
    name: 'Test gateway',
    range: '127.0.0.0/8',
    secret: Buffer.from('testing123'),
    coaHost: '127.0.0.1',
    coaPort: 3799,
    requireMessageAuthenticator: true,
    noGigawords: false,
    ...changes,
  };
}

/** Deps that remember everything and know one NAS. Each function may be replaced on the result. */
export function memory(nas: Nas | null = testNas()) {
  const updates: UsageUpdate[] = [];
  const resets: NasReset[] = [];
  const requests: AccessRequest[] = [];
  const counts: Record<string, number> = {};
  const deps: Deps = {
    findNas: () => nas,
    async account(update) {
      updates.push(update);
    },
    async reset(reset) {
      resets.push(reset);
    },
    async authorize(request): Promise<AccessAnswer> {
      requests.push(request);
      return { accept: true, interimSeconds: 600, class: Buffer.from('class-1') };
    },
    count(event) {
      counts[event] = (counts[event] ?? 0) + 1;
    },
    now: () => new Date(),
    log: () => {},
  };
  return { deps, updates, resets, requests, counts };
}

/** Waits, in steps of 10 ms, until `condition` holds; throws after `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  for (let left = Math.ceil(timeoutMs / 10); !(await condition()); left -= 1) {
    if (left === 0) throw new Error('The condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
