import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  type BillingSettings,
  changeBillingSettings,
  changeSeries,
  getBillingSettings,
  listSeries,
  type OwnTerms,
  type Series,
} from '../api/billing.ts';
import { useMay, useMe } from '../app/session.ts';
import { count, paymentWords } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';

export function useTerms(account: string) {
  const sees = useMay()('billing.settings.view');
  const ours = useMe().actor.companyId === null;
  return useQuery({
    queryKey: ['billing-settings', account],
    queryFn: () => getBillingSettings(account),
    enabled: sees && ours,
    placeholderData: undefined,
  });
}

/** How an account is billed; of the organization, what holds for all who have said nothing else. */
export function TermsPart({ account, onDialog }: { account: string; onDialog: (kind: 'terms' | 'series') => void }) {
  const query = useTerms(account);
  const edits = useMay()('billing.settings.edit');
  const terms = query.data;
  if (!terms) return query.error ? <Pending query={query} lines={4} /> : null;
  const own = (name: keyof OwnTerms) => (account.startsWith('org_') || terms.own[name] === null ? null : ' (its own)');
  return (
    <div className="bill-terms">
      <Facts>
        <Fact name="Payment type">
          {terms.paymentType ? paymentWords[terms.paymentType] : <None>as the plan of each SIM says</None>}
          <span className="dim">{own('paymentType')}</span>
        </Fact>
        <Fact name="In advance">
          {count(terms.preDays, 'day')} before the month <span className="dim">{own('preDays')}</span>
        </Fact>
        <Fact name="Grace for late usage">
          {terms.graceDays === 0 ? <None /> : count(terms.graceDays, 'day')}{' '}
          <span className="dim">{own('graceDays')}</span>
        </Fact>
        <Fact name="Approval">
          {terms.approval === 'manual' ? 'By hand' : 'Automatic'} <span className="dim">{own('approval')}</span>
        </Fact>
        <Fact name="To be paid in">
          {count(terms.termsDays, 'day')} <span className="dim">{own('termsDays')}</span>
        </Fact>
        {account.startsWith('org_') && <Numbers />}
      </Facts>
      {edits && (
        <div className="bill-note">
          <Button size="xs" variant="default" onClick={() => onDialog('terms')}>
            Change how it is billed
          </Button>
          {account.startsWith('org_') && (
            <Button size="xs" variant="default" onClick={() => onDialog('series')}>
              Change the numbers
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Numbers() {
  const series = useQuery({ queryKey: ['bill-series'], queryFn: listSeries }).data;
  const next = (kind: Series['kind']) => series?.items.find((one) => one.kind === kind)?.next;
  return (
    <>
      <Fact name="Next invoice">
        <span className="mono">{next('invoice')}</span>
      </Fact>
      <Fact name="Next credit note">
        <span className="mono">{next('credit_note')}</span>
      </Fact>
    </>
  );
}

type DialogProps = { account: string; onClose: () => void };

export function TermsDialog({ account, onClose }: DialogProps) {
  const terms = useTerms(account).data;
  return terms ? <TermsForm terms={terms} account={account} onClose={onClose} /> : null;
}

/** What applies above stands in the empty field. */
function TermsForm({ terms, account, onClose }: DialogProps & { terms: BillingSettings }) {
  const save = useAction((own: OwnTerms) => changeBillingSettings(account, own), {
    changes: ['billing-settings'],
    done: 'Bills from the next one on are made so.',
    onDone: onClose,
    quiet: true,
  });
  const { values, set, errors } = useForm({ ...terms.own }, save.error);
  const days = (
    name: 'preDays' | 'graceDays' | 'termsDays',
    label: string,
    description: string,
    max: number,
    min = 0,
  ) => (
    <NumberInput
      label={label}
      description={description}
      value={values[name] ?? ''}
      onChange={(value) => set(name, value === '' ? null : Number(value))}
      placeholder={String(terms[name])}
      {...{ min, max, error: errors[name] }}
      allowDecimal={false}
    />
  );
  return (
    <Dialog
      title="How it is billed"
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(values)}
      onClose={onClose}
    >
      <p className="ink2">
        {account.startsWith('org_')
          ? 'For every company that has no choice of its own. An empty field is as the product has it.'
          : 'An empty field is as it is for all.'}
      </p>
      <Select
        label="Payment type"
        description="Over those of all plans."
        data={Object.entries(paymentWords).map(([value, label]) => ({ value, label }))}
        value={values.paymentType}
        onChange={(value) => set('paymentType', value as OwnTerms['paymentType'])}
        placeholder="As the plan of each SIM says"
        clearable
      />
      <Select
        label="Approval"
        data={[
          { value: 'manual', label: 'By hand' },
          { value: 'automatic', label: 'Automatic' },
        ]}
        value={values.approval}
        onChange={(value) => set('approval', value as OwnTerms['approval'])}
        placeholder={terms.approval === 'manual' ? 'By hand' : 'Automatic'}
        clearable
      />
      <div className="form-row">
        {days('preDays', 'Days in advance', 'Of Pre-Billing, before the month.', 27, 1)}
        {days('graceDays', 'Days of grace', 'A month waits so long for late usage.', 27)}
      </div>
      {days('termsDays', 'Days to pay', 'From the issue of an invoice on.', 365)}
    </Dialog>
  );
}

export function SeriesDialog({ onClose }: { onClose: () => void }) {
  const series = useQuery({ queryKey: ['bill-series'], queryFn: listSeries }).data;
  return series ? <SeriesForm series={series.items} onClose={onClose} /> : null;
}

const seriesWords: Record<Series['kind'], string> = {
  pre_bill: 'Pre-bills',
  invoice: 'Invoices',
  credit_note: 'Credit notes',
};

function SeriesForm({ series, onClose }: { series: Series[]; onClose: () => void }) {
  const save = useAction(
    async (prefixes: Record<string, string>) => {
      for (const { kind, prefix, digits } of series) {
        if (prefixes[kind] !== prefix) await changeSeries(kind, { prefix: prefixes[kind] ?? '', digits });
      }
    },
    { changes: ['bill-series'], done: 'Numbers are written so from now on.', onDone: onClose, quiet: true },
  );
  const { values, text } = useForm(
    Object.fromEntries(series.map(({ kind, prefix }) => [kind, prefix])) as Record<string, string>,
    save.error,
  );
  return (
    <Dialog
      title="Numbers"
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(values)}
      onClose={onClose}
    >
      <p className="ink2">
        What stands in front of the number; {'{year}'} is the year of issue. They go on counting: no number is left out
        or given twice.
      </p>
      {series.map(({ kind, next }) => (
        <TextInput key={kind} label={seriesWords[kind]} description={`Next: ${next}`} {...text(kind)} maxLength={30} />
      ))}
    </Dialog>
  );
}
