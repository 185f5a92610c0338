import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials } from './authorization.ts';
import { openSource } from './client.ts';

/** An API on a socket that answers as each test needs it. */
type Answer = { status?: number; body?: unknown; headers?: Record<string, string>; text?: string };

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function api(answer: (path: string, request: IncomingMessage) => Answer | 'hang up') {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization });
    const said = answer(request.url!, request);
    if (said === 'hang up') return void response.destroy();
    response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
    response.end(said.text ?? JSON.stringify(said.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, asked };
}

const basic: Credentials = { kind: 'basic', user: 'AC1', password: 'secret-token' };
const source = (url: string, credentials: Credentials = basic) => openSource({ url, credentials, firstWaitMs: 1 });

async function all(pages: AsyncGenerator<unknown[]>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

describe('a list', () => {
  it('is read page by page, with its filters, under the base that was given', async () => {
    // The vendor names its own host in the next page; ours is told nothing of it.
    const { url, asked } = await api((path) =>
      path.includes('Page=1')
        ? { body: { sims: [3], meta: { next_page_url: null } } }
        : {
            body: {
              sims: [1, 2],
              meta: { next_page_url: 'https://elsewhere.example/v1/Sims?Fleet=HF1&PageSize=1000&Page=1' },
            },
          },
    );
    expect(await all(source(`${url}/v1/`).pages('/Sims', 'sims', { Fleet: 'HF1' }))).toEqual([1, 2, 3]);
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/Sims?PageSize=1000&Fleet=HF1',
      '/v1/Sims?Fleet=HF1&PageSize=1000&Page=1',
    ]);
    expect(asked[1]!.authorization).toBe(`Basic ${Buffer.from('AC1:secret-token').toString('base64')}`);
  });

  it('that goes round in circles, or is none, ends with a sentence', async () => {
    const circle = await api((path) => ({ body: { sims: [1], meta: { next_page_url: `http://x${path}` } } }));
    await expect(all(source(circle.url).pages('/Sims', 'sims'))).rejects.toThrow('has no end');
    const none = await api(() => ({ body: { error: 'x' } }));
    await expect(all(source(none.url).pages('/Sims', 'sims'))).rejects.toThrow('no list of sims');
    const words = await api(() => ({ text: '<html>' }));
    await expect(all(source(words.url).pages('/Sims', 'sims'))).rejects.toThrow('not JSON');
  });
});

describe('a request', () => {
  it('is tried again when the source is busy, fails or hangs up', async () => {
    const said: (Answer | 'hang up')[] = [{ status: 429 }, { status: 503 }, 'hang up', { body: { ok: true } }];
    const { url, asked } = await api(() => said.shift()!);
    expect(await source(url).get('/Sims')).toEqual({ ok: true });
    expect(asked).toHaveLength(4);
  });

  it('waits as long as it is told to, and so do all the others', async () => {
    let slow = true;
    const times: number[] = [];
    const { url } = await api(() => {
      times.push(performance.now());
      if (!slow) return { body: {} };
      slow = false;
      return { status: 429, headers: { 'retry-after': '1' } };
    });
    const { get } = source(url);
    const first = get('/Sims');
    await expect.poll(() => times.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, get('/Fleets')]);
    expect(times[1]! - times[0]!).toBeGreaterThan(900);
    expect(times[2]! - times[0]!).toBeGreaterThan(900);
  });

  it('is given up after nine times', async () => {
    const { url, asked } = await api(() => ({ status: 500 }));
    await expect(source(url).get('/Sims')).rejects.toThrow('it answers HTTP 500. Run the same command again later.');
    expect(asked).toHaveLength(9);
  });

  it('with wrong credentials ends at once, and does not say them', async () => {
    const { url, asked } = await api(() => ({ status: 401, body: { code: 20003, message: 'Authenticate' } }));
    const failure = await source(url)
      .get('/Sims')
      .catch((error: Error) => error);
    expect(String(failure)).toContain('does not take these credentials: HTTP 401 ("Authenticate", 20003)');
    expect(String(failure)).not.toContain('secret-token');
    expect(asked).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    const other = await api(() => ({ body: {} }));
    const { url } = await api(() => ({ status: 302, headers: { location: other.url } }));
    await expect(source(url).get('/Sims')).rejects.toThrow('cannot be read');
    expect(other.asked).toEqual([]);
  });

  it('is refused an address that is none, or holds a secret', () => {
    for (const url of ['supersim.example.com', 'ftp://example.com', 'https://me:secret@example.com']) {
      expect(() => source(url)).toThrow('like https://supersim.example.com');
    }
  });
});

it('a client of the token endpoint gets one token, and another when it is refused', async () => {
  let tokens = 0;
  const { url, asked } = await api((path, request) => {
    if (path === '/v2/token') return { body: { access_token: `token-${++tokens}`, expires_in: 3600 } };
    return request.headers.authorization === 'Bearer token-1' && tokens === 1 && asked.length > 3
      ? { status: 401 }
      : { body: { ok: true } };
  });
  const client = source(url, { kind: 'client', clientId: 'id', clientSecret: 'secret', tokenUrl: `${url}/v2/token` });
  for (let n = 0; n < 3; n++) expect(await client.get('/Sims')).toEqual({ ok: true });
  expect(asked.map(({ authorization }) => authorization ?? 'token')).toEqual([
    'token',
    'Bearer token-1',
    'Bearer token-1',
    'Bearer token-1',
    'token',
    'Bearer token-2',
  ]);
});
