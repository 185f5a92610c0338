import { MultiSelect, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type Plan, type PlanAbout, updatePlan } from '../api/plans.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

/** What is around an offer: how it is called, and whom it is for. */
export type AboutFields = {
  /** Empty: named after its terms. */
  name: string;
  description: string;
  labels: string[];
  /** Empty: any. */
  telecom: string;
  designated: boolean;
  companies: string[];
};

export const noAbout: AboutFields = {
  ...{ name: '', description: '', labels: [], telecom: '' },
  ...{ designated: false, companies: [] },
};

export function aboutFields(plan: Plan): AboutFields {
  return {
    name: plan.namedByUs ? '' : plan.name,
    description: plan.description,
    labels: plan.labels,
    telecom: plan.telecom?.id ?? '',
    designated: plan.designated,
    companies: plan.companies.map(({ id }) => id),
  };
}

export function aboutOf({ name, description, labels, telecom, designated, companies }: AboutFields): PlanAbout {
  return {
    name: name.trim() || null,
    description: description.trim(),
    labels,
    telecom: telecom || null,
    companies: designated ? companies : [],
  };
}

/** Whether the fields can be sent: a designated plan names its companies. */
export const isWhole = ({ designated, companies }: AboutFields) => !designated || companies.length > 0;

/** The fields, for the wizard and for changing them alone. */
export function AboutInputs<T extends AboutFields>({
  form,
  nameHint,
  fixed,
}: {
  form: ReturnType<typeof useForm<T>>;
  nameHint: string;
  /** It is for everybody: the plan of fleets that name none. */
  fixed?: boolean;
}) {
  const { values, errors } = form;
  // T only adds fields to these.
  const set = form.set as <K extends keyof AboutFields>(name: K, value: AboutFields[K]) => void;
  const telecoms = useOptions('telecom');
  const companies = useOptions('company');
  return (
    <>
      <TextInput
        label="Name"
        value={values.name}
        onChange={(event) => set('name', event.currentTarget.value)}
        placeholder={nameHint}
        error={errors.name}
        maxLength={200}
      />
      <Textarea
        label="Description"
        value={values.description}
        onChange={(event) => set('description', event.currentTarget.value)}
        error={errors.description}
        maxLength={4000}
        minRows={1}
      />
      <TagsInput
        label="Labels"
        value={values.labels}
        onChange={(labels) => set('labels', labels)}
        error={errors.labels}
        placeholder={values.labels.length === 0 ? 'Enter adds one' : ''}
        maxTags={50}
      />
      {!fixed && (
        <>
          <Select
            label="Telecom"
            description="Only its SIMs can get the plan."
            data={telecoms}
            value={values.telecom || null}
            onChange={(value) => set('telecom', value ?? '')}
            placeholder="Any telecom"
            error={errors.telecom}
            clearable
            searchable
          />
          <Switch
            label="Company designated plan"
            description={
              values.designated
                ? 'Only for the companies chosen here.'
                : 'Off: a general plan, for all companies there are and will be.'
            }
            checked={values.designated}
            onChange={(event) => set('designated', event.currentTarget.checked)}
          />
          {values.designated && (
            <MultiSelect
              label="Companies"
              description="They pay in the plan’s currency."
              data={companies}
              value={values.companies}
              onChange={(chosen) => set('companies', chosen)}
              error={errors.companies}
              placeholder={values.companies.length === 0 ? 'At least one' : ''}
              searchable
              limit={100}
            />
          )}
        </>
      )}
    </>
  );
}

/** Changes what is around the offer; the offer itself changes by a new version. */
export function EditAbout({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const save = useAction((fields: AboutFields) => updatePlan(plan.id, aboutOf(fields)), {
    changes: ['plans', 'options'],
    done: (saved) => `${saved.name} is saved.`,
    onDone: onClose,
    quiet: true,
  });
  const form = useForm(aboutFields(plan), save.error);
  return (
    <SideForm
      title="Name and who it is for"
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(form.values)}
      onClose={onClose}
      disabled={!isWhole(form.values)}
    >
      <AboutInputs
        form={form}
        nameHint={plan.namedByUs ? plan.name : 'Named after its terms'}
        fixed={plan.superSimDefault}
      />
    </SideForm>
  );
}
