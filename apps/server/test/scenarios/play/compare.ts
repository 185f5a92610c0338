import { type Expectation, isEffect, type Step } from '../language/index.ts';
import type { Seen } from './seen.ts';

/** What differs between the line and the product, a sentence each. */
export function compare(step: Step, before: Map<string, Seen>, after: Map<string, Seen>, refused: boolean): string[] {
  const happened = [...after].flatMap(([of, seen]) => effects(of, before.get(of)!, seen));
  if (refused && 'sim' in step.action) happened.push(`${step.action.sim}: refused `);
  const named = step.expected.filter(isEffect).filter((each) => !('micros' in each && each.micros === 0n));
  const expected = named.map((each) => {
    const text = tell(each);
    // A file may leave the reason of unrated usage open.
    return text.endsWith('unrated ') ? (happened.find((effect) => effect.startsWith(text)) ?? text) : text;
  });
  const problems: string[] = [];
  if (expected.sort().join(', ') !== happened.sort().join(', ')) {
    problems.push(`expected [${expected.join(', ')}], got [${happened.join(', ')}]`);
  }
  for (const each of step.expected.filter((expectation) => !isEffect(expectation))) {
    const [want, found] = [tell(each), `${each.of}: ${observe(each, after.get(each.of)!, before.get(each.of)!)}`];
    if (want !== found) problems.push(`expected ${want}, got ${found}`);
  }
  return problems;
}

/** What happened between two looks. */
function effects(of: string, before: Seen, after: Seen): string[] {
  const fees = [...after.fees].filter(([id]) => !before.fees.has(id)).map(([, fee]) => `${fee.kind} ${fee.micros}`);
  const sums = (['charge', 'adjustment'] as const).flatMap((kind) => {
    const field = kind === 'charge' ? 'charged' : 'adjusted';
    const micros = after[field] - before[field];
    return micros === 0n ? [] : [`${kind} ${micros}`];
  });
  const opened = [...after.blocks].filter(([id]) => !before.blocks.has(id)).map(([, { reason }]) => `block ${reason}`);
  const lifted = [...after.blocks]
    .filter(([id, block]) => block.lifted && !before.blocks.get(id)?.lifted)
    .map(([, { reason }]) => `lift ${reason}`);
  const unrated = [...after.unrated].filter(([id]) => !before.unrated.has(id)).map(([, reason]) => `unrated ${reason}`);
  const counted = (['unknownNetwork', 'fairUse'] as const).flatMap((field) => {
    const text = field === 'fairUse' ? 'fair_use ' : 'unknown_network ';
    return Array<string>(after[field] - before[field]).fill(text);
  });
  return [...fees, ...sums, ...opened, ...lifted, ...unrated, ...counted].map((effect) => `${of}: ${effect}`);
}

/** The state that an expectation asks for, as the product has it. */
function observe(asked: Expectation, seen: Seen, before: Seen): string {
  const { period } = seen;
  switch (asked.kind) {
    case 'status':
      return `status ${seen.status}`;
    case 'wallet':
      return `wallet ${seen.wallet}`;
    case 'due':
      return `due ${seen.due}`;
    case 'used':
      return `used ${period?.usedBytes ?? 0n}`;
    case 'left':
      return `left ${period?.leftBytes ?? 0n}`;
    case 'period':
      return period
        ? `period ${period.kind} ${period.startsAt.toISOString()} ${period.endsAt?.toISOString() ?? 'null'}`
        : 'no_period ';
    case 'nothing':
      return seen.records === before.records ? 'nothing ' : `${seen.records - before.records} usage records`;
    default:
      return period?.open ? 'an open period' : 'no_period ';
  }
}

function tell({ of, kind, ...rest }: Expectation): string {
  const values = Object.values(rest).map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  return `${of}: ${kind} ${values.join(' ')}`;
}
