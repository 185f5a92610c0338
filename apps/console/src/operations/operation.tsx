import { Button, Progress } from '@mantine/core';
import { IconDownload, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import {
  commandOperation,
  failedRowsAddress,
  getOperation,
  type Operation,
  type OperationCommand,
  type OperationDetail,
} from '../api/operations.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { sentence, type Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { useOptions } from '../ui/options.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { AskedBills, isOfBills } from './bills.tsx';
import { AskedPlan, Effects } from './plan.tsx';
import { OperationRows } from './rows.tsx';
import { AskedTakeover } from './takeover.tsx';
import { deedOf, hasEffects, isMoving, kindWords, nounOf, progressOf, reasonWords, State, tally } from './words.tsx';
import './operations.css';

/** An operation from its preview to its result: one page, which changes with its state. */
export function OperationPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['operation', id],
    queryFn: ({ signal }) => getOperation(id, signal),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data.operation) ? 1_000 : false),
  });
  if (!query.data) {
    return (
      <>
        <PageHead title="Operation" />
        <Body>
          <Panel>
            <Pending query={query} lines={6} />
          </Panel>
        </Body>
      </>
    );
  }
  return <Shown detail={query.data} />;
}

function Shown({ detail }: { detail: OperationDetail }) {
  const { operation, failures } = detail;
  const name = operation.name || kindWords(operation.kind);
  return (
    <>
      <PageHead title={name} tab={name} note={<State state={operation.state} />}>
        <Commands operation={operation} />
      </PageHead>
      <Body>
        {operation.error && (
          <div className="notice notice-red" role="alert">
            <span className="strong">{operation.error.message}</span>{' '}
            {operation.progress.rows === '0'
              ? 'Nothing was done.'
              : `${nounOf(operation.progress.done, 'row')} had been done before.`}
          </div>
        )}
        <Panel>
          <Summary operation={operation} />
        </Panel>
        <div className="operation-parts">
          {hasEffects(operation) && <Effects detail={detail} />}
          <Panel title="Why rows fail" aside={failures.length > 0 && nounOf(operation.progress.failed, 'row')}>
            {failures.length === 0 ? (
              <None>{isMoving(operation) ? 'None so far' : 'No row failed.'}</None>
            ) : (
              <table className="plain-table">
                <tbody>
                  {failures.map(({ code, rows }) => (
                    <tr key={code}>
                      <td>{reasonWords(code)}</td>
                      <td className="mono dim nowrap">{code}</td>
                      <td className="right strong">{tally(rows)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Panel>
          <Panel title={operation.found.encoding ? 'The file' : 'What was asked'}>
            {operation.kind === 'plan_assignment' ? (
              <AskedPlan operation={operation} />
            ) : operation.kind === 'account_takeover' ? (
              <AskedTakeover operation={operation} />
            ) : isOfBills(operation) ? (
              <AskedBills operation={operation} />
            ) : (
              <About operation={operation} />
            )}
          </Panel>
        </div>
        {operation.rowsKept ? (
          <OperationRows operation={operation} />
        ) : (
          <Panel title="Rows">
            <None>The rows of an operation are kept for 30 days.</None>
          </Panel>
        )}
      </Body>
    </>
  );
}

/** What is done, in one line and a few figures. */
function Summary({ operation }: { operation: Operation }) {
  const { progress, state } = operation;
  const before = state === 'checking' || state === 'checked' || operation.startedAt === null;
  return (
    <div className="summary">
      <p className="summary-line">{sayWhat(operation)}</p>
      {isMoving(operation) && (
        <Progress value={progressOf(operation) * 100} aria-label="Progress" animated size="md" radius="sm" />
      )}
      <div className="figures">
        <Figure label="Rows" value={progress.rows} />
        <Figure
          label={before ? 'Good' : sentence(deedOf(operation.kind).done)}
          value={before ? progress.waiting : progress.done}
          tone={before ? 'blue' : 'green'}
        />
        {!before && progress.waiting !== '0' && <Figure label="Waiting" value={progress.waiting} />}
        <Figure label="Failed" value={progress.failed} tone={progress.failed === '0' ? undefined : 'red'} />
        <Figure label="With a warning" value={progress.warned} tone={progress.warned === '0' ? undefined : 'amber'} />
      </div>
    </div>
  );
}

function Figure({ label, value, tone }: { label: string; value: string; tone?: Tone | undefined }) {
  return (
    <div className="figure">
      <span className="figure-value" style={tone && { color: `var(--${tone})` }}>
        {tally(value)}
      </span>
      <span className="dim">{label}</span>
    </div>
  );
}

function sayWhat({ kind, state, progress, found, startedAt, endedAt }: Operation): ReactNode {
  const { thing, done, doing, result } = deedOf(kind);
  switch (state) {
    case 'checking':
      return found.matching === undefined
        ? `Checking every row: ${bytes(progress.bytesRead)} of ${bytes(progress.bytes)}. Nothing is ${done} yet.`
        : `Looking at each of them: ${tally(progress.rows)} of ${tally(String(found.matching))}. Nothing is ${done} yet.`;
    case 'checked':
      return progress.waiting === '0'
        ? `Nothing here can be ${done}.${found.encoding ? ' Correct the file and send it again.' : ''}`
        : `${nounOf(progress.waiting, thing)} can be ${done}${progress.failed === '0' ? '' : `; ${nounOf(progress.failed, 'row')} cannot and would stay out`}. Nothing is ${done} yet.`;
    case 'running':
      return `${doing}: ${tally(progress.done)} of ${nounOf(progress.rows, 'row')} ${result}. You may leave this page.`;
    case 'done':
      return (
        <>
          {nounOf(progress.done, thing)} {done}
          {progress.failed === '0' ? '' : `, ${nounOf(progress.failed, 'row')} left out`}
          {endedAt && (
            <>
              , <Ago at={endedAt} />
            </>
          )}
          {startedAt && endedAt && `, in ${took(startedAt, endedAt)}`}.
        </>
      );
    case 'cancelled':
      return `Stopped. ${progress.done === '0' ? `Nothing was ${done}` : `${nounOf(progress.done, thing)} had been ${done} and stay`}; it can go on where it was.`;
    case 'failed':
      return `It stopped before its end${found.encoding ? '' : '.'}${found.encoding ? `, after ${nounOf(progress.rows, 'row')}.` : ''}`;
  }
}

function took(from: string, to: string): string {
  const s = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return s < 120 ? `${s} s` : `${Math.round(s / 60)} min`;
}

function About({ operation }: { operation: Operation }) {
  const { found, parameters, progress } = operation;
  const telecom = useOptions('telecom').find(({ value }) => value === parameters.telecom);
  const company = useOptions('company', Boolean(parameters.company)).find(({ value }) => value === parameters.company);
  const names = (list: string[] | undefined) =>
    list && list.length > 0 ? <span className="mono">{list.join(', ')}</span> : <None />;
  return (
    <Facts>
      {operation.kind === 'usage_restatement' ? (
        <>
          <Fact name="From">{parameters.source}</Fact>
          <Fact name="Days of">{parameters.zone}</Fact>
        </>
      ) : (
        <>
          <Fact name="Telecom">{telecom?.label ?? <None>unknown</None>}</Fact>
          <Fact name="Goes to">{parameters.company ? (company?.label ?? 'a company') : 'Stock'}</Fact>
        </>
      )}
      <Fact name="Written in">
        {found.encoding}, {found.separator} between cells, {bytes(progress.bytes)}
      </Fact>
      <Fact name="Columns used">{names(found.used)}</Fact>
      {found.ignored && found.ignored.length > 0 && <Fact name="Passed over">{names(found.ignored)}</Fact>}
      <Fact name="Begun">
        <Time at={operation.createdAt} /> by {operation.createdBy}
      </Fact>
    </Facts>
  );
}

function Commands({ operation }: { operation: Operation }) {
  const may = useMay();
  const command = useAction((what: OperationCommand) => commandOperation(operation.id, what), {
    changes: ['operation', 'operations', 'operation-rows', 'sims', 'sim', 'overview'],
  });
  if (!may('operations.operation.run')) return null;
  const can = (what: OperationCommand) => operation.can.includes(what);
  const give = (what: OperationCommand) => ({
    onClick: () => command.mutate(what),
    loading: command.isPending && command.variables === what,
    disabled: command.isPending,
  });
  return (
    <>
      {operation.rowsKept && operation.progress.failed !== '0' && (
        <Button
          component="a"
          href={failedRowsAddress(operation.id)}
          download
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          Failed rows
        </Button>
      )}
      {can('retry_failed') && (
        <Button variant="default" leftSection={<IconRefresh size={16} />} {...give('retry_failed')}>
          Retry them
        </Button>
      )}
      {can('cancel') && (
        <Button variant="default" {...give('cancel')}>
          Cancel
        </Button>
      )}
      {can('resume') && <Button {...give('resume')}>Go on</Button>}
      {can('start') && (
        <Button leftSection={<IconPlayerPlay size={16} />} {...give('start')}>
          {deedOf(operation.kind).start} {nounOf(operation.progress.waiting, deedOf(operation.kind).thing)}
        </Button>
      )}
      {operation.state === 'done' && operation.kind === 'sim_import' && (
        <Button component={Link} to="/sims" search={{ registered: 'false' } as never}>
          See the SIMs
        </Button>
      )}
      {operation.state === 'done' && operation.kind === 'plan_assignment' && (
        <Button component={Link} to="/sims" search={{ plan: operation.parameters.plan ?? undefined } as never}>
          See the SIMs
        </Button>
      )}
    </>
  );
}
