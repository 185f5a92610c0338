import { Button, Group, Modal, Progress, Select, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { listPlans } from '../api/plans.ts';
import { type BulkAction, type BulkRequest, type BulkResult, bulkSims, type SimRow } from '../api/sims.ts';
import { queryClient } from '../app/query.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { saveText, toCsv } from '../ui/csv.ts';
import { useOptions } from '../ui/options.ts';
import { Badge } from '../ui/status.tsx';
import { bulkWords, forecast } from './bulk-words.ts';

/** Lines of one request: small enough that progress moves. */
const chunk = 100;

type Line = BulkResult & { iccid: string };

/** Preview → run with progress → what came of each line, with the failed ones to try again. */
export function Bulk({
  action,
  sims,
  onClose,
}: {
  action: BulkAction;
  sims: SimRow[];
  onClose: (done: boolean) => void;
}) {
  const words = bulkWords[action];
  const [frozen] = useState(sims);
  const [fleet, setFleet] = useState<string | null>(null);
  const [refill, setRefill] = useState<string | null>(null);
  const [labels, setLabels] = useState<string[]>([]);
  const [done, setDone] = useState(0);
  const [results, setResults] = useState<Line[] | null>(null);
  const [running, setRunning] = useState(false);
  const stopped = useRef(false);
  const { concerned, passed } = forecast(action, frozen);
  const ready = action === 'set_fleet' ? fleet !== null : action === 'refill' ? refill !== null : true;

  async function run(lines: SimRow[]): Promise<void> {
    setRunning(true);
    setDone(0);
    stopped.current = false;
    const answers: Line[] = [];
    for (let from = 0; from < lines.length && !stopped.current; from += chunk) {
      const part = lines.slice(from, from + chunk);
      answers.push(...(await ask(part)));
      setDone(from + part.length);
    }
    setResults(answers);
    setRunning(false);
    for (const noun of ['sims', 'sim', 'overview', 'fleets']) void queryClient.invalidateQueries({ queryKey: [noun] });
  }

  async function ask(part: SimRow[]): Promise<Line[]> {
    const iccids = new Map(part.map((sim) => [sim.id, sim.iccid]));
    const request: BulkRequest = {
      ids: part.map(({ id }) => id),
      action,
      ...(action === 'set_fleet' && fleet && { fleet }),
      ...(action === 'refill' && refill && { refill }),
      ...(action === 'set_labels' && { labels }),
    };
    try {
      const answer = await bulkSims(request);
      return answer.results.map((result) => ({ ...result, iccid: iccids.get(result.id) ?? result.id }));
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0, {});
      return part.map(({ id, iccid }) => ({
        id,
        iccid,
        outcome: 'refused',
        code: problem.code,
        message: problem.message,
      }));
    }
  }

  const title = words.title(count(frozen.length, 'SIM'));
  return (
    <Modal
      opened
      onClose={() => onClose(results !== null)}
      title={title}
      closeOnClickOutside={!running}
      closeOnEscape={!running}
      withCloseButton={!running}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {running ? (
        <div className="form">
          <Progress value={(done / concerned.length) * 100} aria-label="Progress" />
          <Group justify="space-between">
            <span role="status">
              {done} of {concerned.length}
            </span>
            <Button
              variant="default"
              onClick={() => {
                stopped.current = true;
              }}
            >
              Stop after this part
            </Button>
          </Group>
        </div>
      ) : results ? (
        <Outcome
          results={results}
          onClose={() => onClose(true)}
          onRetry={(ids) => void run(frozen.filter((sim) => ids.includes(sim.id)))}
        />
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && concerned.length > 0) void run(concerned);
          }}
        >
          <p>{words.what}</p>
          {action === 'set_fleet' && <FleetChoice value={fleet} onChange={setFleet} />}
          {action === 'refill' && <RefillChoice sims={concerned} value={refill} onChange={setRefill} />}
          {action === 'set_labels' && (
            <TagsInput
              label="Labels"
              description="Enter adds one. Empty removes all labels."
              value={labels}
              onChange={setLabels}
              maxTags={20}
              data-autofocus
            />
          )}
          <ul className="preview">
            <li>
              <strong>{count(concerned.length, 'SIM')}</strong> will change
            </li>
            {[...passed].map(([why, lines]) => (
              <li key={why} className="dim">
                {count(lines, 'SIM')} left out: {why}
              </li>
            ))}
            {action === 'activate' && <Cost sims={concerned} />}
          </ul>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => onClose(false)} type="button">
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!ready || concerned.length === 0}
              {...(action === 'archive' && { color: 'red.8' })}
            >
              {words.button}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}

type ChoiceProps = { value: string | null; onChange: (value: string | null) => void };

function FleetChoice(props: ChoiceProps) {
  return (
    <Select
      label="Fleet"
      data={useOptions('fleet')}
      searchable
      data-autofocus
      nothingFoundMessage="None of that name"
      {...props}
    />
  );
}

/** Refills of the prepaid plans that these SIMs are on; SIMs of another plan refuse it. */
function RefillChoice({ sims, ...props }: ChoiceProps & { sims: SimRow[] }) {
  const plans = useQuery({ queryKey: ['plans', 'prices'], queryFn: () => listPlans({ limit: 200 }) });
  const ours = (plans.data?.items ?? []).filter(({ id }) => sims.some(({ plan }) => plan?.id === id));
  return (
    <Select
      label="Refill"
      data={ours.map(({ name, version }) => ({
        group: name,
        items: version.refills.map(({ id, mb, price }) => ({
          value: id ?? '',
          label: `${mb} MB, ${money(price, version.currency)}`,
        })),
      }))}
      data-autofocus
      nothingFoundMessage="Their plans sell no refills"
      {...props}
    />
  );
}

/** What activating costs at once: the fee of every plan that starts a paid period. */
function Cost({ sims }: { sims: SimRow[] }) {
  const may = useMay();
  const plans = useQuery({
    queryKey: ['plans', 'prices'],
    queryFn: () => listPlans({ limit: 200 }),
    enabled: may('catalog.plan.view'),
  });
  if (!plans.data) return null;
  const lines = plans.data.items.flatMap(({ id, name, version }) => {
    const starting = sims.filter((sim) => sim.plan?.id === id && sim.lifecycle !== 'suspended').length;
    return starting === 0 ? [] : [{ name, starting, version }];
  });
  return lines.map(({ name, starting, version }) => (
    <li key={name}>
      {count(starting, 'SIM')} on {name}: <strong>{money(times(version.fee, starting), version.currency)}</strong> in
      fees now
      {version.activationFee !== '0' && Number(version.activationFee) !== 0 && (
        <>
          {' '}
          and {money(times(version.activationFee, starting), version.currency)} for activation, where it was not charged
          before
        </>
      )}
    </li>
  ));
}

/** Exact: a decimal string times a whole number. */
function times(amount: string, factor: number): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = (BigInt(whole + fraction) * BigInt(factor)).toString().padStart(fraction.length + 1, '0');
  return fraction === '' ? digits : `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`;
}

function Outcome({
  results,
  onClose,
  onRetry,
}: {
  results: Line[];
  onClose: () => void;
  onRetry: (ids: string[]) => void;
}) {
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const good = results.length - refused.length;
  function report(): void {
    saveText(
      'outcome.csv',
      toCsv(
        ['ICCID', 'Outcome', 'Code', 'Message'],
        results.map((line) => [line.iccid, line.outcome, line.code ?? '', line.message ?? '']),
      ),
    );
  }
  return (
    <div className="form">
      <Group gap="xs" role="status">
        {good > 0 && <Badge tone="green">{count(good, 'SIM')} done</Badge>}
        {refused.length > 0 && <Badge tone="red">{count(refused.length, 'SIM')} refused</Badge>}
      </Group>
      {refused.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="outcome" tabIndex={0}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">SIM</th>
                <th scope="col">Why not</th>
              </tr>
            </thead>
            <tbody>
              {refused.slice(0, 200).map((line) => (
                <tr key={line.id}>
                  <td className="mono nowrap">{line.iccid}</td>
                  <td>{line.message ?? line.code}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={report}>
          Report as CSV
        </Button>
        {refused.length > 0 && (
          <Button variant="default" onClick={() => onRetry(refused.map(({ id }) => id))}>
            Try the refused again
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </Group>
    </div>
  );
}
