import { createTemplate, onServer, startTestServer } from './database.ts';

/**
 * One server for the whole run. `TEST_DATABASE_URL` names another, whose login may create databases and roles: it gets
 * a template for this run, and keeps nothing of it. What tests read is in the environment that the workers inherit.
 */
export async function setup(): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    const template = await createTemplate(given);
    process.env.TEST_DATABASE_TEMPLATE = template;
    return () => onServer(given, `drop database if exists ${template} with (force)`);
  }
  const server = await startTestServer();
  process.env.TEST_DATABASE_URL = server.url;
  process.env.TEST_DATABASE_TEMPLATE = server.template;
  return () => server.stop();
}
