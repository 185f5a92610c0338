import { Drawer, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createPool, type PoolType } from '../api/pools.ts';
import { listCompanies } from '../api/tenancy.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytesOfMegabytes } from '../format/bytes.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Form } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { Presets } from './presets.tsx';
import { Review } from './review.tsx';
import { emptyTerms, TermsFields, type TermsValues, termsOf, valuesOf } from './terms-fields.tsx';
import { poolTypeMeaning, poolTypeWords } from './words.ts';

export type PoolFields = TermsValues & {
  name: string;
  company: string;
  dataLimitMb: string;
  labels: string[];
  note: string;
};

/** The wizard of a new pool: its fields, and beside them what they come to. */
export function PoolForm({ type, onClose }: { type: PoolType; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const navigate = useNavigate();
  const companies = useOptions('company', may('tenancy.company.view'));
  const create = useAction(createPool, {
    changes: ['pools', 'options'],
    done: (pool) => `${pool.name} is created.`,
    onDone: (pool) => void navigate({ to: '/pools/$id', params: { id: pool.id } }),
    quiet: true,
  });
  const form = useForm<PoolFields>(
    { name: '', company: '', dataLimitMb: '', labels: [], note: '', ...emptyTerms(type) },
    create.error,
  );
  const { values, text, set, setValues, errors } = form;
  const terms = termsOf(type, values);
  const currency = useCurrencyOf(values.company);
  const limit = values.dataLimitMb.trim() === '' ? null : bytesOfMegabytes(values.dataLimitMb);
  const limitWrong = values.dataLimitMb.trim() !== '' && (limit === null || limit === '0');

  return (
    <Drawer
      opened
      onClose={onClose}
      size={880}
      title={`New ${poolTypeWords[type].toLowerCase()}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form
        submit="Create pool"
        busy={create.isPending}
        error={create.error}
        onSubmit={() =>
          create.mutate({
            name: values.name.trim(),
            type,
            company: values.company || null,
            dataLimitBytes: limit,
            labels: values.labels,
            note: values.note.trim(),
            ...terms,
          })
        }
        onClose={onClose}
        disabled={values.name.trim() === '' || limitWrong}
      >
        <div className="pool-wizard">
          <div className="pool-fields">
            <p className="ink2">{poolTypeMeaning[type]} It runs by calendar months.</p>
            <Presets
              type={type}
              terms={terms}
              onUse={(saved) => setValues((now) => ({ ...now, ...valuesOf(saved) }))}
            />
            <TextInput label="Name" {...text('name')} maxLength={200} data-autofocus />
            <Select
              label="Company"
              description="Whose SIMs may join, and who pays. It cannot be changed later."
              data={companies}
              value={values.company || null}
              onChange={(value) => set('company', value ?? '')}
              placeholder={me.organization.name}
              error={errors.company}
              clearable
              searchable
            />
            <TermsFields type={type} form={form} currency={currency} />
            <div className="form-part">
              <h3>Limit and notes</h3>
              <TextInput
                label="Data limit in a month"
                description="When the members together reach it, none of them has data until the month ends. Empty: no limit."
                {...text('dataLimitMb')}
                error={limitWrong ? 'More than zero MB' : errors.dataLimitBytes}
                rightSection={<span className="dim">MB</span>}
                rightSectionWidth={44}
                inputMode="decimal"
              />
              <TagsInput
                label="Labels"
                value={values.labels}
                onChange={(labels) => set('labels', labels)}
                maxTags={20}
              />
              <Textarea
                label="Note"
                value={values.note}
                onChange={(event) => set('note', event.currentTarget.value)}
                maxLength={4000}
              />
            </div>
          </div>
          <Review type={type} name={values.name} terms={terms} currency={currency} limitBytes={limit} />
        </div>
      </Form>
    </Drawer>
  );
}

/** A pool is in its account's currency. */
function useCurrencyOf(company: string): string {
  const { organization } = useMe();
  const companies = useQuery({
    queryKey: ['companies', 'currencies'],
    queryFn: () => listCompanies({ limit: 200 }),
    enabled: company !== '',
  });
  return companies.data?.items.find(({ id }) => id === company)?.currency ?? organization.currency;
}
