import { expect } from 'vitest';
import type { Part } from './surface.ts';

// biome-ignore lint/suspicious/noExplicitAny: every method of every class of the SDK comes through here.
type Any = any;

/** What a part of the SDK is driven with. */
export type Play = {
  /** The list, or the one thing, that has the methods. */
  at: Any;
  /** What a list is asked for; at least one item must come of it, unless `empty`. */
  list?: object;
  empty?: boolean;
  /** Makes the parameters of a new thing: called anew for every one. */
  create?: () => Promise<object>;
  update?: () => Promise<object>;
  /** What to take away: called anew for every one. */
  remove?: () => Promise<Any>;
};

/** How each method of the SDK is called, and what it must give. A method that is not here fails the test. */
const drivers: Record<string, (play: Play, method: string, base: string) => Promise<unknown>> = {
  create: async (play, method) => made(await play.at[method](await play.create!())),
  fetch: async (play, method) => made(await play.at[method]()),
  update: async (play, method) => made(await play.at[method](await play.update!())),
  remove: async (play, method) =>
    expect((await play.remove!())[method]()).resolves.toSatisfy((v) => bodyOf(v) === true),
  list: async (play, method) => items(play, bodyOf(await play.at[method]({ ...play.list, pageSize: 1, limit: 3 }))),
  page: async (play, method) => pages(play, bodyOf(await play.at[method]({ ...play.list, pageSize: 1 }))),
  getPage: async (play, method, base) => pages(play, bodyOf(await play.at[method](urlOf(play, base)))),
  each: async (play, method) => {
    const found: unknown[] = [];
    await new Promise<void>((resolve, reject) =>
      play.at[method]({
        ...{ ...play.list, pageSize: 1, limit: 3 },
        callback: (item: unknown) => found.push(item),
        done: (error?: Error) => (error ? reject(error) : resolve()),
      }),
    );
    items(play, found);
  },
};

/** Calls every method of a part. Returns those it does not know. */
export async function drive(part: Part, plays: Record<string, Play>, base: string): Promise<string[]> {
  const unknown: string[] = [];
  const play = plays[part.name]!;
  for (const method of part.methods) {
    const driver = drivers[method.replace(/WithHttpInfo$/, '')];
    if (!driver) unknown.push(`${part.name}.${method}`);
    const result = await driver?.(play, method, base);
    if (method === 'fetch') unknown.push(...(await driveInstance(part, plays, result)));
  }
  return unknown;
}

/** What the SDK's instances offer beside their fields: the same calls, and the lists that belong to one. */
async function driveInstance(part: Part, plays: Record<string, Play>, instance: Any): Promise<string[]> {
  const unknown: string[] = [];
  const play = plays[part.name]!;
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(instance)))) {
    if (['constructor', 'toJSON'].includes(name) || typeof descriptor.value !== 'function') continue;
    const method = name.replace(/WithHttpInfo$/, '');
    if (method === 'remove')
      await drivers.remove!({ ...play, remove: async () => (await play.remove!()).fetch() }, name, '');
    else if (method === 'fetch') expect(made(await instance[name]()).sid).toBe(instance.sid);
    else if (method === 'update') made(await instance[name](await play.update!()));
    else if (typeof instance[name]().list !== 'function') unknown.push(`${part.name} instance.${name}`);
    else if (plays[`${part.name}.${name}`]) await instance[name]().list();
  }
  return unknown;
}

const bodyOf = (value: Any) => (value && typeof value === 'object' && 'statusCode' in value ? value.body : value);

function made(value: Any): Any {
  const instance = bodyOf(value);
  expect(instance.sid).toMatch(/^[A-Z]{2}[0-9a-f]{32}$/);
  expect(instance.url).toContain(instance.sid);
  return instance;
}

function items(play: Play, found: unknown[]): void {
  expect(Array.isArray(found)).toBe(true);
  expect(found.length > 0 || play.empty === true).toBe(true);
}

/** One page, and where there are more, the next and back again. */
async function pages(play: Play, page: Any): Promise<void> {
  items(play, page.instances);
  const next = await page.nextPage();
  if (!next) return;
  expect(next.instances).toHaveLength(1);
  expect(nameOf(next.instances[0])).not.toEqual(nameOf(page.instances[0]));
  const back = await next.previousPage();
  expect(back.instances.map(nameOf)).toEqual(page.instances.map(nameOf));
}

/** What tells one item from another: its status may change meanwhile. */
const nameOf = (item: Any) => item.sid ?? JSON.stringify(item);

function urlOf(play: Play, base: string): string {
  const query = Object.entries(play.list ?? {}).map(
    ([name, value]) => `${name[0]!.toUpperCase()}${name.slice(1)}=${value}`,
  );
  return `${base}/v1${play.at._uri}?${[...query, 'PageSize=1'].join('&')}`;
}
