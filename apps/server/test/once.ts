import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const patienceMs = 120_000;

/**
 * What is costly to make and the same for every test file is made once in a run, by whoever wants it first; the others
 * wait. `make` gets a folder that lives as long as the run, and says what the others need to know, as JSON.
 */
export async function onceInRun<T>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const run = process.env.TEST_RUN_FOLDER;
  if (!run) throw new Error('There is no test run: run tests with "npm test" or vitest in the root.');
  const [said, making] = [join(run, `${name}.json`), join(run, `${name}.making`)];
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    if (existsSync(said)) return JSON.parse(readFileSync(said, 'utf8')) as T;
    if (!isMine(making)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    try {
      const folder = join(run, name);
      mkdirSync(folder, { recursive: true });
      const made = await make(folder);
      writeFileSync(`${said}.new`, JSON.stringify(made));
      renameSync(`${said}.new`, said);
      return made;
    } finally {
      rmdirSync(making);
    }
  }
  throw new Error(`waited in vain for what another test file makes: ${name}`);
}

function isMine(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
