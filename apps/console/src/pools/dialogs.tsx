import { Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { listPlans } from '../api/plans.ts';
import { addMembers, archivePool, changePoolTerms, type Pool, updatePool } from '../api/pools.ts';
import { bytesOfMegabytes, megabytesOf } from '../format/bytes.ts';
import { count } from '../format/words.ts';
import { tell, useAction, useForm } from '../ui/actions.ts';
import { Dialog, SideForm } from '../ui/form.tsx';
import { Time } from '../ui/time.tsx';
import { Outcome } from './outcome.tsx';
import { TermsFields, termsOf, valuesOf } from './terms-fields.tsx';

type Props = { pool: Pool; onClose: () => void };

const changes = ['pool', 'pools', 'sims', 'sim', 'overview'];

/** What can be done with a pool, by the word in the address. */
export function Dialogs({ kind, ...props }: Props & { kind: string }) {
  switch (kind) {
    case 'add':
      return <AddMembers {...props} />;
    case 'terms':
      return <EditTerms {...props} />;
    case 'details':
      return <EditDetails {...props} />;
    case 'archive':
      return <Archive {...props} />;
    default:
      return null;
  }
}

const most = 1000;

/** SIMs by their ICCIDs, as they stand on a list: one a line, or anything between them. */
function AddMembers({ pool, onClose }: Props) {
  const plans = useQuery({ queryKey: ['plans', 'of pools'], queryFn: () => listPlans({ limit: 200 }) });
  const fitting = (plans.data?.items ?? []).filter(
    (plan) => plan.type === `${pool.type}_pool` && !plan.archivedAt && plan.version.currency === pool.currency,
  );
  const action = useAction((input: { plan: string; iccids: string[] }) => addMembers(pool.id, input), {
    changes,
    onDone: ({ results }) => {
      if (results.some(({ outcome }) => outcome === 'refused')) return;
      tell(`${count(results.length, 'SIM')} joined the pool.`);
      onClose();
    },
    quiet: true,
  });
  const { values, set, errors } = useForm({ iccids: '', plan: '' }, action.error);
  const plan = values.plan || (fitting.length === 1 ? fitting[0]!.id : '');
  const iccids = [...new Set(values.iccids.match(/\d{18,22}/g) ?? [])];
  if (action.data) return <Outcome title="Add SIMs" results={action.data.results} onClose={onClose} />;
  return (
    <SideForm
      title={`Add SIMs to ${pool.name}`}
      submit={iccids.length === 0 ? 'Add SIMs' : `Add ${count(iccids.length, 'SIM')}`}
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate({ plan, iccids })}
      onClose={onClose}
      disabled={plan === '' || iccids.length === 0 || iccids.length > most}
    >
      <p className="ink2">
        {pool.type === 'dynamic'
          ? 'Each brings the balance and the fee of this plan to the month, once, also if it leaves and comes back.'
          : 'They share the balance of the pool from now on.'}{' '}
        A SIM is in one pool at most, because it is on one plan at most.
      </p>
      {plans.data && fitting.length === 0 ? (
        <p className="notice notice-amber">
          There is no plan of this kind in {pool.currency} yet. Make one first: a plan of the type{' '}
          {pool.type === 'static' ? 'Static pool' : 'Dynamic pool'}.
        </p>
      ) : (
        <Select
          label="Plan"
          description={
            pool.type === 'static' ? 'Its activation fee falls due for each SIM that joins.' : 'What each SIM brings.'
          }
          data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          value={plan || null}
          onChange={(value) => set('plan', value ?? '')}
          error={errors.plan}
          searchable
        />
      )}
      <Textarea
        label="ICCIDs"
        description={`One a line, or as they come; at most ${most} at a time.`}
        value={values.iccids}
        onChange={(event) => set('iccids', event.currentTarget.value)}
        minRows={8}
        maxRows={16}
        classNames={{ input: 'mono' }}
        error={iccids.length > most ? `These are ${iccids.length}.` : errors.iccids}
        data-autofocus
      />
    </SideForm>
  );
}

/** New terms are for the next month: this one goes on as it began. */
function EditTerms({ pool, onClose }: Props) {
  const save = useAction(
    (values: ReturnType<typeof valuesOf>) => {
      const { allowanceMb, fee, ...overage } = termsOf(pool.type, values);
      return changePoolTerms(pool.id, pool.type === 'static' ? { allowanceMb, fee, ...overage } : overage);
    },
    { changes, done: 'The new terms hold from the next month on.', onDone: onClose, quiet: true },
  );
  const form = useForm(valuesOf(pool.terms), save.error);
  return (
    <SideForm
      title={`Terms of ${pool.name}`}
      submit="Save for the next month"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(form.values)}
      onClose={onClose}
    >
      {pool.month && (
        <p className="notice notice-blue">
          This month keeps its terms. The new ones hold from <Time at={pool.month.endsAt} /> on.
        </p>
      )}
      <TermsFields type={pool.type} form={form} currency={pool.currency} />
    </SideForm>
  );
}

function EditDetails({ pool, onClose }: Props) {
  const save = useAction((input: Parameters<typeof updatePool>[1]) => updatePool(pool.id, input), {
    changes,
    done: 'The pool is saved.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text, set, errors } = useForm(
    { name: pool.name, dataLimitMb: megabytesOf(pool.dataLimitBytes), labels: pool.labels, note: pool.note },
    save.error,
  );
  const limit = values.dataLimitMb.trim() === '' ? null : bytesOfMegabytes(values.dataLimitMb);
  const limitWrong = values.dataLimitMb.trim() !== '' && (limit === null || limit === '0');
  return (
    <SideForm
      title={pool.name}
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate({
          name: values.name.trim(),
          dataLimitBytes: limit,
          labels: values.labels,
          note: values.note.trim(),
        })
      }
      onClose={onClose}
      disabled={values.name.trim() === '' || limitWrong}
    >
      <TextInput label="Name" {...text('name')} maxLength={200} />
      <TextInput
        label="Data limit in a month"
        description="When the members together reach it, none of them has data until the month ends or the limit is raised. Empty: no limit."
        {...text('dataLimitMb')}
        error={limitWrong ? 'More than zero MB' : errors.dataLimitBytes}
        rightSection={<span className="dim">MB</span>}
        rightSectionWidth={44}
        inputMode="decimal"
        data-autofocus
      />
      <TagsInput label="Labels" value={values.labels} onChange={(labels) => set('labels', labels)} maxTags={20} />
      <Textarea
        label="Note"
        value={values.note}
        onChange={(event) => set('note', event.currentTarget.value)}
        maxLength={4000}
      />
    </SideForm>
  );
}

function Archive({ pool, onClose }: Props) {
  const navigate = useNavigate();
  const archive = useAction(() => archivePool(pool.id), {
    changes: [...changes, 'options'],
    done: `${pool.name} is archived.`,
    onDone: () => void navigate({ to: '/pools' }),
    quiet: true,
  });
  return (
    <Dialog
      title={`Archive ${pool.name}`}
      submit="Archive"
      danger
      busy={archive.isPending}
      error={archive.error}
      onSubmit={() => archive.mutate()}
      onClose={onClose}
      disabled={pool.members > 0}
    >
      {pool.members > 0 ? (
        <p className="notice notice-amber">It has {count(pool.members, 'member')}. Take them out first.</p>
      ) : (
        <p>Its month runs to its end and is billed; no other follows. What it used and cost stays to be looked at.</p>
      )}
    </Dialog>
  );
}
