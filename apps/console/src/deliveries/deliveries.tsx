import { Link } from '@tanstack/react-router';
import { type Delivery, listDeliveries } from '../api/deliveries.ts';
import { number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';
import { DeliveryPanel } from './delivery.tsx';
import { aboutWhat, answerWords, deliveryKinds, deliveryStates } from './words.ts';
import './deliveries.css';

const columns: readonly Column<Delivery>[] = [
  {
    id: 'address',
    label: 'Address',
    width: 340,
    priority: 0,
    phone: 'title',
    cell: (delivery) => (
      <span className="one-line" title={delivery.url}>
        <span className="method">{delivery.method}</span> {withoutQuery(delivery.url)}
      </span>
    ),
    csv: (delivery) => `${delivery.method} ${delivery.url}`,
  },
  {
    id: 'state',
    label: 'State',
    width: 124,
    priority: 0,
    phone: 'side',
    cell: (delivery) => <Badge tone={deliveryStates[delivery.state].tone}>{deliveryStates[delivery.state].word}</Badge>,
    csv: (delivery) => delivery.state,
  },
  {
    id: 'kind',
    label: 'Kind',
    width: 96,
    priority: 4,
    phone: 'none',
    cell: (delivery) => deliveryKinds[delivery.kind],
    csv: (delivery) => delivery.kind,
  },
  {
    id: 'about',
    label: 'About',
    width: 136,
    priority: 3,
    phone: 'bare',
    cell: (delivery) => <About delivery={delivery} />,
    csv: (delivery) => delivery.about ?? '',
  },
  {
    id: 'answer',
    label: 'Last answer',
    width: 220,
    priority: 2,
    cell: (delivery) => {
      const words = answerWords(delivery.lastStatus, delivery.lastAnswer);
      return words ? (
        <span className="one-line" title={words}>
          {words}
        </span>
      ) : (
        <None>none yet</None>
      );
    },
    csv: (delivery) => answerWords(delivery.lastStatus, delivery.lastAnswer),
  },
  {
    id: 'tries',
    label: 'Tries',
    width: 64,
    align: 'right',
    priority: 5,
    phone: 'none',
    cell: (delivery) => number(delivery.attempts),
    csv: (delivery) => String(delivery.attempts),
  },
  {
    id: 'next',
    label: 'Next try',
    width: 112,
    align: 'right',
    priority: 5,
    phone: 'none',
    cell: (delivery) => (delivery.nextAttemptAt ? <Ago at={delivery.nextAttemptAt} /> : ''),
    csv: (delivery) => delivery.nextAttemptAt ?? '',
  },
  timeColumn('created', 'Made', (delivery) => delivery.createdAt, { align: 'right', priority: 1, phone: 'bare' }),
];

const filters: readonly Filter[] = [
  oneOf('state', 'State', deliveryStates),
  oneOf('kind', 'Kind', deliveryKinds),
  { name: 'about', label: 'About (id)', kind: 'text' },
];

/** The parameters of a GET are shown in full where it is opened. */
function withoutQuery(url: string): string {
  const [plain = url, query] = url.split('?', 2);
  return query === undefined ? plain : `${plain}?…`;
}

function About({ delivery: { about } }: { delivery: Delivery }) {
  const what = aboutWhat(about);
  if (what && about) {
    return (
      <Link to={what.to as '/'} search={what.search} className="plain above">
        {what.word} <span className="mono">…{about.slice(-6)}</span>
      </Link>
    );
  }
  return about ? <span className="mono">…{about.slice(-6)}</span> : <None />;
}

const deliveryId = (delivery: Delivery) => delivery.id;
const deliveryName = (delivery: Delivery) => `the request to ${delivery.url}`;

/** Every request that was sent to an address which somebody named, and what came of it. */
export function DeliveriesPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="deliveries"
        title="Deliveries"
        columns={columns}
        list={listDeliveries}
        id={deliveryId}
        name={deliveryName}
        onOpen={(delivery) => change({ open: delivery.id }, true)}
        searchHint="Search by address"
        filters={filters}
        empty={
          <Empty title="Nothing was sent yet">
            A program that names a CallbackUrl, with an update of a SIM or a text, is called there once it is done. Each
            request is kept for thirty days after its end, with every try and its answer.
          </Empty>
        }
      />
      {open && <DeliveryPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}
