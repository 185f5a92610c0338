import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks for a secret without showing it; null where nobody can answer. */
export async function askSecret(name: string): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  process.stderr.write(`${name}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await asking.question('')).trim();
  } finally {
    asking.close();
    process.stderr.write('\n');
  }
}

/** A question that only `yes` answers; false where nobody can. */
export async function askYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
  } finally {
    asking.close();
  }
}
