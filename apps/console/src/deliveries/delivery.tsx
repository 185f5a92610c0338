import { Button, Drawer, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type DeliveryDetail, getDelivery, replayDelivery, type Try } from '../api/deliveries.ts';
import { useMay } from '../app/session.ts';
import { clockTime, fullTime, shortDay } from '../format/time.ts';
import { count, number } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import { Json } from '../ui/json.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { aboutWhat, answerWords, deliveryKinds, deliveryStates, parametersOf } from './words.ts';

/** How often what waits for its next try is read again. */
const waitingMs = 3_000;

/** One request: what was sent, each try, and the way to send it again. */
export function DeliveryPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['deliveries', 'one', id],
    queryFn: () => getDelivery(id),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? waitingMs : false),
  });
  return (
    <Drawer opened onClose={onClose} title="Delivery" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail delivery={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Detail({ delivery }: { delivery: DeliveryDetail }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const { state, about, tries } = delivery;
  const what = aboutWhat(about);
  return (
    <div className="form">
      {state === 'failed' && (
        <p className="notice notice-red break">
          <strong>Given up.</strong> {answerWords(delivery.lastStatus, delivery.lastAnswer)}
        </p>
      )}
      <Facts>
        <Fact name="State">
          <Badge tone={deliveryStates[state].tone}>{deliveryStates[state].word}</Badge>
        </Fact>
        <Fact name="Address">
          <span className="method">{delivery.method}</span> <Copy text={delivery.url} label="address" />
        </Fact>
        <Fact name="Kind">{deliveryKinds[delivery.kind]}</Fact>
        <Fact name="About">
          {what ? (
            <Link to={what.to as '/'} search={what.search} className="link">
              {what.word} <span className="mono">{about}</span>
            </Link>
          ) : about ? (
            <Copy text={about} label="id" />
          ) : (
            <None />
          )}
        </Fact>
        <Fact name="Made">
          <Time at={delivery.createdAt} />
        </Fact>
        {delivery.nextAttemptAt && (
          <Fact name="Next try">
            <Ago at={delivery.nextAttemptAt} />
          </Fact>
        )}
        {delivery.settledAt && (
          <Fact name={state === 'delivered' ? 'Delivered' : 'Given up'}>
            <Time at={delivery.settledAt} />
          </Fact>
        )}
      </Facts>
      {state !== 'waiting' && may('developers.delivery.replay') && (
        <Group>
          <Button variant="default" onClick={() => setAsking(true)}>
            Replay
          </Button>
        </Group>
      )}
      <section className="form-part">
        <h3>{tries.length === 0 ? 'No try yet' : count(tries.length, 'try', 'tries')}</h3>
        {tries.length > 0 && <Tries tries={tries} />}
      </section>
      <section className="form-part">
        <h3>What is sent</h3>
        <Sent delivery={delivery} />
      </section>
      {asking && <Replay delivery={delivery} onClose={() => setAsking(false)} />}
    </div>
  );
}

function Tries({ tries }: { tries: Try[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <div className="table-wrap" tabIndex={0}>
      <table className="plain-table stacked tries" aria-label="Tries, the newest first">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Status</th>
            <th scope="col" className="right">
              Took
            </th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {tries.map((one) => (
            <tr key={one.at}>
              <td data-label="When">
                {/* A few seconds lie between the first tries. */}
                <time dateTime={one.at} title={fullTime(one.at)} className="nowrap">
                  {shortDay(one.at)}, {clockTime(one.at)}
                </time>
              </td>
              <td data-label="Status" className="nowrap">
                {one.status === null ? (
                  <Badge tone="red">No answer</Badge>
                ) : (
                  <Badge tone={one.status >= 200 && one.status < 300 ? 'green' : 'red'}>{one.status}</Badge>
                )}
              </td>
              <td data-label="Took" className="right nowrap">
                {number(one.tookMs)} ms
              </td>
              <td data-label="Answer">
                {one.answer.trim() === '' ? <None>empty</None> : <span className="answer">{one.answer}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sent({ delivery }: { delivery: DeliveryDetail }) {
  const parameters = parametersOf(delivery);
  if (parameters) {
    return (
      <dl className="parameters">
        {parameters.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a form may name the same thing twice, and never changes.
          <div key={i} className="fact">
            <dt className="mono">{name}</dt>
            <dd className="mono">{value === '' ? <None>empty</None> : value}</dd>
          </div>
        ))}
      </dl>
    );
  }
  if (delivery.body === null) return <p className="dim">The address alone, without a body.</p>;
  try {
    return <Json value={JSON.parse(delivery.body)} />;
  } catch {
    return <pre className="json mono">{delivery.body}</pre>;
  }
}

function Replay({ delivery, onClose }: { delivery: DeliveryDetail; onClose: () => void }) {
  const replay = useAction(() => replayDelivery(delivery.id), {
    changes: ['deliveries'],
    done: 'It is being sent once more.',
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title="Send it once more"
      submit="Replay"
      busy={replay.isPending}
      error={replay.error}
      onSubmit={() => replay.mutate()}
      onClose={onClose}
    >
      <p>
        The same request goes to <span className="mono break">{delivery.url}</span> again, signed anew.{' '}
        {delivery.state === 'delivered'
          ? 'It was taken before: the receiver gets it a second time.'
          : 'If nobody takes it, it is tried for three days again.'}
      </p>
    </Dialog>
  );
}
