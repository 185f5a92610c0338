#!/usr/bin/env node
// `npx simwright …`: the command line of this repository, on Node 24 whatever Node the host has (see start.mjs).
import { fileURLToPath } from 'node:url';

process.argv.splice(2, 0, fileURLToPath(new URL('src/bin/simwright.ts', import.meta.url)));
await import('../../start.mjs');
