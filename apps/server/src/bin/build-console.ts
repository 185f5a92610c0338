import { buildConsole } from '../../../console/build.ts';

/** Builds the console into the folder that is given; started by the product when its sources are new. */
const [, , outDir] = process.argv;
if (!outDir) throw new Error('a folder to build into is needed');
await buildConsole(outDir);
