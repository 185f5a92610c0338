import { Radio, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type AskedOfLines,
  assignPlan,
  type Effective,
  endPlan,
  grantRefill,
  previewPlan,
} from '../api/assignments.ts';
import type { Sim } from '../api/sims.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { organizationNow } from '../format/organization.ts';
import { shortDay } from '../format/time.ts';
import { fieldErrors, useAction } from '../ui/actions.ts';
import { Dialog, FormProblem } from '../ui/form.tsx';
import { Time } from '../ui/time.tsx';
import { isChosen, PlanAndPool, usePlans, When } from './choice.tsx';
import { OnePreview } from './preview.tsx';
import './periods.css';

type Props = { sim: Sim; onClose: () => void };

const changes = ['sim', 'sims', 'overview', 'pool', 'pools', 'plans'];

/** The end of a running paid period, which a change may wait for. */
function endOf({ period }: Sim): string | null {
  return period?.state === 'open' && period.kind === 'active' ? period.endsAt : null;
}

function usePreview(sim: Sim, asked: AskedOfLines, enabled: boolean) {
  const query = useQuery({
    queryKey: ['plan preview', asked, sim.id],
    queryFn: ({ signal }) => previewPlan({ ...asked, sims: [sim.id] }, signal),
    enabled,
    staleTime: 10_000,
  });
  return { ...query, line: query.data?.sims[0] };
}

/** Another plan, now or with the next period: what it does and costs is shown before. */
export function ChangePlan({ sim, onClose }: Props) {
  const plans = usePlans();
  const end = endOf(sim);
  const [asked, setAsked] = useState<AskedOfLines>({ plan: null, pool: null, effective: end ? 'next_period' : 'now' });
  const whole = isChosen(asked, plans);
  const preview = usePreview(sim, asked, whole);
  const action = useAction(
    () => assignPlan(sim.id, { plan: asked.plan ?? '', pool: asked.pool, effective: asked.effective }),
    {
      changes,
      done: preview.line?.effect === 'waits' ? 'The change waits for the end of the period.' : 'The plan is assigned.',
      onDone: onClose,
      quiet: true,
    },
  );
  const { line } = preview;
  return (
    <Dialog
      title={sim.plan ? 'Change the plan' : 'Assign a plan'}
      submit={line?.effect === 'waits' ? 'Change with the next period' : sim.plan ? 'Change now' : 'Assign plan'}
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={!whole || !line?.effect || line.effect === 'same'}
    >
      <PlanAndPool
        plans={plans}
        asked={asked}
        onChange={(change) => setAsked((before) => ({ ...before, ...change }))}
        errors={fieldErrors(preview.error ?? action.error)}
      />
      {end && (
        <When
          value={asked.effective}
          onChange={(effective) => setAsked((before) => ({ ...before, effective }))}
          end={shortDay(end)}
        />
      )}
      <FormProblem error={preview.error} />
      {line && whole && <OnePreview line={line} plan={plans.find(({ id }) => id === asked.plan)?.name ?? null} />}
      {sim.planChange && <p className="dim">The change that waits is taken back by it.</p>}
    </Dialog>
  );
}

export function EndPlan({ sim, onClose }: Props) {
  const end = endOf(sim);
  const [effective, setEffective] = useState<Effective>(end ? 'next_period' : 'now');
  const { line, error } = usePreview(sim, { plan: null, pool: null, effective }, true);
  const action = useAction(() => endPlan(sim.id, effective), {
    changes,
    done: effective === 'now' ? 'The plan has ended.' : 'The plan ends with its period.',
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title="End the plan"
      submit="End the plan"
      danger
      busy={action.isPending}
      error={action.error ?? error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={!line?.effect || line.effect === 'same'}
    >
      {end && <When value={effective} onChange={setEffective} end={shortDay(end)} />}
      {line && <OnePreview line={line} plan={null} />}
    </Dialog>
  );
}

/** Data that is given away: which, what it costs elsewhere, and until when it would be good. */
export function GrantRefill({ sim, onClose }: Props) {
  const { prepaid, period } = sim;
  const options = prepaid?.refills ?? [];
  const [option, setOption] = useState<string | null>(options.length === 1 ? options[0]!.id : null);
  const [note, setNote] = useState('');
  const action = useAction(() => grantRefill(sim.id, option ?? '', note.trim()), {
    changes,
    done: 'The refill is given.',
    onDone: onClose,
    quiet: true,
  });
  const chosen = options.find(({ id }) => id === option);
  const waits = period?.state === 'open' && period.kind === 'ready';
  return (
    <Dialog
      title="Give a refill"
      submit="Give the refill"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={!chosen}
    >
      {options.length === 0 ? (
        <p className="notice notice-amber">Its plan sells no refills.</p>
      ) : (
        <Radio.Group label="Refill" value={option} onChange={setOption}>
          <Stack gap={8} mt={4}>
            {options.map(({ id, amountBytes, price, currency }) => (
              <Radio
                key={id}
                value={id}
                label={
                  <span className="refill-option">
                    <strong>{bytes(amountBytes)}</strong>
                    <span className="dim">{money(price, currency)}</span>
                  </span>
                }
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {chosen && prepaid && (
        <p>
          {bytes(sumOf(prepaid.balanceBytes, chosen.amountBytes))} to use then,{' '}
          {waits ? (
            `for ${prepaid.validityDays} days from the first usage`
          ) : (
            <>
              until <Time at={new Date(organizationNow() + prepaid.validityDays * 86_400_000).toISOString()} />
            </>
          )}
          .
        </p>
      )}
      <Textarea
        label="Note"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={1000}
        autosize
        minRows={2}
      />
      <p className="dim">Nobody pays: no money moves by a refill that is given.</p>
    </Dialog>
  );
}

/** What there would be; nothing where more was overused. */
function sumOf(balance: string, more: string): string {
  const sum = BigInt(balance) + BigInt(more);
  return (sum > 0n ? sum : 0n).toString();
}
