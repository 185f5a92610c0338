import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { archivePlan, duplicatePlan, getPlan, listVersions, type Plan } from '../api/plans.ts';
import { useMay, useMe } from '../app/session.ts';
import { count, planTypeWords } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { EditAbout } from './about.tsx';
import { ExamplePanel } from './example-panel.tsx';
import { Labels } from './labels.tsx';
import { VersionTerms } from './version-terms.tsx';
import { Changes, Versions } from './versions.tsx';
import './plan.css';

const Assign = lazy(async () => ({ default: (await import('../periods/assign.tsx')).Assign }));

type PlanDialog = 'about' | 'archive' | 'assign' | 'move';

export function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['plans', 'one', id], queryFn: () => getPlan(id) });
  const [open, setOpen] = useState<PlanDialog | null>(null);
  const plan = query.data;
  if (!plan) {
    return (
      <>
        <PageHead title="Plan" />
        <Body>
          <Pending query={query} />
        </Body>
      </>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/plans" className="plain">
          Plans
        </Link>
      </nav>
      <PageHead
        title={plan.name}
        note={
          <span className="ink2">
            {planTypeWords[plan.type]}
            {plan.superSimDefault && ', the default of fleets'} {plan.archivedAt && <Badge tone="grey">Archived</Badge>}
          </span>
        }
      >
        <Actions plan={plan} onOpen={setOpen} />
      </PageHead>
      <Body>
        <Offer plan={plan} onEdit={() => setOpen('about')} />
      </Body>
      {open === 'about' && <EditAbout plan={plan} onClose={() => setOpen(null)} />}
      {(open === 'assign' || open === 'move') && (
        <Suspense>
          <Assign
            whom={
              open === 'assign' ? { kind: 'named' } : { kind: 'matching', filter: { plan: plan.id }, sims: plan.sims }
            }
            plan={open === 'assign' ? plan.id : null}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
      {open === 'archive' && <Archive plan={plan} onClose={() => setOpen(null)} />}
    </>
  );
}

function Actions({ plan, onOpen }: { plan: Plan; onOpen: (what: PlanDialog) => void }) {
  const may = useMay();
  const { actor } = useMe();
  const navigate = useNavigate();
  const duplicate = useAction(() => duplicatePlan(plan.id), {
    changes: ['plans', 'options'],
    done: (made) => `${made.name} is created.`,
    onDone: (made) => void navigate({ to: '/plans/$id', params: { id: made.id } }),
  });
  if (actor.companyId !== null) return null;
  const living = !plan.archivedAt;
  const edit = may('catalog.plan.edit') && living;
  const assigns = may('periods.plan.assign');
  const moves = assigns && plan.sims > 0;
  const archive = may('catalog.plan.delete') && living && !plan.superSimDefault;
  return (
    <>
      {assigns && living && (
        <Button variant="default" onClick={() => onOpen('assign')}>
          Put SIMs on it
        </Button>
      )}
      {edit && (
        <Button renderRoot={(props) => <Link {...props} to="/plans/$id/change" params={{ id: plan.id }} />}>
          Change the offer
        </Button>
      )}
      {(edit || archive || moves || may('catalog.plan.add')) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions" loading={duplicate.isPending}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {edit && <Menu.Item onClick={() => onOpen('about')}>Name and who it is for</Menu.Item>}
            {may('catalog.plan.add') && <Menu.Item onClick={() => duplicate.mutate(undefined)}>Duplicate</Menu.Item>}
            {moves && <Menu.Item onClick={() => onOpen('move')}>Another plan for its SIMs</Menu.Item>}
            {archive && (
              <Menu.Item color="var(--red)" onClick={() => onOpen('archive')}>
                Archive
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

/** What one version says, what it would cost, and how it came to be. */
function Offer({ plan, onEdit }: { plan: Plan; onEdit: () => void }) {
  const [address] = useAddress();
  const query = useQuery({ queryKey: ['plans', 'versions', plan.id], queryFn: () => listVersions(plan.id) });
  const versions = query.data?.items ?? [plan.version];
  const chosen = versions.find(({ version }) => String(version) === address.version) ?? plan.version;
  return (
    <div className="plan">
      <div className="plan-main">
        <Panel
          title={`Version ${chosen.version}`}
          aside={chosen.version === plan.version.version ? 'what new lines get' : 'lines that began with it keep it'}
        >
          <VersionTerms plan={plan} version={chosen} />
        </Panel>
        {versions.length > 1 && <Changes plan={plan} versions={versions} chosen={chosen} />}
      </div>
      <div className="plan-side">
        <ExamplePanel
          type={plan.type}
          terms={chosen}
          unitBase={chosen.unitBase}
          zones={chosen.zones.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <ForWhom plan={plan} onEdit={onEdit} />
        <Versions plan={plan} versions={versions} chosen={chosen} />
      </div>
    </div>
  );
}

function ForWhom({ plan, onEdit }: { plan: Plan; onEdit: () => void }) {
  const may = useMay();
  const { actor } = useMe();
  return (
    <Panel
      title="Who it is for"
      aside={
        may('catalog.plan.edit') &&
        actor.companyId === null &&
        !plan.archivedAt && (
          <button type="button" className="as-link" onClick={onEdit}>
            Edit
          </button>
        )
      }
    >
      <Facts>
        <Fact name="Lines on it">
          <Link to="/sims" search={{ plan: plan.id }} className="link">
            {count(plan.sims, 'SIM')}
          </Link>
        </Fact>
        <Fact name="Companies">
          {plan.designated ? plan.companies.map(({ name }) => name).join(', ') : 'all, also those to come'}
        </Fact>
        <Fact name="Telecom">{plan.telecom?.name ?? 'any'}</Fact>
        <Fact name="Labels">{plan.labels.length === 0 ? <None /> : <Labels labels={plan.labels} />}</Fact>
        {plan.description !== '' && <Fact name="Description">{plan.description}</Fact>}
        {plan.namedByUs && <Fact name="Name">follows the terms</Fact>}
      </Facts>
    </Panel>
  );
}

function Archive({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const navigate = useNavigate();
  const archive = useAction(() => archivePlan(plan.id), {
    changes: ['plans', 'options'],
    done: `${plan.name} is archived.`,
    onDone: () => void navigate({ to: '/plans' }),
    quiet: true,
  });
  return (
    <Dialog
      title={`Archive ${plan.name}`}
      submit="Archive"
      danger
      busy={archive.isPending}
      error={archive.error}
      onSubmit={() => archive.mutate()}
      onClose={onClose}
    >
      <p>
        No new line gets it.{' '}
        {plan.sims > 0 ? `The ${count(plan.sims, 'SIM')} on it keep it and go on paying.` : 'No line is on it.'}
      </p>
    </Dialog>
  );
}
