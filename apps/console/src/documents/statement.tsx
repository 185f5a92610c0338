import { Button, Group, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type Days, getStatement, type Statement, type StatementLine, statementAddress } from '../api/statements.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { dayAt } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { OnAccount } from '../receivables/on-account.tsx';
import { PayCompany } from '../receivables/pay-invoices.tsx';
import { dayWords } from '../tax/words.ts';
import { useAddress } from '../ui/list/state.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { firstOfQuarter, lineWords } from './words.ts';
import './documents.css';

/** What a company owed, was billed, and paid, from one day to another. */
export function StatementPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [address, change] = useAddress();
  const today = dayAt(organizationNow(), measures().timeZone);
  const days: Days = { from: address.from ?? firstOfQuarter(today), until: address.until ?? today };
  const turned = days.until < days.from;
  const query = useQuery({
    queryKey: ['statement', id, days.from, days.until],
    queryFn: () => getStatement(id, days),
    enabled: !turned,
  });
  const statement = query.data;
  const ours = useMe().actor.companyId === null;
  const pays = useMay()('payments.payment.create') && statement !== undefined;
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/companies" className="plain">
          Companies
        </Link>
      </nav>
      <PageHead title="Statement of account" note={statement?.name}>
        {pays && <Button onClick={() => change({ dialog: 'pay' })}>{ours ? 'Record a payment' : 'Pay'}</Button>}
        {(['pdf', 'csv'] as const).map((form) => (
          <Button
            key={form}
            component="a"
            href={statementAddress(id, days, form)}
            target="_blank"
            rel="noreferrer"
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            {form.toUpperCase()}
          </Button>
        ))}
      </PageHead>
      <Body narrow>
        <Group align="start" gap="md" mb="md">
          <TextInput
            label="From"
            type="date"
            value={days.from}
            onChange={(event) => event.currentTarget.value && change({ from: event.currentTarget.value })}
          />
          <TextInput
            label="Until"
            type="date"
            value={days.until}
            onChange={(event) => event.currentTarget.value && change({ until: event.currentTarget.value })}
            error={turned && 'Not before the first day'}
          />
        </Group>
        {statement ? <Lines statement={statement} /> : !turned && <Pending query={query} lines={6} />}
        <OnAccount company={id} />
      </Body>
      {address.dialog === 'pay' && pays && (
        <PayCompany
          {...{ company: id, name: statement.name, currency: statement.currency }}
          onClose={() => change({ dialog: null })}
        />
      )}
    </>
  );
}

function Lines({ statement }: { statement: Statement }) {
  const { currency, lines, from, until, opening, closing } = statement;
  return (
    <Panel title={`${dayWords(from)} to ${dayWords(until)}`} aside={`Owed at the end: ${money(closing, currency)}`}>
      <table className="plain-table stacked statement" aria-label="Statement of account">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">What</th>
            <th scope="col">Amount</th>
            <th scope="col">Balance</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td data-label="Date">{dayWords(from)}</td>
            <td data-label="What">Opening balance</td>
            <td data-label="Amount" />
            <td data-label="Balance">{money(opening, currency)}</td>
          </tr>
          {lines.map((line) => (
            <tr key={`${line.at} ${line.reference} ${line.balance}`}>
              <td data-label="Date">
                <Time at={line.at} />
              </td>
              <td data-label="What">
                <What line={line} />
              </td>
              <td data-label="Amount">{money(line.amount, currency)}</td>
              <td data-label="Balance">{money(line.balance, currency)}</td>
            </tr>
          ))}
          <tr>
            <td data-label="Date">{dayWords(until)}</td>
            <td data-label="What">
              <strong>Closing balance</strong>
            </td>
            <td data-label="Amount" />
            <td data-label="Balance">
              <strong>{money(closing, currency)}</strong>
            </td>
          </tr>
        </tbody>
      </table>
      {lines.length === 0 && <p className="dim">Nothing was billed or paid in these days.</p>}
    </Panel>
  );
}

function What({ line }: { line: StatementLine }) {
  const word = lineWords[line.kind];
  if ((line.kind !== 'invoice' && line.kind !== 'credit_note') || line.subject === null) return word;
  return (
    <span>
      {word}{' '}
      <Link to="/invoices/$id" params={{ id: line.subject }} className="link">
        {line.reference}
      </Link>
    </span>
  );
}
