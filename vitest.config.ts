import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = ['/test/crash/', '/test/scenarios/', '/test/', ''];

/** Files that take minutes begin first, so that the run does not end with one of them alone on a core. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => longest.findIndex((part) => moduleId.includes(part));
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['apps/server/test/postgres.setup.ts'],
    pool: 'forks',
    // Two: a test of timers or packets should not fail because its neighbours are busy.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Bounds against a hang, not measures: what is waited for may take a minute on a machine that does ten other things.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 20_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
