import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type CarrierCosts, listCosts, setCost } from '../api/reports.ts';
import { useMay } from '../app/session.ts';
import { exactMoney } from '../format/money.ts';
import { lastMonths } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { typedAmount } from '../ledger/words.ts';
import { monthWords } from '../reports/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';

/** What a telecom asks for a megabyte and an active line, month by month: the margin beside the revenue. */
export function TelecomCosts({ telecom }: { telecom: string }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const sees = may('reports.cost.view');
  const query = useQuery({
    queryKey: ['telecoms', 'costs', telecom],
    queryFn: () => listCosts(telecom),
    enabled: sees,
  });
  if (!sees) return null;
  const costs = query.data;
  return (
    <Panel title="What it costs" aside="For the margin beside the revenue; no part of the books">
      {!costs ? (
        <Pending query={query} lines={2} />
      ) : costs.items.length > 0 ? (
        <Table costs={costs} />
      ) : (
        <p className="ink2">
          Nothing is known, so{' '}
          <Link to="/revenue" search={{ by: 'telecom' }} className="link">
            Revenue
          </Link>{' '}
          shows no margin of it.
        </p>
      )}
      {costs && may('reports.cost.edit') && (
        <div className="panel-do">
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            Set a cost
          </Button>
        </div>
      )}
      {open && costs && <CostForm telecom={telecom} costs={costs} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function Table({ costs: { currency, items } }: { costs: CarrierCosts }) {
  return (
    <div className="table-wrap">
      <table className="plain-table stacked" aria-label="Costs by month">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" className="right">
              A megabyte
            </th>
            <th scope="col" className="right">
              An active line a month
            </th>
            <th scope="col" className="right">
              Set
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((cost, i) => (
            <tr key={`${cost.from} ${cost.setAt}`}>
              <td data-label="From">
                <span>
                  {monthWords(cost.from)}
                  {/* The list has the latest of a month first; the others are kept, and count no more. */}
                  {items[i - 1]?.from === cost.from && <None> replaced</None>}
                </span>
              </td>
              <td data-label="A megabyte" className="right nowrap">
                {exactMoney(cost.perMb, currency)}
              </td>
              <td data-label="An active line a month" className="right nowrap">
                {exactMoney(cost.perLine, currency)}
              </td>
              <td data-label="Set" className="right dim">
                <span>
                  <Time at={cost.setAt} /> by {cost.setBy}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Months that can be chosen: this one, and a year back. */
function monthsToChoose(): { value: string; label: string }[] {
  const { timeZone } = measures();
  return lastMonths(organizationNow(), timeZone, 13).map(({ name }) => ({ value: name, label: monthWords(name) }));
}

function CostForm({ telecom, costs, onClose }: { telecom: string; costs: CarrierCosts; onClose: () => void }) {
  const [months] = useState(monthsToChoose);
  const save = useAction((cost: { from: string; perMb: string; perLine: string }) => setCost(telecom, cost), {
    changes: ['telecoms', 'revenue'],
    done: 'The cost is set.',
    onDone: onClose,
    quiet: true,
  });
  const now = costs.items[0];
  const { values, text, set, errors } = useForm(
    { from: months[0]!.value, perMb: now?.perMb ?? '', perLine: now?.perLine ?? '' },
    save.error,
  );
  const [perMb, perLine] = [typedAmount(values.perMb || '0'), typedAmount(values.perLine || '0')];
  const wrong = (amount: string | null) =>
    amount === null || amount.startsWith('-') ? 'Zero or more, like 0.0125' : null;
  return (
    <Dialog
      title="What it costs"
      submit="Set"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ from: values.from, perMb: perMb!, perLine: perLine! })}
      onClose={onClose}
      disabled={Boolean(wrong(perMb) || wrong(perLine))}
    >
      <Select
        label="From"
        description="And in all months after it, until another is set."
        data={months}
        value={values.from}
        onChange={(value) => value && set('from', value)}
        error={errors.from}
        allowDeselect={false}
      />
      <TextInput
        label="A megabyte"
        {...text('perMb')}
        error={wrong(perMb) ?? errors.perMb}
        rightSection={<span className="dim">{costs.currency}</span>}
        rightSectionWidth={52}
        inputMode="decimal"
        data-autofocus
      />
      <TextInput
        label="An active line a month"
        {...text('perLine')}
        error={wrong(perLine) ?? errors.perLine}
        rightSection={<span className="dim">{costs.currency}</span>}
        rightSectionWidth={52}
        inputMode="decimal"
      />
    </Dialog>
  );
}
