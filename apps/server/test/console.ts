import { symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { prepareConsole } from '../src/app/console.ts';
import { onceInRun } from './once.ts';

/** The built console for an instance whose home this is. It is built once in a run; each home gets a link to it. */
export async function shareConsole(home: string): Promise<void> {
  const built = await onceInRun('console', (folder) => prepareConsole(folder, () => {}));
  symlinkSync(built, join(home, basename(built)));
}
