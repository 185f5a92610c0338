/**
 * Charging scenarios: text that a support person can read, write and check with a pencil. README.md says what it means.
 */
import { isCurrency, type Micros, type UnitBase } from '@simwright/measure';
import { type Action, parseAction } from './actions.ts';
import {
  type Area,
  type Company,
  type Fleet,
  type Pool,
  parseArea,
  parseCompany,
  parseFleet,
  parsePool,
  parseSim,
  parseWallet,
  readPoolTerm,
  type Sim,
  type Wallet,
} from './definitions.ts';
import { type Expectation, parseExpectation } from './expectations.ts';
import { type Plan, parsePlan, readTerm } from './plans.ts';
import { isZone, parseDate, type Reading, ScenarioError, splitColumns } from './text.ts';

export type { Action, Use } from './actions.ts';
export type { Area, Company, Fleet, Pool, Sim, Wallet } from './definitions.ts';
export { type Expectation, isEffect } from './expectations.ts';
export { type Plan, readTerm } from './plans.ts';
export type { PriceStep, Rate, Service } from './rates.ts';
export type { Micros };
export { readPoolTerm };

export type Step = { line: number; text: string; at: Date; action: Action; expected: Expectation[]; note: string };

export type Scenario = {
  title: string;
  line: number;
  zone: string;
  /** The zone of the carrier's days. */
  carrierZone: string;
  currency: string;
  base: UnitBase;
  lateUsage: 'own_period' | 'current_period';
  /** Ids of covered.txt. */
  covers: string[];
  companies: Company[];
  wallets: Wallet[];
  areas: Area[];
  plans: Plan[];
  fleets: Fleet[];
  pools: Pool[];
  sims: Sim[];
  steps: Step[];
};

const maxLines = 10_000;

/**
 * Reads a file of scenarios. `name` is only for messages.
 *
 * @throws ScenarioError `name:line: what is wrong`, at the first line that is not understood.
 */
export function parseScenarios(text: string, name: string): Scenario[] {
  const lines = text.split('\n');
  if (lines.length > maxLines) throw new ScenarioError(`${name}: more than ${maxLines} lines`);
  const scenarios: Scenario[] = [];
  for (const [index, raw] of lines.entries()) {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    try {
      readLine(scenarios, raw, index + 1);
    } catch (error) {
      if (error instanceof ScenarioError) throw new ScenarioError(`${name}:${index + 1}: ${error.message}`);
      throw error;
    }
  }
  return scenarios;
}

function readLine(scenarios: Scenario[], raw: string, line: number): void {
  const [, body = '', note = ''] = /^(.*?)\s*(?:\(([^()]*)\))?\s*$/.exec(raw) ?? [];
  const [word = '', ...rest] = body.trim().split(/\s+/);
  const argument = rest.join(' ');
  if (word === 'scenario') {
    scenarios.push(emptyScenario(argument, line));
    return;
  }
  const scenario = scenarios.at(-1);
  if (!scenario) throw new ScenarioError('the first line is `scenario <title>`');
  if (/^[0-9]/.test(word)) {
    scenario.steps.push(readStep(scenario, body.trim(), line, note));
    return;
  }
  if (scenario.steps.length > 0) throw new ScenarioError('definitions come before the steps');
  // `zone Europe/Berlin` is where the organization is, `zone EU = DE FR` an area with prices of its own.
  const isSetting = word in settings && !argument.includes('=');
  if (isSetting && scenario.plans.length > 0) throw new ScenarioError('settings come first');
  const read = (isSetting ? settings : definitions)[word];
  if (!read) throw new ScenarioError(`not understood: ${word}`);
  read(scenario, argument, splitColumns(body).slice(1));
}

function emptyScenario(title: string, line: number): Scenario {
  if (title === '') throw new ScenarioError('a scenario has a title');
  return {
    ...{ title, line, zone: 'UTC', carrierZone: 'UTC', currency: 'EUR', base: 1000, lateUsage: 'own_period' },
    ...{ covers: [], companies: [], wallets: [], areas: [], plans: [], fleets: [], pools: [], sims: [], steps: [] },
  };
}

type Read = (scenario: Scenario, argument: string, columns: string[]) => void;

const settings: Record<string, Read> = {
  covers(scenario, _argument, columns) {
    scenario.covers.push(...columns);
  },
  zone(scenario, argument) {
    scenario.zone = zoneOf(argument);
  },
  carrier(scenario, argument) {
    scenario.carrierZone = zoneOf(argument);
  },
  currency(scenario, argument) {
    if (!isCurrency(argument)) throw new ScenarioError(`not a currency: ${argument}`);
    scenario.currency = argument;
  },
  base(scenario, argument) {
    if (argument !== '1000' && argument !== '1024') throw new ScenarioError('base is 1000 or 1024');
    scenario.base = argument === '1000' ? 1000 : 1024;
  },
  late(scenario, argument) {
    if (argument !== 'to own period' && argument !== 'to current period') {
      throw new ScenarioError('late usage goes to own period, or to current period');
    }
    scenario.lateUsage = argument === 'to own period' ? 'own_period' : 'current_period';
  },
};

const definitions: Record<string, Read> = {
  company: (scenario, _, columns) => scenario.companies.push(unique(parseCompany(columns), scenario)),
  wallet: (scenario, _, columns) => scenario.wallets.push(parseWallet(columns, scenario)),
  zone: (scenario, argument) => scenario.areas.push(unique(parseArea(argument), scenario)),
  plan(scenario, _, columns) {
    const plan = unique(parsePlan(columns, scenario), scenario);
    for (const { zone } of plan.rates) {
      if (zone !== null && !scenario.areas.some(({ name }) => name === zone))
        throw new ScenarioError(`no zone ${zone}`);
    }
    scenario.plans.push(plan);
  },
  fleet: (scenario, _, columns) => scenario.fleets.push(unique(parseFleet(columns, scenario), scenario)),
  pool: (scenario, _, columns) => scenario.pools.push(unique(parsePool(columns, scenario), scenario)),
  sim: (scenario, _, columns) => scenario.sims.push(unique(parseSim(columns, scenario), scenario)),
};

function zoneOf(argument: string): string {
  if (!isZone(argument)) throw new ScenarioError(`not a time zone: ${argument}`);
  return argument;
}

function readStep(scenario: Scenario, body: string, line: number, note: string): Step {
  const [left = '', right, ...more] = body.split(/\s*→\s*/);
  if (right === undefined || right === '' || more.length > 0)
    throw new ScenarioError('a step is <action> → <expected>');
  const dated = /^(\d+ \S+ \d+(?: \d\d:\d\d(?::\d\d)?)?)\s{2,}(.+)$/.exec(left);
  if (!dated) throw new ScenarioError('a step begins with its date, as 1 Mar 2026, and two spaces');
  const at = parseDate(dated[1]!, scenario.zone);
  const before = scenario.steps.at(-1);
  if (before && at < before.at) throw new ScenarioError('steps stand in order of time');
  const reading: Reading = scenario;
  const action = parseAction(dated[2]!.replace(/\s+/g, ' '), reading);
  checkNames(scenario, action, at);
  const expected = splitColumns(right).map((column) => expect(scenario, action, column));
  if (expected.some(({ kind }) => kind === 'nothing') && expected.length > 1) {
    throw new ScenarioError('nothing stands alone');
  }
  return { line, text: body, at, action, expected, note };
}

/** An expectation with what it is about: named before a colon, the action's, or the only SIM there is. */
function expect(scenario: Scenario, action: Action, column: string): Expectation {
  const prefixed = /^(\S+): (.+)$/.exec(column);
  const [only, ...others] = scenario.sims;
  const of = prefixed?.[1] ?? subjectOf(action) ?? (others.length === 0 ? only?.name : undefined);
  if (of === undefined) throw new ScenarioError(`which SIM? write \`A: ${column}\``);
  if (!subjects(scenario).includes(of)) throw new ScenarioError(`no SIM, pool or company ${of}`);
  return parseExpectation(prefixed?.[2] ?? column, of, scenario);
}

function subjectOf(action: Action): string | undefined {
  if ('sim' in action) return action.sim;
  if (action.verb === 'create') return action.pool;
  return action.verb === 'credit' || action.verb === 'floor' ? action.company : undefined;
}

function subjects({ sims, pools, companies }: Scenario): string[] {
  return [...sims, ...pools, ...companies].map(({ name }) => name);
}

function checkNames(scenario: Scenario, action: Action, at: Date): void {
  const must = (kind: string, name: string | null, named: { name: string }[]) => {
    if (name !== null && !named.some((one) => one.name === name)) throw new ScenarioError(`no ${kind} ${name}`);
  };
  if ('sim' in action) must('SIM', action.sim, scenario.sims);
  if ('pool' in action) must('pool', action.pool, scenario.pools);
  if ('company' in action) must('company', action.company, scenario.companies);
  if (action.verb === 'change') must('plan', action.plan, scenario.plans);
  if (action.verb === 'edit') {
    const plan = scenario.plans.find(({ name }) => name === action.of);
    const pool = scenario.pools.find(({ name }) => name === action.of);
    if (plan) readTerm({ ...plan, rates: [] }, action.term, scenario);
    else if (pool) readPoolTerm(pool, action.term, scenario);
    else throw new ScenarioError(`no plan or pool ${action.of}`);
  }
  if (action.verb === 'limit') {
    must('SIM, fleet or pool', action.of, [...scenario.sims, ...scenario.fleets, ...scenario.pools]);
  }
  if (action.verb === 'use' && action.madeAt !== null && action.madeAt > at) {
    throw new ScenarioError('a late record was made before its step');
  }
  if (action.verb === 'repeat' && !scenario.steps.some(({ action: earlier }) => isUse(earlier, action.sim))) {
    throw new ScenarioError(`${action.sim} has sent no record yet`);
  }
}

function isUse(action: Action, sim: string): boolean {
  return action.verb === 'use' && action.sim === sim;
}

function unique<Named extends { name: string }>(named: Named, scenario: Scenario): Named {
  const { plans, fleets, sims, pools, companies, areas } = scenario;
  const taken = [...plans, ...fleets, ...sims, ...pools, ...companies, ...areas];
  if (taken.some(({ name }) => name === named.name)) throw new ScenarioError(`${named.name} is defined twice`);
  return named;
}
