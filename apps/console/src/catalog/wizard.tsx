import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { createPlan, createVersion, getPlan, type Plan, type PlanType } from '../api/plans.ts';
import { useMay, useMe } from '../app/session.ts';
import { planTypeWords } from '../format/words.ts';
import { errorAt, useAction, useForm } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Option } from '../ui/list/types.ts';
import { useOptions } from '../ui/options.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { AboutInputs, aboutOf, isWhole, noAbout } from './about.tsx';
import { BillingInputs } from './billing-inputs.tsx';
import { ExamplePanel } from './example-panel.tsx';
import { fieldsOf, newFields, termsOf } from './fields.ts';
import type { Values, WizardForm } from './form.ts';
import { isPlanType, kinds, planTypes, soldBy } from './kinds.ts';
import { filledBy, PresetsDialog, usePresets } from './presets.tsx';
import { PriceInputs } from './price-inputs.tsx';
import { RatesEditor } from './rates.tsx';
import { RefillsEditor } from './refills.tsx';
import { ZoneForm } from './zone-form.tsx';
import './plan.css';

/** A new plan: its type first, then its terms. The address says how far one is. */
export function NewPlanPage() {
  const [{ type, preset }] = useAddress();
  const { presets, query } = usePresets(preset !== undefined);
  const { organization } = useMe();
  if (!isPlanType(type)) return <TypeChooser />;
  const begun = presets.find(({ id, type: of }) => id === preset && of === type);
  if (preset !== undefined && query.isPending)
    return (
      <Page title="New plan">
        <Pending query={query} />
      </Page>
    );
  const values = begun
    ? filledBy(begun, organization.currency)
    : { ...newFields(type, organization.currency), ...noAbout };
  return <Wizard key={`${type} ${begun?.id}`} type={type} plan={null} begin={values} />;
}

/** Another version of a plan. */
export function ChangePlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['plans', 'one', id], queryFn: () => getPlan(id) });
  const plan = query.data;
  if (!plan)
    return (
      <Page title="Plan">
        <Pending query={query} />
      </Page>
    );
  return (
    <Wizard
      key={plan.version.id}
      type={plan.type}
      plan={plan}
      begin={{ ...fieldsOf(plan.type, plan.version), ...noAbout }}
    />
  );
}

/** A version may name zones that are on sale no more; they are shown as what they are, and refused when saved. */
function withSaved(zones: readonly Option[], plan: Plan | null): readonly Option[] {
  const gone = (plan?.version.zones ?? []).filter(({ id }) => !zones.some(({ value }) => value === id));
  return [...zones, ...gone.map(({ id, name }) => ({ value: id, label: name }))];
}

const rowWords: Record<string, string> = { rates: 'Rate', refills: 'Refill', tiers: 'Step', companies: 'Company' };

/** A refusal names rows as the API does; a person counts from one. */
function WizardProblem({ error }: { error: unknown }) {
  const row = error instanceof ApiError ? /^body\.(\w+)\[(\d+)\]/.exec(error.field ?? '') : null;
  const word = row && rowWords[row[1]!];
  if (!word || !(error instanceof ApiError)) return <FormProblem error={error} />;
  return (
    <div role="alert" className="notice notice-red">
      {word} {Number(row[2]) + 1}: {error.expected ? `expected ${error.expected}.` : error.message}
    </div>
  );
}

function Page({
  title,
  plan,
  actions,
  children,
}: {
  title: string;
  plan?: Plan | null;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/plans" className="plain">
          Plans
        </Link>
        {plan && (
          <>
            {' / '}
            <Link to="/plans/$id" params={{ id: plan.id }} className="plain">
              {plan.name}
            </Link>
          </>
        )}
      </nav>
      <PageHead title={title}>{actions}</PageHead>
      <Body>{children}</Body>
    </>
  );
}

function TypeChooser() {
  const { presets } = usePresets();
  return (
    <Page title="New plan">
      <p className="ink2">How is it sold? The type is fixed; everything else can be changed by a new version.</p>
      <ul className="types">
        {planTypes.map((type) => (
          <li key={type}>
            <Link to="/plans/new" search={{ type }} className="type">
              <span className="strong">{planTypeWords[type]}</span>
              <span className="ink2">{kinds[type].sentence}</span>
            </Link>
          </li>
        ))}
      </ul>
      {presets.length > 0 && (
        <section aria-labelledby="presets">
          <h2 id="presets" className="types-head">
            Or begin with a preset
          </h2>
          <ul className="types">
            {presets.map(({ id, type, name }) => (
              <li key={id}>
                <Link to="/plans/new" search={{ type, preset: id }} className="type">
                  <span className="strong">{name}</span>
                  <span className="ink2">{planTypeWords[type]}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

/** The terms on the left, what a customer would pay for them on the right. */
function Wizard({ type, plan, begin }: { type: PlanType; plan: Plan | null; begin: Values }) {
  const { organization } = useMe();
  const may = useMay();
  const navigate = useNavigate();
  const zones = withSaved(useOptions('zone', may('catalog.zone.view')), plan);
  const [open, setOpen] = useState<'presets' | 'zone' | null>(null);
  const [began] = useState(() => JSON.stringify(begin));
  const isSaved = useRef(false);
  const save = useAction(
    (values: Values) => {
      const terms = termsOf(type, values);
      if (plan) return createVersion(plan.id, terms);
      const { name, ...about } = aboutOf(values);
      return createPlan({ type, ...terms, ...about, ...(name && { name }) });
    },
    {
      changes: ['plans', 'options'],
      done: plan ? 'The new version is in force for new lines and periods.' : (saved) => `${saved.name} is created.`,
      onDone: (saved) => {
        isSaved.current = true;
        void navigate({ to: '/plans/$id', params: { id: saved.id } });
      },
      quiet: true,
    },
  );
  const form: WizardForm = useForm<Values>(begin, save.error);
  const { values, set, setValues } = form;
  const wrong = (place: string) => errorAt(save.error, place);
  const terms = termsOf(type, values);
  // What was refused may be far above the button: it is shown, not only named.
  const sheet = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (save.error) sheet.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [save.error]);

  return (
    <Page
      title={plan ? `${plan.name}: version ${plan.version.version + 1}` : `New plan: ${planTypeWords[type]}`}
      plan={plan}
      actions={
        <>
          {!plan && (
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/plans/new" />}>
              Another type
            </Button>
          )}
          <Button variant="default" onClick={() => setOpen('presets')}>
            Presets
          </Button>
        </>
      }
    >
      <form
        className="wizard"
        ref={sheet}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending && isWhole(values)) save.mutate(values);
        }}
      >
        <div className="wizard-form">
          <p className="ink2">{kinds[type].sentence}</p>
          {plan && (
            <p className="notice notice-blue">
              Running periods and past charges keep their version. The next period of a line uses the new one.
            </p>
          )}
          <Panel title="Price">
            <div className="form">
              <PriceInputs type={type} form={form} wrong={wrong} />
            </div>
          </Panel>
          {soldBy(type, 'refills') && (
            <Panel title="Refills" aside="each adds its data and starts the days anew">
              <RefillsEditor
                refills={values.refills}
                currency={values.currency}
                onChange={(refills) => set('refills', refills)}
                wrong={wrong}
              />
            </Panel>
          )}
          <Panel title="Rates by zone" aside="a network before its country, a zone before everywhere else">
            <RatesEditor
              type={type}
              rates={values.rates}
              currency={values.currency}
              zones={zones}
              onChange={(rates) => set('rates', rates)}
              onNewZone={may('catalog.zone.edit') ? () => setOpen('zone') : undefined}
              wrong={wrong}
            />
          </Panel>
          <Panel title="Billing">
            <div className="form">
              <BillingInputs type={type} form={form} />
            </div>
          </Panel>
          {!plan && (
            <Panel title="Name and who it is for">
              <div className="form">
                <AboutInputs form={form} nameHint="Named after its terms" />
              </div>
            </Panel>
          )}
        </div>
        <div className="wizard-side">
          <ExamplePanel type={type} terms={terms} unitBase={organization.unitBase} zones={zones} />
        </div>
        <div className="wizard-end">
          <WizardProblem error={save.error} />
          <div className="wizard-buttons">
            <Button
              variant="default"
              renderRoot={(props) =>
                plan ? <Link {...props} to="/plans/$id" params={{ id: plan.id }} /> : <Link {...props} to="/plans" />
              }
            >
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isWhole(values)}>
              {plan ? `Save as version ${plan.version.version + 1}` : 'Create plan'}
            </Button>
          </div>
        </div>
      </form>
      {open === 'presets' && (
        <PresetsDialog
          type={type}
          values={values}
          onUse={(preset) => {
            setOpen(null);
            if (preset.type === type) setValues({ ...filledBy(preset, organization.currency) });
            else void navigate({ to: '/plans/new', search: { type: preset.type, preset: preset.id } });
          }}
          onClose={() => setOpen(null)}
        />
      )}
      <Unsaved
        what={plan ? 'The new version' : 'The new plan'}
        isUnsaved={() => !isSaved.current && JSON.stringify(values) !== began}
      />
      {open === 'zone' && <ZoneForm zone={null} onClose={() => setOpen(null)} />}
    </Page>
  );
}
