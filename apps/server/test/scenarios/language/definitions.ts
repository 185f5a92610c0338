import type { Micros } from '@simwright/measure';
import type { Plan } from './plans.ts';
import { amountOf, bytesOf, isZone, nameOf, type Reading, ScenarioError } from './text.ts';

export type Fleet = { name: string; plan: string; limitBytes: bigint | null };

/** A blank SIM; `plan` is its own or its fleet's. `company` null: of the organization itself. */
export type Sim = {
  name: string;
  plan: string;
  fleet: string | null;
  company: string | null;
  limitBytes: bigint | null;
};

/** A business customer; `zone` null: the organization's. */
export type Company = { name: string; zone: string | null };

/** Of a company: what is in it, and how low fees and refills may take it. */
export type Wallet = { company: string; micros: Micros; floorMicros: Micros };

/** Countries and networks with prices of their own. */
export type Area = { name: string; countries: string[]; networks: string[] };

export type Pool = {
  name: string;
  type: 'static' | 'dynamic';
  company: string | null;
  allowanceBytes: bigint;
  feeMicros: Micros;
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  limitBytes: bigint | null;
};

type Known = Reading & { plans: Plan[]; fleets: Fleet[]; companies: Company[] };

export function parseFleet([name = '', on = '', ...columns]: string[], known: Known): Fleet {
  const limit = { limitBytes: null as bigint | null };
  for (const column of columns) limit.limitBytes = limitOf(column, known);
  return { name: nameOf(name), plan: planOf(on, known.plans), ...limit };
}

export function parseSim([name = '', home = '', ...columns]: string[], known: Known): Sim {
  const sim: Sim = { name: nameOf(name), plan: '', fleet: null, company: null, limitBytes: null };
  for (const column of columns) {
    if (column.startsWith('of ')) sim.company = companyOf(column, known.companies);
    else sim.limitBytes = limitOf(column, known);
  }
  const inFleet = /^in (\S+)$/.exec(home)?.[1];
  if (inFleet === undefined) return { ...sim, plan: planOf(home, known.plans) };
  const fleet = known.fleets.find((fleet) => fleet.name === inFleet);
  if (!fleet) throw new ScenarioError(`no fleet ${inFleet}`);
  return { ...sim, plan: fleet.plan, fleet: fleet.name };
}

export function parseCompany([name = '', ...columns]: string[]): Company {
  const company: Company = { name: nameOf(name), zone: null };
  for (const column of columns) {
    const zone = /^zone (\S+)$/.exec(column)?.[1];
    if (zone === undefined || !isZone(zone)) throw new ScenarioError(`not understood: ${column}`);
    company.zone = zone;
  }
  return company;
}

export function parseWallet([of = '', amount = '', ...columns]: string[], known: Known): Wallet {
  const wallet = { company: companyOf(`of ${of}`, known.companies), micros: amountOf(amount, known), floorMicros: 0n };
  for (const column of columns) {
    const floor = /^floor (\S+)$/.exec(column)?.[1];
    if (floor === undefined) throw new ScenarioError(`not understood: ${column}`);
    wallet.floorMicros = amountOf(floor, known);
  }
  return wallet;
}

/** `EU = DE FR 26201`: countries in letters, networks in digits. */
export function parseArea(text: string): Area {
  const [, name = '', rest = ''] = /^(\S+) = (.+)$/.exec(text) ?? [];
  const members = rest.split(' ');
  const networks = members.filter((member) => /^\d{5,6}$/.test(member));
  const countries = members.filter((member) => /^[A-Z]{2}$/.test(member));
  if (networks.length + countries.length !== members.length) throw new ScenarioError(`not a zone: ${text}`);
  return { name: nameOf(name), countries, networks };
}

export function parsePool([name = '', type = '', ...columns]: string[], known: Known): Pool {
  if (type !== 'static' && type !== 'dynamic') throw new ScenarioError('a pool is static or dynamic');
  const pool: Pool = {
    ...{ name: nameOf(name), type, company: null, allowanceBytes: 0n, feeMicros: 0n },
    ...{ overageSizeBytes: null, overagePriceMicros: null, limitBytes: null },
  };
  for (const column of columns) {
    if (column.startsWith('of ')) pool.company = companyOf(column, known.companies);
    else Object.assign(pool, readPoolTerm(pool, column, known));
  }
  return pool;
}

export function readPoolTerm(pool: Pool, column: string, reading: Reading): Partial<Pool> {
  const fee = /^fee (\S+)$/.exec(column)?.[1];
  const overage = /^overage (.+) for (\S+)$/.exec(column);
  if (column.startsWith('limit ')) return { limitBytes: limitOf(column, reading) };
  if (overage) {
    return { overageSizeBytes: bytesOf(overage[1]!, reading), overagePriceMicros: amountOf(overage[2]!, reading) };
  }
  if (pool.type === 'dynamic') throw new ScenarioError(`the members of a dynamic pool bring this: ${column}`);
  return fee === undefined ? { allowanceBytes: bytesOf(column, reading) } : { feeMicros: amountOf(fee, reading) };
}

function planOf(column: string, plans: Plan[]): string {
  const name = /^on (\S+)$/.exec(column)?.[1];
  if (!plans.some((plan) => plan.name === name)) throw new ScenarioError(`no plan: ${column}`);
  return name!;
}

function companyOf(column: string, companies: Company[]): string {
  const name = /^of (\S+)$/.exec(column)?.[1];
  if (!companies.some((company) => company.name === name)) throw new ScenarioError(`no company: ${column}`);
  return name!;
}

function limitOf(column: string, reading: Reading): bigint {
  const limit = /^limit (.+)$/.exec(column)?.[1];
  if (limit === undefined) throw new ScenarioError(`not understood: ${column}`);
  return bytesOf(limit, reading);
}
