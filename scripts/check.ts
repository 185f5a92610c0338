import { checkDoors } from './checks/doors.ts';
import { checkFiles } from './checks/files.ts';
import { checkStyle, checkTypes } from './checks/programs.ts';
import { checkRoutes } from './checks/routes.ts';
import { staleDocs } from './docs/write.ts';

/** `npm run check`: everything a machine can judge, so that people need not. One line per finding; 1 if there is any. */
const checks: [string, () => string[] | Promise<string[]>][] = [
  ['style', checkStyle],
  ['types', checkTypes],
  ['doors', checkDoors],
  ['routes', checkRoutes],
  ['files', checkFiles],
  ['generated documents', staleDocs],
];

const results = await Promise.all(
  checks.map(async ([name, check]) => {
    try {
      return { name, problems: await check() };
    } catch (error) {
      return { name, problems: [`${name}: ${(error as Error).message}`] };
    }
  }),
);

for (const { name, problems } of results) {
  console.log(
    `${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name}${problems.length > 0 ? `: ${problems.length}` : ''}`,
  );
  for (const problem of problems) console.log(`      ${problem}`);
}
// Not exit(): pools of the declared routes may be open, and nothing below has more to say.
process.exit(results.some(({ problems }) => problems.length > 0) ? 1 : 0);
