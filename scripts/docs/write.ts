import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openapiDocument } from '../../apps/server/src/kit/http/openapi.ts';
import { declaredRoutes } from '../application.ts';
import { clientSource } from '../client.ts';
import { listFiles, root } from '../sources.ts';
import { eventsPage } from './events.ts';
import { permissionsPage } from './permissions.ts';
import { roomsDrawing } from './rooms.ts';
import { schemaPage } from './schema.ts';
import { statements } from './sql.ts';

const folder = 'docs/generated';
const client = 'packages/client/src/generated';

/** Path → text of everything that is made from the code. The same code gives the same bytes on every machine. */
async function generate(): Promise<Map<string, string>> {
  const document = openapiDocument(declaredRoutes());
  const pages = new Map<string, string>([
    [`${folder}/openapi.json`, `${JSON.stringify(document, null, 2)}\n`],
    [`${folder}/rooms.svg`, roomsDrawing()],
    [`${folder}/events.md`, eventsPage()],
    [`${folder}/permissions.md`, permissionsPage()],
    [`${folder}/schema.md`, await schemaPage()],
    [`${client}/api.ts`, clientSource(document)],
  ]);
  for (const [room, text] of statements()) pages.set(`${folder}/sql/${room}.sql`, text);
  return pages;
}

/** What is missing, out of date, or no longer made from anything; one sentence each. */
export async function staleDocs(): Promise<string[]> {
  const pages = await generate();
  const changed = [...pages]
    .filter(([path, text]) => readOld(path) !== text)
    .map(([path]) => `${path} is ${readOld(path) === null ? 'missing' : 'out of date'}; run "npm run docs"`);
  return [...changed, ...leftOver(pages).map((path) => `${path} is made from nothing any more; run "npm run docs"`)];
}

/** Writes what has changed and gives what is left over to `remove`. Returns the paths touched. */
export async function writeDocs(remove: (path: string) => void): Promise<string[]> {
  const pages = await generate();
  const changed = [...pages].filter(([path, text]) => readOld(path) !== text);
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const old = leftOver(pages);
  old.forEach(remove);
  return [...changed.map(([path]) => path), ...old.map((path) => `${path} (removed)`)];
}

function readOld(path: string): string | null {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
}

function leftOver(pages: Map<string, string>): string[] {
  return [folder, client]
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => listFiles(path))
    .filter((path) => !pages.has(path));
}
