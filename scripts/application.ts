import { randomBytes } from 'node:crypto';
import { version } from '../apps/server/src/app/boot.ts';
import { mountRoutes } from '../apps/server/src/app/routes.ts';
import type { Runtime } from '../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../apps/server/src/kit/db.ts';
import { createHttp, type Http } from '../apps/server/src/kit/http/app.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import { setInstanceKey } from '../apps/server/src/kit/seal.ts';
import { openAuthentication, permissionNames } from '../apps/server/src/tenancy/index.ts';

let declared: Http | undefined;

/** Every route as the product declares it, without a listener, and with a database that nobody ever asks. */
export function declaredRoutes(): Http {
  if (declared) return declared;
  setInstanceKey(Buffer.alloc(32));
  const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
  const publicUrl = 'http://127.0.0.1:8080';
  const runtime: Runtime = {
    database: openDatabase(databaseUrl, 1),
    clock: { now: () => new Date(0) },
    log: createLog('silent'),
    random: randomBytes,
  };
  const authentication = openAuthentication(runtime, { databaseUrl, publicUrl });
  const { authenticate } = authentication;
  const http = createHttp({ runtime, publicUrl, version, permissions: permissionNames, authenticate });
  mountRoutes(http, authentication, { subscribe: () => () => {}, close: async () => {} }, null, {
    holdsAll: () => true,
    receiveRecord: () => Promise.reject(new Error('nothing is charged here')),
    receiveRestatement: () => Promise.reject(new Error('nothing is charged here')),
  });
  declared = http;
  return http;
}
