import { lintOpenapi, openapiDocument } from '../../apps/server/src/kit/http/openapi.ts';
import { declaredRoutes } from '../application.ts';
import { edgeRoutes } from '../docs/permissions.ts';

/** What a stranger may call: signing in, and asking who one is. */
const openToAll = ['signIn', 'signOut', 'getSession', 'askForLink', 'readLink', 'useLink', 'joinByLink'];

/** Every route names its permission and how far it reaches, and the document made of them can be trusted. */
export function checkRoutes(): string[] {
  const http = declaredRoutes();
  const unguarded = http.routes
    .filter((route) => route.permission === null && !openToAll.includes(route.name))
    .map(
      (route) =>
        `${route.method} ${route.url}: public, and not among what strangers may call (scripts/checks/routes.ts)`,
    );
  const edge = edgeRoutes()
    .filter((route) => route.permission === undefined)
    .map((route) => `${route.method} ${route.url}: a Super SIM route without a permission in sight`);
  return [...unguarded, ...edge, ...lintOpenapi(openapiDocument(http)).map((problem) => `openapi: ${problem}`)];
}
