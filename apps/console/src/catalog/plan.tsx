import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { archivePlan, getPlan, listVersions, type Plan, type PlanVersion } from '../api/plans.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { exactMoney, money } from '../format/money.ts';
import { count, paymentWords, planTypeWords } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { PlanForm } from './plan-form.tsx';
import { megabytes, priceInWords } from './price.ts';
import './plan.css';

export function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const may = useMay();
  const query = useQuery({ queryKey: ['plans', 'one', id], queryFn: () => getPlan(id) });
  const [open, setOpen] = useState<'edit' | 'archive' | null>(null);
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
        {may('catalog.plan.edit') && !plan.archivedAt && (
          <Button onClick={() => setOpen('edit')}>Change the offer</Button>
        )}
        {may('catalog.plan.delete') && !plan.archivedAt && !plan.superSimDefault && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label="More actions">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="var(--red)" onClick={() => setOpen('archive')}>
                Archive
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </PageHead>
      <Body>
        <div className="plan">
          <Versions plan={plan} />
        </div>
      </Body>
      {open === 'edit' && <PlanForm type={plan.type} plan={plan} onClose={() => setOpen(null)} />}
      {open === 'archive' && <Archive plan={plan} onClose={() => setOpen(null)} />}
    </>
  );
}

function Versions({ plan }: { plan: Plan }) {
  const [address, change] = useAddress();
  const query = useQuery({ queryKey: ['plans', 'versions', plan.id], queryFn: () => listVersions(plan.id) });
  const versions = query.data?.items ?? [plan.version];
  const chosen = versions.find(({ version }) => String(version) === address.version) ?? plan.version;
  return (
    <>
      <Panel
        title={`Version ${chosen.version}`}
        aside={chosen.version === plan.version.version ? 'what new lines get' : 'lines that began with it keep it'}
      >
        <Terms plan={plan} version={chosen} />
      </Panel>
      <div className="plan-side">
        <Panel title="Lines">
          <Link to="/sims" search={{ plan: plan.id }} className="link">
            {count(plan.sims, 'SIM')} on this plan
          </Link>
        </Panel>
        <Panel title="Versions" flush>
          <ul className="versions">
            {versions.map((version) => (
              <li key={version.id}>
                <button
                  type="button"
                  className="version"
                  aria-pressed={version.version === chosen.version}
                  onClick={() =>
                    change({ version: version.version === plan.version.version ? null : String(version.version) })
                  }
                >
                  <span className="strong">Version {version.version}</span>
                  <span className="dim">
                    <Time at={version.createdAt} />
                  </span>
                  <span className="ink2">{priceInWords(plan.type, version)}</span>
                </button>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

function Terms({ plan, version }: { plan: Plan; version: PlanVersion }) {
  const { currency } = version;
  return (
    <Facts>
      <Fact name="Monthly fee">{money(version.fee, currency)}</Fact>
      <Fact name="Activation fee">
        {Number(version.activationFee) === 0 ? <None /> : money(version.activationFee, currency)}
      </Fact>
      {plan.type === 'super_sim' ? (
        <>
          <Fact name="Price per MB">
            {version.tiers ? <Tiers version={version} /> : exactMoney(version.pricePerMb ?? '0', currency)}
          </Fact>
          <Fact name="Rounded up to">
            {version.incrementBytes ? bytes(version.incrementBytes) : <None>not rounded</None>}
          </Fact>
          <Fact name="Ready ends" hint="How the free period before the first paid one ends">
            {[
              version.readyExitBytes && `at ${bytes(version.readyExitBytes)}`,
              version.readyExitCommands && `at ${count(version.readyExitCommands, 'SMS command')}`,
              version.readyExitMonths && `after ${count(version.readyExitMonths, 'month')}`,
            ]
              .filter(Boolean)
              .join(', ') || 'at the first usage'}
          </Fact>
        </>
      ) : (
        <>
          <Fact name="Allowance">{megabytes(version.allowanceMb)} a month</Fact>
          <Fact name="Overage">
            {version.overageSizeMb && version.overagePrice ? (
              `${money(version.overagePrice, currency)} for every started ${megabytes(version.overageSizeMb)}`
            ) : (
              <None>free beyond the allowance</None>
            )}
          </Fact>
          <Fact name="Billing starts">
            {version.billingStart === 'assignment' ? 'with the assignment' : 'with the first usage'}
          </Fact>
          <Fact name="Prorated">{version.prorated ? 'fee and allowance, at start and end' : 'no'}</Fact>
        </>
      )}
      <Fact name="Data limit">
        {version.dataLimitMb === null ? <None /> : `${megabytes(version.dataLimitMb)} in a period`}
      </Fact>
      <Fact name="Payment">{paymentWords[version.paymentType]}</Fact>
      <Fact name="1 MB">{version.unitBase === 1000 ? '1,000,000 bytes' : '1,048,576 bytes'}</Fact>
    </Facts>
  );
}

function Tiers({ version }: { version: PlanVersion }) {
  let from = '0';
  return (
    <ul>
      {version.tiers?.map((tier) => {
        const words = tier.upToMb === null ? `above ${megabytes(from)}` : `to ${megabytes(tier.upToMb)}`;
        from = tier.upToMb ?? from;
        return (
          <li key={words}>
            {exactMoney(tier.pricePerMb, version.currency)} <span className="dim">{words}</span>
          </li>
        );
      })}
    </ul>
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
