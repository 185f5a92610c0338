import { expect } from 'vitest';
import type { Json } from './paying.ts';
import type { World } from './world.ts';

/** Requests to the native API, their paths after `/api/v1/`. `of` gives the world, which opens after the file is read. */
export function asking(of: () => World) {
  const api = (method: string, path: string, body?: unknown) => of().api<Json>(method, `/api/v1/${path}`, body);
  return {
    api,
    /** The answer to a request that must be done. */
    async done<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await api(method, path, body);
      expect([path, answer.status < 300 ? 'done' : answer.body]).toEqual([path, 'done']);
      return answer.body as T;
    },
    /** The code with which a request is refused. */
    code: async (method: string, path: string, body?: unknown): Promise<string | undefined> =>
      (await api(method, path, body)).body?.error?.code,
    until: ((what, look) => of().until(what, look)) as World['until'],
  };
}
