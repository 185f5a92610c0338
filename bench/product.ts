import { boot } from '../apps/server/src/app/boot.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import type { Store } from './store.ts';

/** The whole product in this process, on a store: APIs, worker, charging and RADIUS. */
export async function startProduct(store: Store) {
  return boot(store.config, { console: false, log: createLog('error') });
}

export type Product = Awaited<ReturnType<typeof startProduct>>;
