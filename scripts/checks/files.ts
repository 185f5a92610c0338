import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listFiles, readText, root } from '../sources.ts';

const mostLines = 600;
const binary = /\.(png|jpg|ico|woff2?|gz|tar)$/;
const generated = /^(package-lock\.json|docs\/generated\/|packages\/client\/src\/generated\/)/;
/** Works of others that tests read: kept as they came, with their own notice beside them. */
const vendored = /\/vendor\/.*\.json$/;

type Rule = { pattern: RegExp; says: string; where: (path: string) => boolean };

// Patterns are written so that this file does not match itself.
const rules: Rule[] = [
  { pattern: /\bTO[D]O\b|\bFIX[M]E\b/, says: 'an open end in a comment; do it or write an issue', where: () => true },
  {
    pattern: /\b(it|test|describe)(\.each)?\.(on[l]y|ski[p]|tod[o])\b/,
    says: 'a test that is switched off or alone',
    where: (path) => /\.tsx?$/.test(path),
  },
  {
    pattern: /(^|[\s'"`(=:])\/(home|root|Users|work|workspace)\/[\w.-]+/,
    says: 'a path of one machine',
    where: () => true,
  },
  {
    pattern: /\bDate\.no[w]\(|\bMath\.rando[m]\(|\bnew Date\(\)/,
    says: 'time and randomness come in as arguments (ctx.now, ctx.random)',
    where: (path) =>
      /^apps\/server\/src\/.*\.ts$/.test(path) &&
      !/\.test\.ts$|\/testing\.ts$/.test(path) &&
      !['apps/server/src/kit/ctx.ts', 'apps/server/src/simulated/main.ts'].includes(path),
  },
];

/** Every file of ours: how long it is, and what it must not hold. */
export function checkFiles(): string[] {
  return listFiles()
    .filter((path) => !binary.test(path) && !generated.test(path) && !vendored.test(path))
    .flatMap((path) => {
      const lines = readText(path).split('\n');
      const isProse = /(^|\/)(LICENSE|NOTICE)$|^docs\/images\//.test(path);
      const tooLong = !isProse && lines.length - 1 > mostLines;
      return [
        ...(tooLong ? [`${path}: ${lines.length - 1} lines; split it, ${mostLines} is the most`] : []),
        ...rules
          .filter((rule) => rule.where(path))
          .flatMap((rule) =>
            lines.flatMap((line, i) => (rule.pattern.test(line) ? [`${path}:${i + 1}: ${rule.says}`] : [])),
          ),
        ...(path.endsWith('.md') ? lines.flatMap((line, i) => deadLinks(path, line, i + 1)) : []),
      ];
    });
}

/** Links of a page to files that are not there. */
function deadLinks(path: string, line: string, at: number): string[] {
  return [...line.matchAll(/\]\(([^)\s#]+)(#[^)]*)?\)/g)]
    .map((match) => match[1]!)
    .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, posix.dirname(path), to)))
    .map((to) => `${path}:${at}: the link to ${to} leads nowhere`);
}
