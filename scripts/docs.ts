import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { staleDocs, writeDocs } from './docs/write.ts';

/**
 * `npm run docs` writes what can be read from the code: `docs/generated/` and the API client. `--check` writes nothing,
 * names what is out of date, and fails if there is any.
 */
if (process.argv.includes('--check')) {
  const stale = await staleDocs();
  for (const problem of stale) console.log(problem);
  if (stale.length === 0) console.log('The generated documents are up to date.');
  process.exit(stale.length > 0 ? 1 : 0);
}
const written = await writeDocs((path) => rmSync(join(import.meta.dirname, '..', path)));
console.log(written.length === 0 ? 'Nothing has changed.' : written.join('\n'));
process.exit(0);
