/**
 * Charging scenarios: text that a support person can read, write and check with a pencil.
 *
 *   scenario  Overage in started blocks
 *   plan  EU-1GB  Monthly bundle  fee 5.00  1 GB  overage 100 MB for 0.40
 *   sim   A  on EU-1GB
 *    1 Mar 2026  assign A        → fee 5.00     left 1 GB
 *    2 Mar 2026  use A 1.25 GB   → charge 1.20  left 0      (250 MB over: 3 started blocks)
 *    2 Mar 2026  repeat A        → nothing
 *    1 Apr 2026  rolls           → fee 5.00     left 1 GB
 *
 * Columns are divided by two or more spaces. A line that begins with # is a comment; what stands in parentheses at
 * the end of a line is a note. A file holds scenarios one after the other; nothing carries over from one to the next.
 *
 * SETTINGS, before the definitions; left out, they are these:
 *   zone UTC        the organization's zone. Every date of the scenario is read in it.
 *   currency EUR    of every amount
 *   base 1000       or 1024: what a KB is, here and in the organization
 *
 * DEFINITIONS
 *   plan  NAME  Super SIM       fee 2.00  0.10 per MB  [ready until 250 KB]  [ready for 3 months]
 *   plan  NAME  Monthly bundle  fee 5.00  1 GB  [overage 100 MB for 0.40]  [activation 1.00]  [prorated]
 *                               [starts at first usage]  (else: starts at assignment)
 *     Price in steps: `0.10 per MB to 1 GB`, a further column for each step, the last without `to`.
 *     Every plan may have `limit 1 GB`; a price per MB may have `increment 100 KB`.
 *   fleet NAME  on PLAN  [limit 1 GB]
 *   sim   NAME  on PLAN | in FLEET  [limit 500 MB]      blank: it has no period and no status but Blank
 *
 * STEPS   <day> <month> <year> [HH:MM[:SS]]  <action>  → <what is expected>
 *   The clock of the organization moves to that time, work that is due is done, then the action. What both do is
 *   expected on this line. A date without a time is noon, everywhere. Steps stand in order of time.
 *
 *   assign A              its plan is given to the blank line
 *   ready A · activate A  the lifecycle is set (Super SIM: the status of the Sim)
 *   suspend A · resume A  commercial pause and return
 *   archive A             the end
 *   use A 600 MB          one usage record, made and received now; 0 is a record of zero bytes
 *   late A 10 MB at 3 Mar 2026 09:00     received now, but made then
 *   repeat A              the last record of A is received again, unchanged
 *   limit A 500 MB        the data limit of a SIM or a fleet is set; `none` takes it away
 *   zone Asia/Tokyo       the organization's zone changes (the scenario's dates stay in the first one)
 *   rolls                 only the clock moves
 *
 * EXPECTATIONS are about the SIM of the action; where it names none, about the only SIM, else write `A: fee 2.00`.
 *   fee 2.00 · activation 1.00 · charge 0.03 · block data_limit · lift data_limit · unrated no_period · refused
 *     are effects: each that happens is named, in any order, and none that is not named happens.
 *     Only an amount of 0 may be left out.
 *     `unrated` alone leaves the reason open.
 *   nothing               no effect, and no usage record is kept
 *   left 400 MB           of the period's allowance
 *   used 650 MB           in the current period
 *   status Active         the word that is shown
 *   period active 1 Mar 2026 to 1 Apr 2026 00:00      the current or most recent period
 *   no period             there has never been one, or none is open
 *     are looked at after the step.
 */
import { isCurrency, type Micros, type UnitBase } from '@simwright/measure';
import { type Fleet, type Plan, parseFleet, parsePlan, parseSim, type Sim } from './definitions.ts';
import { type Action, type Expectation, parseAction, parseExpectation } from './steps.ts';
import { isZone, parseDate, type Reading, ScenarioError, splitColumns } from './text.ts';

export type { Fleet, Plan, Sim } from './definitions.ts';
export type { Action, Expectation } from './steps.ts';
export type { Micros };

export type Step = { line: number; text: string; at: Date; action: Action; expected: Expectation[]; note: string };

export type Scenario = {
  title: string;
  line: number;
  zone: string;
  currency: string;
  base: UnitBase;
  plans: Plan[];
  fleets: Fleet[];
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
  readDefinition(scenario, word, argument, splitColumns(body).slice(1));
}

function emptyScenario(title: string, line: number): Scenario {
  if (title === '') throw new ScenarioError('a scenario has a title');
  return { title, line, zone: 'UTC', currency: 'EUR', base: 1000, plans: [], fleets: [], sims: [], steps: [] };
}

function readDefinition(scenario: Scenario, word: string, argument: string, columns: string[]): void {
  const settings = ['zone', 'currency', 'base'];
  if (settings.includes(word) && scenario.plans.length > 0) throw new ScenarioError('settings come first');
  switch (word) {
    case 'zone':
      if (!isZone(argument)) throw new ScenarioError(`not a time zone: ${argument}`);
      scenario.zone = argument;
      return;
    case 'currency':
      if (!isCurrency(argument)) throw new ScenarioError(`not a currency: ${argument}`);
      scenario.currency = argument;
      return;
    case 'base':
      if (argument !== '1000' && argument !== '1024') throw new ScenarioError('base is 1000 or 1024');
      scenario.base = argument === '1000' ? 1000 : 1024;
      return;
    case 'plan':
      scenario.plans.push(unique(parsePlan(columns, scenario), scenario));
      return;
    case 'fleet':
      scenario.fleets.push(unique(parseFleet(columns, scenario), scenario));
      return;
    case 'sim':
      scenario.sims.push(unique(parseSim(columns, scenario), scenario));
      return;
    default:
      throw new ScenarioError(`not understood: ${word}`);
  }
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

/** An expectation with the SIM it is about: named before a colon, the action's, or the only one there is. */
function expect(scenario: Scenario, action: Action, column: string): Expectation {
  const prefixed = /^(\S+): (.+)$/.exec(column);
  const [only, ...others] = scenario.sims;
  const own = 'sim' in action ? action.sim : others.length === 0 ? only?.name : undefined;
  const sim = prefixed?.[1] ?? own;
  if (sim === undefined) throw new ScenarioError(`which SIM? write \`A: ${column}\``);
  if (!scenario.sims.some(({ name }) => name === sim)) throw new ScenarioError(`no SIM ${sim}`);
  return parseExpectation(prefixed?.[2] ?? column, sim, scenario);
}

function checkNames(scenario: Scenario, action: Action, at: Date): void {
  if ('sim' in action && !scenario.sims.some(({ name }) => name === action.sim)) {
    throw new ScenarioError(`no SIM ${action.sim}`);
  }
  if (action.verb === 'limit' && ![...scenario.sims, ...scenario.fleets].some(({ name }) => name === action.of)) {
    throw new ScenarioError(`no SIM or fleet ${action.of}`);
  }
  if (action.verb === 'late' && action.madeAt > at) throw new ScenarioError('a late record was made before its step');
  if (action.verb === 'repeat' && !scenario.steps.some(({ action: earlier }) => isRecord(earlier, action.sim))) {
    throw new ScenarioError(`${action.sim} has sent no record yet`);
  }
}

function isRecord(action: Action, sim: string): boolean {
  return (action.verb === 'use' || action.verb === 'late') && action.sim === sim;
}

function unique<Named extends { name: string }>(named: Named, scenario: Scenario): Named {
  const taken = [...scenario.plans, ...scenario.fleets, ...scenario.sims];
  if (taken.some(({ name }) => name === named.name)) throw new ScenarioError(`${named.name} is defined twice`);
  return named;
}
