import { Button, Drawer, TagsInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getTransaction, labelTransaction, type TransactionDetail, type Transfer } from '../api/transactions.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { sentence } from '../format/words.ts';
import { tellProblem } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { Destination } from './destination.tsx';
import { PaymentDetail } from './payment.tsx';
import { StatusBadge } from './status-badge.tsx';
import { paidBy, typeWords } from './words.ts';
import './payments.css';

/** How often one that is not over is read again. */
const waitingMs = 3_000;

/** One transaction: what it is, what became of it, and what it moved in the ledger. */
export function TransactionPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['transactions', 'one', id],
    queryFn: () => getTransaction(id),
    refetchInterval: ({ state: { data } }) => (data?.status === 'pending' ? waitingMs : false),
    placeholderData: undefined,
  });
  return (
    <Drawer opened onClose={onClose} title="Transaction" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail transaction={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Detail({ transaction }: { transaction: TransactionDetail }) {
  const { payment, refund, refunds, currency, transfers } = transaction;
  return (
    <div className="form">
      {payment && !refund ? <PaymentDetail id={payment} /> : <Own transaction={transaction} />}
      {refunds.length > 0 && (
        <section className="form-part">
          <h3>Paid back</h3>
          <Facts>
            {refunds.map((one) => (
              <Fact key={one.id} name={money(one.amount, currency)}>
                {one.reason} <span className="dim">{one.state === 'succeeded' ? '' : one.state}</span>
                <div className="dim">
                  <Time at={one.createdAt} />
                </div>
              </Fact>
            ))}
          </Facts>
        </section>
      )}
      <LabelsPart key={transaction.labels.join()} transaction={transaction} />
      <section className="form-part">
        <h3>In the ledger</h3>
        {transfers.length === 0 ? (
          <p className="ink2">It has moved nothing.</p>
        ) : (
          <Moved transfers={transfers} currency={currency} />
        )}
      </section>
    </div>
  );
}

/** What is no payment: a fee of a wallet, a refund, a correction. */
function Own({ transaction }: { transaction: TransactionDetail }) {
  const { type, amount, currency, explanation, failure, method, reference } = transaction;
  return (
    <Facts>
      <Fact name="Status">
        <StatusBadge of={transaction} />
      </Fact>
      <Fact name="Type">{typeWords[type]}</Fact>
      <Fact name="Amount">
        <strong>{exactMoney(amount, currency)}</strong>{' '}
        {explanation && <ExplainButton id={explanation} what={typeWords[type].toLowerCase()} />}
      </Fact>
      <Fact name="For">
        <Destination of={transaction.destination} />
      </Fact>
      <Fact name="Payer">{transaction.payer?.name ?? <None>unknown</None>}</Fact>
      <Fact name="Method">{paidBy[method]}</Fact>
      <Fact name="Begun">
        <Time at={transaction.at} />
        {transaction.madeBy && <div className="dim">by {transaction.madeBy}</div>}
      </Fact>
      {reference && (
        <Fact name="Reference">
          <Copy text={reference} label="reference" />
        </Fact>
      )}
      <Fact name="Note">{transaction.note || <None />}</Fact>
      {failure && (
        <Fact name="Failure">
          {failure.message} <span className="dim mono">{failure.code}</span>
        </Fact>
      )}
    </Facts>
  );
}

function LabelsPart({ transaction }: { transaction: TransactionDetail }) {
  const { id, labels } = transaction;
  const may = useMay()('payments.transaction.label');
  const [value, set] = useState(labels);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => labelTransaction(id, value),
    onSuccess: () => client.invalidateQueries({ queryKey: ['transactions'] }),
    onError: tellProblem,
  });
  if (!may && labels.length === 0) return null;
  const isChanged = value.join() !== labels.join();
  return (
    <section className="form-part">
      <h3>Labels</h3>
      <TagsInput aria-label="Labels" value={value} onChange={set} maxTags={50} disabled={!may} />
      {isChanged && (
        <div>
          <Button size="sm" loading={save.isPending} onClick={() => save.mutate()}>
            Save the labels
          </Button>
        </div>
      )}
    </section>
  );
}

function Moved({ transfers, currency }: { transfers: Transfer[]; currency: string }) {
  return (
    <table className="sums moved">
      {transfers.map(({ id, key, entries }) => (
        <tbody key={id}>
          {entries.map(({ account, accountId, owner, amount }) => (
            <tr key={accountId} title={key}>
              <th scope="row">
                {sentence(account.replaceAll('_', ' '))} <span className="dim">{owner}</span>
              </th>
              <td className="right">{exactMoney(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
