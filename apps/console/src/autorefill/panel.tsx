import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import {
  type AutoRefill,
  type AutoRefillAttempt,
  getAutoRefill,
  listAutoRefillAttempts,
  resumeAutoRefill,
  type Subject,
  switchOffAutoRefill,
  whyAutoRefill,
} from '../api/auto-refills.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import type { Option } from './dialog.tsx';
import { attemptWords, payerWords, sizeWords } from './words.ts';
import './autorefill.css';

const AutoRefillDialog = lazy(async () => ({ default: (await import('./dialog.tsx')).AutoRefillDialog }));

const changes = ['sim', 'sims', 'wallet', 'wallets', 'payments', 'overview'];
const shown = 5;

/**
 * What refills a SIM or a wallet by itself: a switch, what it does, why it does nothing now, and what it did.
 *
 * @param noun the first words of the query keys of the SIM or wallet, so that news of it reads this again
 * @param options the refills of the plan; of a wallet: none
 */
export function AutoRefillPanel({
  subject,
  noun,
  currency,
  options,
}: {
  subject: Subject;
  noun: ['sim' | 'wallet', string];
  currency: string;
  options?: readonly Option[];
}) {
  const may = useMay();
  const edits = may('autorefill.setting.edit');
  const [open, setOpen] = useState(false);
  const query = useQuery({
    queryKey: [...noun, 'auto-refill'],
    queryFn: () => getAutoRefill(subject),
    enabled: may('autorefill.setting.view'),
  });
  const off = useAction(() => switchOffAutoRefill(subject), { changes, done: 'Auto-refill is off.' });
  if (!may('autorefill.setting.view')) return null;
  const found = query.data;
  if (found === undefined) {
    return (
      <Panel title="Auto-refill">
        <Pending query={query} lines={2} />
      </Panel>
    );
  }
  return (
    <Panel
      title="Auto-refill"
      aside={
        <Switch
          aria-label="Auto-refill"
          checked={found !== null}
          disabled={!edits || off.isPending}
          onChange={() => (found ? off.mutate(undefined) : setOpen(true))}
        />
      }
    >
      {found ? (
        <On found={found} noun={noun} edits={edits} onChange={() => setOpen(true)} options={options} />
      ) : (
        <p className="dim">
          Refills it by itself when it has less than you say, once and for as much as is missing. It needs a stored card
          {options ? ' or a wallet' : ''}.
        </p>
      )}
      {open && (
        <Suspense>
          <AutoRefillDialog
            subject={subject}
            currency={currency}
            options={options}
            before={found}
            changes={changes}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </Panel>
  );
}

function On({
  found,
  noun,
  edits,
  onChange,
  options,
}: {
  found: AutoRefill;
  noun: ['sim' | 'wallet', string];
  edits: boolean;
  onChange: () => void;
  options?: readonly Option[];
}) {
  const why = useQuery({ queryKey: [...noun, 'auto-refill', 'why'], queryFn: () => whyAutoRefill(found.id) });
  const past = useQuery({
    queryKey: [...noun, 'auto-refill', 'attempts'],
    queryFn: () => listAutoRefillAttempts(found.id, shown),
  });
  const resume = useAction(() => resumeAutoRefill(found.id), { changes, done: 'It is looked at again.' });
  const threshold = found.belowBytes === null ? money(found.below!, found.currency) : bytes(found.belowBytes);
  const waits = past.data?.items.find(({ state }) => state === 'action_needed');
  return (
    <div className="auto-refill">
      <p>
        Below <strong>{threshold}</strong>: {sizeWords(found, options)}, paid by{' '}
        {found.payers.map((payer) => payerWords[payer]).join(', else by ')}.
      </p>
      {found.state === 'suspended' && (
        <div className="notice notice-red">
          Suspended. {why.data?.text}
          {edits && (
            <div className="auto-refill-do">
              <Button size="xs" variant="default" onClick={() => resume.mutate(undefined)} loading={resume.isPending}>
                Try again
              </Button>
            </div>
          )}
        </div>
      )}
      {waits?.actionUrl && (
        <div className="notice notice-amber">
          The bank wants the holder of the card to confirm {money(waits.gross, waits.currency)}.{' '}
          <a href={waits.actionUrl} target="_blank" rel="noreferrer" className="link">
            Confirm it
          </a>
        </div>
      )}
      {found.state === 'on' && !waits && why.data && <p className="dim">{why.data.text}</p>}
      {past.data && past.data.items.length > 0 && (
        <ul className="auto-refill-past" aria-label="What it did">
          {past.data.items.map((attempt) => (
            <Past key={attempt.id} attempt={attempt} />
          ))}
        </ul>
      )}
      {edits && (
        <div>
          <Button size="xs" variant="default" onClick={onChange}>
            Change
          </Button>
        </div>
      )}
    </div>
  );
}

function Past({ attempt }: { attempt: AutoRefillAttempt }) {
  const { word, tone } = attemptWords[attempt.state];
  return (
    <li>
      <span className={`auto-refill-dot ${tone}`} aria-hidden="true" />
      <span>
        {word}
        {attempt.state !== 'none' && `, ${money(attempt.gross, attempt.currency)}`}
        {attempt.state !== 'none' && attempt.payer && ` by ${payerWords[attempt.payer]}`}
        {attempt.message && <span className="dim"> {attempt.message}</span>}{' '}
        {attempt.payment && (
          <Link to="/transactions" className="link">
            Transactions
          </Link>
        )}
      </span>
      <span className="dim nowrap">
        <Ago at={attempt.createdAt} />
      </span>
    </li>
  );
}
