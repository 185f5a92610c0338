import type { SuperSim } from './sdk.ts';

/** A part of the SDK that has methods which call: `sims`, `sims()`, `sims().billingPeriods`. */
export type Part = { name: string; methods: string[] };

type Methods = Record<string, unknown>;

/** Methods of the SDK's objects that ask nobody. */
const silent = new Set(['constructor', 'get', 'toJSON']);

/** Everything of `client.supersim.v1` that calls, as the SDK's own classes have it. */
export function surfaceOf(v1: SuperSim): Part[] {
  return gettersOf(v1).flatMap((name) => partsOf(name, (v1 as unknown as Record<string, unknown>)[name]));
}

/** A list, and what is behind one of its SIDs, where it has any. */
function partsOf(name: string, list: unknown): Part[] {
  const part = { name, methods: callsOf(Object.entries(list as Methods)) };
  if (typeof list !== 'function') return [part];
  const one = list('HS00000000000000000000000000000000');
  const prototype = Object.getPrototypeOf(one);
  const own = Object.getOwnPropertyNames(prototype)
    .filter((key) => !gettersOf(one).includes(key))
    .map((key) => [key, prototype[key]] as [string, unknown]);
  return [
    part,
    { name: `${name}()`, methods: callsOf(own) },
    ...gettersOf(one).flatMap((key) => partsOf(`${name}().${key}`, one[key])),
  ];
}

function callsOf(members: [string, unknown][]): string[] {
  return members.flatMap(([key, value]) =>
    typeof value === 'function' && !key.startsWith('_') && !silent.has(key) ? [key] : [],
  );
}

function gettersOf(instance: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(instance))).flatMap(
    ([name, descriptor]) => (descriptor.get && !name.startsWith('_') ? [name] : []),
  );
}
