import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = import.meta.dirname;
/** What the bundle is made of, beside the packages that package.json pins. */
const sources = ['index.html', 'my.html', 'vite.config.ts', 'build.ts', 'package.json', 'src'];
const measure = fileURLToPath(new URL('../../packages/measure/src', import.meta.url));
const maxFiles = 2_000;

/**
 * What the page may load: its own files and nothing else. Styles of single elements are computed while it runs, hence
 * `unsafe-inline` for styles alone.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Builds the console into `outDir`, an absolute folder that is emptied first. Prints nothing; throws when it fails. */
export async function buildConsole(outDir: string): Promise<void> {
  // Loaded here: whoever only asks whether the console is built does not need the bundler.
  const { build } = await import('vite');
  const { default: config } = await import('./vite.config.ts');
  await build({
    ...config,
    configFile: false,
    logLevel: 'silent',
    mode: 'production',
    build: { ...config.build, outDir, emptyOutDir: true },
  });
}

/** The same for the same sources, on every machine: the name under which a build can be kept. 32 hex digits. */
export function sourceHash(): string {
  const hash = createHash('sha256');
  const files = [...sources.map((name) => join(root, name)), measure].flatMap(filesUnder);
  if (files.length > maxFiles) throw new Error(`The console has ${files.length} source files, more than ${maxFiles}.`);
  for (const file of files.sort())
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}

function filesUnder(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.name.endsWith('.test.ts') ? [] : filesUnder(join(path, entry.name)),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
