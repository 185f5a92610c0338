// Starts everything in this repository on Node 24, whatever Node the host has.
//
//   node start.mjs [--watch] <script.ts> [args…]   a TypeScript script
//   node start.mjs --bin <name> [args…]            a program from node_modules/.bin
//
// Plain JavaScript on purpose: this file is read by the host's Node, which may be 20.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { runMain } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED_MAJOR = 24;
const QUIET = '--disable-warning=ExperimentalWarning';
// V8 lets a heap grow to a part of the machine's memory before it tidies up; told that there is this much, in MB, it keeps
// to a half of the memory at the same speed; a small young generation saves another tenth. An own --max-old-space-size in
// NODE_OPTIONS wins.
const HEAP = ['--max-old-space-size=1024', '--max-semi-space-size=8'];
const USAGE = 'Usage: node start.mjs [--watch] <script.ts> [args…]  or  node start.mjs --bin <name> [args…]';

main(process.argv.slice(2));

function main([first, ...rest]) {
  if (first === '--bin') return runBin(rest);
  if (first === '--watch') return runScript(rest, ['--watch', '--watch-preserve-output']);
  return runScript(first === undefined ? [] : [first, ...rest], []);
}

function runScript([script, ...args], nodeOptions) {
  if (script === undefined) return stop(USAGE);
  const path = resolve(script);
  if (!existsSync(path)) return stop(`There is no script ${script} in ${process.cwd()}.`);
  const node = findNode();
  if (node === undefined) return;
  const heap = hasOwnHeap() ? [] : HEAP;
  if (node === process.execPath && nodeOptions.length + heap.length === 0) return runHere(path, args);
  runChild(node, [QUIET, ...heap, ...nodeOptions, path, ...args]);
}

function hasOwnHeap() {
  return /--max[-_]old[-_]space[-_]size/.test(`${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`);
}

function runBin([name, ...args]) {
  if (name === undefined) return stop(USAGE);
  const link = findUp(join('node_modules', '.bin', name));
  if (link === undefined) return stop(`${name} is not installed here. Run "npm ci" first.`);
  const bin = realpathSync(link);
  if (!isNodeScript(bin)) return runChild(bin, args);
  const node = findNode();
  if (node !== undefined) runChild(node, [QUIET, bin, ...args]);
}

/** The host's own Node when it is new enough, else the one that npm installed. Says why and returns undefined when there is neither. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= WANTED_MAJOR) return process.execPath;
  const bundled = findUp(join('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node'));
  if (bundled !== undefined) return bundled;
  stop(
    `Simwright needs Node.js ${WANTED_MAJOR} or newer and this is ${process.versions.node}: run "npm ci" without --omit=optional (on linux-x64 it brings Node ${WANTED_MAJOR}), or install Node.js ${WANTED_MAJOR}.`,
  );
}

/** The first existing `path` in this file's folder or a folder above it. */
function findUp(path) {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, path);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

function isNodeScript(file) {
  if (/\.[cm]?js$/.test(file)) return true;
  const head = Buffer.alloc(80);
  const fd = openSync(file, 'r');
  const length = readSync(fd, head, 0, head.length, 0);
  closeSync(fd);
  return /^#!.*\bnode\b/.test(head.toString('latin1', 0, length));
}

/** Runs the script in this very process, as if Node had been started with it (`import.meta.main` holds). */
function runHere(path, args) {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...details) => {
    const kind = warning?.name ?? details[0]?.type ?? details[0];
    if (kind !== 'ExperimentalWarning' && details[0] !== 'ExperimentalWarning') emitWarning(warning, ...details);
  };
  process.argv = [process.execPath, path, ...args];
  runMain(path);
}

function runChild(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', (error) => stop(`${command} could not be started: ${error.message}.`));

  // The child must hear of each request to stop exactly once. Ctrl-C reaches the whole
  // foreground group, so the child has it already; npm sends its own copy a moment later.
  let lastSignal = '';
  let lastAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const repeated = signal === lastSignal && performance.now() - lastAt < 1000;
      lastSignal = signal;
      lastAt = performance.now();
      if (!repeated && !(signal === 'SIGINT' && inForeground())) child.kill(signal);
    });
  }

  child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code);
    // Ended by a signal: end the same way, so that a shell or npm sees the same reason.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + constants.signals[signal]), 1000);
  });
}

/** Whether the terminal's Ctrl-C goes to our process group. */
function inForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
