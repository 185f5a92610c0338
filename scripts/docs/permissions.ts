import { permissions, platformPermissions, readyMadeRoles } from '../../apps/server/src/tenancy/permissions.ts';
import { declaredRoutes } from '../application.ts';
import { listFiles, type Node, parse, walk } from '../sources.ts';

/** A route of the Super SIM edge, as its code declares it. `permission` undefined: it could not be read. */
export type EdgeRoute = { method: string; url: string; permission: string | null | undefined };

/** Each permission with what it opens, the ready-made roles that hold it, and what needs none. */
export function permissionsPage(): string {
  const routes = [
    ...declaredRoutes().routes.map(({ method, url, permission }) => ({ method, url, permission })),
    ...edgeRoutes().map((route) => ({ ...route, permission: route.permission ?? 'signed_in' })),
  ].sort((a, b) => (a.url === b.url ? order(a.method, b.method) : order(a.url, b.url)));
  const of = (permission: string | null) =>
    routes.filter((route) => route.permission === permission).map(({ method, url }) => `\`${method} ${url}\``);
  const roles = Object.keys(readyMadeRoles);
  const rows = Object.entries(permissions).map(([name, words]) => {
    const marks = roles.map((role) => (readyMadeRoles[role]!.some((p) => p === '*' || p === name) ? '●' : ''));
    return `| \`${name}\` | ${words} | ${marks.join(' | ')} | ${of(name).join('<br>')} |`;
  });
  return [
    '# Permissions',
    '',
    'Written by `npm run docs` from `apps/server/src/tenancy/permissions.ts` and the declared routes.',
    'A role is a named set of permissions; API keys carry the same ones. The Super SIM API (`/v1`) asks for them too.',
    '',
    `| permission | allows | ${roles.join(' | ')} | routes |`,
    `| --- | --- | ${roles.map(() => ':-:').join(' | ')} | --- |`,
    ...rows,
    '',
    '## For admins of the platform',
    '',
    'People, not roles: no role and no API key can hold these, and `*` does not cover them. The first account of an instance is its admin.',
    '',
    ...Object.entries(platformPermissions).flatMap(([name, words]) => [
      `- \`${name}\`: ${words}`,
      ...of(name).map((route) => `  - ${route}`),
    ]),
    '',
    '## For every caller who is signed in',
    '',
    ...of('signed_in').map((route) => `- ${route}`),
    '',
    '## Public',
    '',
    ...of(null).map((route) => `- ${route}`),
    '- `GET /api/v1/openapi.json`',
    '- `GET /healthz`, `GET /readyz`, `GET /metrics`',
    '',
  ].join('\n');
}

/** The calls `routes.get('/Sims', 'inventory.sim.view', …)` of the edge. */
export function edgeRoutes(): EdgeRoute[] {
  return listFiles('apps/server/src/supersim/routes').flatMap((path) => {
    if (path.endsWith('.test.ts')) return [];
    return [...walk(parse(path))].flatMap(({ node }) => {
      const callee = node.callee as Node | undefined;
      const method = (callee?.property as Node | undefined)?.name;
      if (node.type !== 'CallExpression' || !['get', 'post', 'delete'].includes(String(method))) return [];
      const [url, permission] = node.arguments as Node[];
      if (url?.type !== 'Literal' || !String(url.value).startsWith('/')) return [];
      const named = permission?.type === 'Literal' ? (permission.value as string | null) : undefined;
      return [{ method: String(method).toUpperCase(), url: `/v1${url.value}`, permission: named }];
    });
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
