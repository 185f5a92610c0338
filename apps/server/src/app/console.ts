import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import staticFiles from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentSecurityPolicy, sourceHash } from '../../../console/build.ts';
import type { Http } from '../kit/http/app.ts';

/**
 * The folder with the built console. It is built at the first start and again when its sources changed, by a process of
 * its own, which takes the bundler's memory with it; nothing built is kept in the repository.
 */
export async function prepareConsole(home: string, say: (text: string) => void): Promise<string> {
  const folder = join(home, `console-${sourceHash()}`);
  if (existsSync(join(folder, 'index.html'))) return folder;
  say('Building the console');
  const building = `${folder}.building`;
  rmSync(building, { recursive: true, force: true });
  await run(process.execPath, [...quiet, join(import.meta.dirname, '../bin/build-console.ts'), building], {
    timeout: buildMs,
    maxBuffer: 1024 * 1024,
  });
  for (const old of readdirSync(home).filter((name) => name.startsWith('console-') && join(home, name) !== building)) {
    rmSync(join(home, old), { recursive: true, force: true });
  }
  renameSync(building, folder);
  return folder;
}

const run = promisify(execFile);
const quiet = ['--disable-warning=ExperimentalWarning'];
const buildMs = 180_000;

/** Serves the console: its files by their hashed names for ever, and a page for every address of its own: one for end users, one for staff. */
export function serveConsole(http: Http, folder: string): void {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const endUserPage = readFileSync(join(folder, 'my.html'), 'utf8');
  http.fastify.register(staticFiles, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });
  const send = async (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(/^\/my([/?]|$)/.test(request.url) ? endUserPage : page);
  http.fastify.get('/', send);
  http.fastify.get('/*', async (request, reply) => {
    // Addresses of machines answer as machines; every other one is a page of the console.
    if (/^\/(api|v1|v2)(\/|$)/.test(request.url) || /\.[a-z0-9]{2,5}$/i.test(request.url.split('?')[0]!)) {
      return reply.callNotFound();
    }
    return send(request, reply);
  });
}
