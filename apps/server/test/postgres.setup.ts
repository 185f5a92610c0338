import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTemplate, demoTemplate, onServer, startTestServer } from './database.ts';

/**
 * One server for the whole run, and a folder for what its files share (once.ts). `TEST_DATABASE_URL` names another server,
 * whose login may create databases and roles: it gets templates for this run, and keeps nothing of it. What tests read is
 * in the environment that the workers inherit.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'simwright-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  const { stop, ...server } = await findServer();
  process.env.TEST_DATABASE_URL = server.url;
  process.env.TEST_DATABASE_TEMPLATE = server.template;
  return async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function findServer(): Promise<{ url: string; template: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (!given) return startTestServer();
  const template = await createTemplate(given);
  return {
    ...{ url: given, template },
    async stop() {
      for (const name of [template, demoTemplate(template)]) {
        await onServer(given, `drop database if exists ${name} with (force)`);
      }
    },
  };
}
