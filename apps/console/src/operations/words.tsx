import type { Operation, OperationState } from '../api/operations.ts';
import { share } from '../format/bytes.ts';
import { sentence, type Tone } from '../format/words.ts';
import { Badge } from '../ui/status.tsx';

const states: Record<OperationState, { tone: Tone; word: string; meaning: string }> = {
  checking: { tone: 'blue', word: 'Checking', meaning: 'Every row is looked at; nothing is changed yet.' },
  checked: { tone: 'amber', word: 'Waits for you', meaning: 'Checked. Look at the result and start it.' },
  running: { tone: 'blue', word: 'Running', meaning: 'The good rows are being done.' },
  done: { tone: 'green', word: 'Done', meaning: 'Every row has its result.' },
  cancelled: { tone: 'grey', word: 'Cancelled', meaning: 'Stopped by somebody. What was done stays done.' },
  failed: { tone: 'red', word: 'Failed', meaning: 'It could not go on.' },
};

export const stateOptions = Object.entries(states).map(([value, { word }]) => ({ value, label: word }));

export function State({ state }: { state: OperationState }) {
  const { tone, word, meaning } = states[state];
  return (
    <Badge tone={tone} title={meaning}>
      {word}
    </Badge>
  );
}

/** What an operation does, in the words of its kind. */
type Deed = {
  name: string;
  /** What a row becomes: one of them. */
  thing: string;
  /** `can be loaded`, `loaded` */
  done: string;
  /** `Load`, what starting it does. */
  start: string;
  /** `Loading` */
  doing: string;
  /** Where what is done is seen. */
  result: string;
};
const deeds: Record<string, Deed> = {
  sim_import: {
    ...{ name: 'Import of SIMs', thing: 'SIM', done: 'loaded', start: 'Load', doing: 'Loading' },
    result: 'are in stock',
  },
  plan_assignment: {
    ...{ name: 'Plan for many SIMs', thing: 'SIM', done: 'changed', start: 'Change', doing: 'Changing' },
    result: 'are changed',
  },
  usage_restatement: {
    ...{ name: 'Daily totals of a carrier', thing: 'day', done: 'taken in', start: 'Take in', doing: 'Taking in' },
    result: 'are handed to charging',
  },
  bill_run: {
    ...{ name: 'Bill run', thing: 'account', done: 'billed', start: 'Bill', doing: 'Billing' },
    result: 'are looked at, and have a pre-bill where there was something to bill',
  },
  pre_bill_settlement: {
    ...{ name: 'Many pre-bills', thing: 'pre-bill', done: 'settled', start: 'Settle', doing: 'Settling' },
    result: 'are settled',
  },
  account_takeover: {
    ...{ name: 'Account moving in', thing: 'row', done: 'taken over', start: 'Take over', doing: 'Taking over' },
    result: 'are here',
  },
};
/** Whose rows say what they do, in words of their kind. */
export const hasEffects = ({ kind }: Pick<Operation, 'kind'>) =>
  kind === 'plan_assignment' || kind === 'account_takeover' || kind === 'bill_run' || kind === 'pre_bill_settlement';

export const deedOf = (kind: string): Deed =>
  deeds[kind] ?? {
    name: sentence(kind),
    thing: 'row',
    done: 'done',
    start: 'Do',
    doing: 'At work',
    result: 'are done',
  };
export const kindOptions = Object.entries(deeds).map(([value, { name }]) => ({ value, label: name }));
export const kindWords = (kind: string) => deedOf(kind).name;

/** Still at work by itself: worth asking again. */
export const isMoving = ({ state }: Pick<Operation, 'state'>) => state === 'checking' || state === 'running';

/** How far it is, 0 to 1. */
export function progressOf({ state, progress, found }: Operation): number {
  if (state === 'checking') {
    return found.matching === undefined
      ? share(progress.bytesRead, progress.bytes)
      : share(progress.rows, String(found.matching));
  }
  const settled = (BigInt(progress.done) + BigInt(progress.failed)).toString();
  return share(settled, progress.rows);
}

const whole = new Intl.NumberFormat();
/** A count that may pass what a number holds. */
export const tally = (count: string) => whole.format(BigInt(count));
export const nounOf = (count: string, one: string) => `${tally(count)} ${count === '1' ? one : `${one}s`}`;

const reasons: Record<string, string> = {
  'iccid.invalid': 'Not an ICCID',
  'iccid.taken': 'The SIM is in stock already',
  'imsi.invalid': 'Not an IMSI',
  'imsi.taken': 'Another SIM has the IMSI',
  'msisdn.invalid': 'Not an international number (MSISDN)',
  'eid.invalid': 'Not an EID',
  'form.invalid': 'The form is neither physical nor esim',
  'sim.repeated': 'The SIM is there twice',
  'sim.not_found': 'No SIM in stock has this name',
  'sim.status_not_allowed': 'The SIM is archived',
  'plan.not_for_company': 'The plan is for other companies',
  'plan.wrong_telecom': 'The plan is for SIMs of another telecom',
  'plan.wrong_currency': 'The account pays in another currency',
  'pool.other_company': 'The pool belongs to another account',
  'wallet.missing': 'The account has no wallet',
  'period.moved': 'Its billing period changed at that moment',
  'pre_bill.changed': 'Its sum has changed since it was seen',
  'pre_bill.approved': 'Somebody has approved it already',
  'pre_bill.rejected': 'Somebody has rejected it already',
  'pre_bill.nothing_left': 'What was on it is on other bills by now',
  'pre_bill.not_found': 'There is no such pre-bill',
  'row.invalid': 'The row does not fit the header',
  'row.malformed': 'The row does not fit the header',
  'activation_code.invalid': 'The activation code cannot be read, or asks for a confirmation code',
  'registration_code.invalid': 'The registration code cannot be used',
  'usage_restatement.day_not_over': 'The day is not over yet in that zone',
  'usage_restatement.day_too_old': 'The day is billed nowhere any more',
  'usage_restatement.unknown_line': 'No SIM in stock has this name',
  'usage_restatement.twice': 'The day of the SIM is there twice',
  'usage_restatement.mixed': 'A quantity of another service',
  'usage_restatement.invalid': 'A cell cannot be read',
  'usage_restatement.telecom': 'An IMSI, and no telecom was chosen',
  'sim.imsi_missing': 'Not in stock, and no file names its IMSI',
  'sim.other_account': 'The SIM is in another account',
  'sim.archived': 'The SIM is archived',
  'sim.scheduled': 'Its status is being changed there',
  'unique_name.taken': 'The name is taken here',
  'fleet.missing': 'Its fleet did not come, or it has none',
  'profile.missing': 'Its network access profile did not come',
  'profile.no_network': 'None of its networks has a code',
  'period.not_running': 'Its billing period has ended there',
  'period.missing': 'It has no billing period there',
  'csv.row': 'The row does not fit the header',
  'operation.fault': 'Something went wrong on our side',
};
export const reasonWords = (code: string) => reasons[code] ?? sentence(code.replaceAll('.', ' '));
