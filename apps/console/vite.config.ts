import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * `npm start` builds through build.ts; this file is for both it and Vite's own dev server, which passes the API on to
 * a running Simwright (SIMWRIGHT_URL, else the default port).
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), firstPaint()],
  build: {
    outDir: process.env.CONSOLE_OUT_DIR ?? 'node_modules/.cache/console',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Two pages that share nothing but React: staff at a desk, and an end user on a phone who must not load a desk.
    rolldownOptions: { input: ['index.html', 'my.html'].map((page) => join(import.meta.dirname, page)) },
  },
  server: { proxy: { '/api': process.env.SIMWRIGHT_URL ?? 'http://127.0.0.1:8080' } },
});

/** Puts the small script that chooses light or dark before everything else, under a hashed name like the rest. */
function firstPaint(): Plugin {
  const source = readFileSync(join(import.meta.dirname, 'src/app/first-paint.js'), 'utf8');
  const fileName = `assets/first-paint-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
  return {
    name: 'first-paint',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `/${fileName}` }, injectTo: 'head-prepend' }],
  };
}
