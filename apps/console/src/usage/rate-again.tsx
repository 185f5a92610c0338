import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Rerating, type ReratingInput, rerate } from '../api/corrections.ts';
import { listVersions } from '../api/plans.ts';
import { exactMoney, money } from '../format/money.ts';
import { organizationNow } from '../format/organization.ts';
import { monthOf, monthStart } from '../format/usage.ts';
import { count, number } from '../format/words.ts';
import { tell, useAction } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

const latest = '';

/** Usage rated again by another version of its plan: what would change first, and then, if that is right, posted. */
export function RateAgain({ onClose }: { onClose: () => void }) {
  const [plans, setPlans] = useState<string[]>([]);
  const [company, setCompany] = useState<string | null>(null);
  const [from, setFrom] = useState(() => monthOf(organizationNow(), -1));
  const [to, setTo] = useState(() => monthOf(organizationNow(), -1));
  const [version, setVersion] = useState(latest);
  const [reason, setReason] = useState('');
  const input: ReratingInput = {
    from: monthStart(from),
    to: monthStart(following(to)),
    ...(plans.length > 0 && { plans }),
    ...(company && { company }),
    ...(version !== latest && { planVersion: version }),
    reason: reason.trim() || 'Rated again',
  };
  const asked = JSON.stringify(input);
  // What was shown is only what will be done as long as the same is asked.
  const [seen, setSeen] = useState<{ asked: string; result: Rerating } | null>(null);
  const shown = seen?.asked === asked ? seen.result : null;
  const look = useAction((what: ReratingInput) => rerate(what, true), {
    changes: [],
    onDone: (result, what) => setSeen({ asked: JSON.stringify(what), result }),
    quiet: true,
  });
  const run = useAction((what: ReratingInput) => rerate(what, false), {
    changes: ['adjustments', 'sim', 'overview', 'wallets', 'wallet'],
    onDone: ({ differing }) => {
      tell(`${count(differing, 'period')} adjusted.`);
      onClose();
    },
    quiet: true,
  });
  return (
    <SideForm
      title="Rate usage again"
      submit={shown ? submitWords(shown) : 'Show what would change'}
      busy={look.isPending || run.isPending}
      error={look.error ?? run.error}
      onSubmit={() => (shown ? run.mutate(input) : look.mutate(input))}
      onClose={onClose}
      disabled={
        (plans.length === 0 && !company) || from > to || (shown !== null && (shown.differing === 0 || !reason.trim()))
      }
    >
      <p className="ink2">
        The periods keep what they were charged; the difference is posted beside each of them, once. Fees are not rated
        again. A period counts for the month in which it began.
      </p>
      <MultiSelect label="Plans" data={useOptions('plan')} value={plans} onChange={setPlans} searchable clearable />
      <Select
        label="Company"
        description="The SIMs that it has now."
        data={useOptions('company')}
        value={company}
        onChange={setCompany}
        placeholder="All"
        searchable
        clearable
      />
      <div className="form-row">
        <TextInput
          type="month"
          label="Periods from"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="month"
          label="To"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={from > to ? 'Before the beginning' : null}
        />
      </div>
      <Versions plan={plans.length === 1 ? plans[0]! : null} value={version} onChange={setVersion} />
      <TextInput
        label="Reason"
        description="It stands beside every amount, for everybody who may see it."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={1000}
      />
      {shown && <Preview result={shown} />}
    </SideForm>
  );
}

function following(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

function submitWords({ totals, differing }: Rerating): string {
  if (differing === 0) return 'Nothing to post';
  return `Post ${totals.map(({ difference, currency }) => money(difference, currency)).join(' and ')}`;
}

function Versions({
  plan,
  value,
  onChange,
}: {
  plan: string | null;
  value: string;
  onChange: (version: string) => void;
}) {
  const versions = useQuery({
    queryKey: ['plan', plan, 'versions', 'of rating again'],
    queryFn: () => listVersions(plan!),
    enabled: plan !== null,
  });
  const known = plan === null ? [] : (versions.data?.items ?? []);
  return (
    <Select
      label="By version"
      description={plan === null ? 'The latest of each plan.' : 'Usually the latest, which has the right price.'}
      data={[
        { value: latest, label: 'The latest' },
        ...known.map(({ id, version }) => ({ value: id, label: `Version ${version}` })),
      ]}
      value={known.some(({ id }) => id === value) ? value : latest}
      onChange={(chosen) => onChange(chosen ?? latest)}
      disabled={plan === null}
      allowDeselect={false}
    />
  );
}

function Preview({ result }: { result: Rerating }) {
  const { periods, differing, lines, linesDiffering, totals, refused } = result;
  return (
    <div className="form rerated-preview" role="status">
      {totals.map(({ charged, wouldBe, difference, currency }) => (
        <p key={currency} className="rerated-sums">
          <span>
            Charged <strong>{money(charged, currency)}</strong>
          </span>
          <span>
            Would be <strong>{money(wouldBe, currency)}</strong>
          </span>
          <span>
            Difference <strong>{money(difference, currency)}</strong>
          </span>
        </p>
      ))}
      <p>
        {periods === 0
          ? 'No period began then.'
          : `${number(differing)} of ${count(periods, 'period')} would be adjusted, of ${count(linesDiffering, 'SIM')}.`}
      </p>
      {refused.map(({ code, message, periods }) => (
        <p key={code} className="notice notice-amber">
          {count(periods, 'period')} cannot be rated so. {message}
        </p>
      ))}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="rerated" tabIndex={0}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">SIM</th>
                <th scope="col" className="right">
                  Charged
                </th>
                <th scope="col" className="right">
                  Would be
                </th>
                <th scope="col" className="right">
                  Difference
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ sim, charged, wouldBe, difference, currency }) => (
                <tr key={`${sim.id} ${currency}`}>
                  <td>
                    <Link to="/sims/$id" params={{ id: sim.id }} className="link mono">
                      {sim.iccid}
                    </Link>
                  </td>
                  <td className="right nowrap">{exactMoney(charged, currency)}</td>
                  <td className="right nowrap">{exactMoney(wouldBe, currency)}</td>
                  <td className="right nowrap">{exactMoney(difference, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {linesDiffering > lines.length && <p className="dim">The {lines.length} that differ most are shown.</p>}
    </div>
  );
}
