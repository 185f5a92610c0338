import { Link } from '@tanstack/react-router';
import { type AutoRefill, listAutoRefills } from '../api/auto-refills.ts';
import { useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { iccidGroups } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { choices, timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { payersWords, reasonWords, stateWords } from './words.ts';

const whatWords = ({ iccid, wallet }: AutoRefill) => (wallet ? 'Wallet' : (iccid ?? 'SIM'));

/** What comes at once; as often as it takes, like everywhere. */
const shortSize = ({ upTo, amount, currency }: AutoRefill) =>
  upTo ? `Up to ${money(upTo, currency)}` : amount ? money(amount, currency) : 'A refill of its plan';

const columns: readonly Column<AutoRefill>[] = [
  {
    ...{ id: 'of', label: 'Refills', width: 190, priority: 0, phone: 'title' },
    cell: (one) => (one.wallet ? 'The wallet' : <span className="mono">{iccidGroups(one.iccid ?? '')}</span>),
    csv: whatWords,
  },
  {
    ...{ id: 'holder', label: 'Of', width: 180, priority: 0, phone: 'bare' },
    cell: ({ ownerName }) => <span className="cut">{ownerName}</span>,
    csv: ({ ownerName }) => ownerName,
  },
  {
    ...{ id: 'state', label: 'Status', width: 124, priority: 0, phone: 'side' },
    cell: ({ state }) => <Badge tone={stateWords[state].tone}>{stateWords[state].word}</Badge>,
    csv: ({ state }) => stateWords[state].word,
  },
  {
    ...{ id: 'reason', label: 'At the last look', width: 200, priority: 1, phone: 'bare' },
    cell: ({ state, reason }) =>
      state === 'on' && reason ? (
        reasonWords[reason]
      ) : (
        <None>{state === 'on' ? 'not looked at yet' : 'not looked at'}</None>
      ),
    csv: ({ reason }) => (reason ? reasonWords[reason] : ''),
  },
  {
    ...{ id: 'below', label: 'Below', width: 110, align: 'right', priority: 2, phone: 'none' },
    cell: ({ below, belowBytes, currency }) => (below === null ? bytes(belowBytes ?? '0') : money(below, currency)),
    csv: ({ below, belowBytes }) => below ?? belowBytes ?? '',
  },
  {
    ...{ id: 'size', label: 'By', width: 190, priority: 3, phone: 'none' },
    cell: shortSize,
    csv: (one) => one.upTo ?? one.amount ?? one.refill ?? '',
  },
  {
    ...{ id: 'payers', label: 'Paid by', width: 200, priority: 4, phone: 'none' },
    cell: ({ payers }) => <span className="cut">{payersWords(payers)}</span>,
    csv: ({ payers }) => payers.join(' '),
  },
  {
    ...{ id: 'cap', label: 'A month at most', width: 130, align: 'right', priority: 6, phone: 'none' },
    cell: ({ monthlyCap, currency }) => (monthlyCap ? money(monthlyCap, currency) : <None>no cap</None>),
    csv: ({ monthlyCap }) => monthlyCap ?? '',
  },
  timeColumn('set', 'Set', ({ setAt }) => setAt, { priority: 7, phone: 'none' }),
  {
    ...{ id: 'by', label: 'Set by', width: 150, priority: 8, phone: 'none' },
    cell: ({ setBy }) => <span className="cut">{setBy}</span>,
    csv: ({ setBy }) => setBy,
  },
];

const filters: readonly Filter[] = [
  { name: 'state', label: 'Status', kind: 'many', options: choices(stateWords) },
  { name: 'reason', label: 'At the last look', kind: 'many', options: choices(reasonWords) },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
];
const ownFilters = filters.filter(({ name }) => name !== 'company');

const refillId = ({ id }: AutoRefill) => id;
const refillName = (one: AutoRefill) => `the auto-refill of ${whatWords(one)} of ${one.ownerName}`;
const refillHref = ({ sim, wallet }: AutoRefill) => (wallet ? `/wallets/${wallet}` : `/sims/${sim}`);

/** What refills itself, and what keeps it from doing so; each is set where it belongs, with its SIM or wallet. */
export function AutoRefillsPage() {
  const me = useMe();
  return (
    <List
      noun="auto-refills"
      title="Auto-refills"
      columns={columns}
      list={listAutoRefills}
      id={refillId}
      name={refillName}
      href={refillHref}
      searchHint="Holder, ICCID"
      filters={me.actor.companyId === null ? filters : ownFilters}
      empty={
        <Empty title="Nothing refills itself yet">
          A prepaid SIM or a wallet can be refilled when it has less than you say, once and for as much as is missing.
          It is switched on with the{' '}
          <Link to="/sims" className="link">
            SIM
          </Link>{' '}
          or the{' '}
          <Link to="/wallets" className="link">
            wallet
          </Link>
          , by staff or by its holder.
        </Empty>
      }
    />
  );
}
