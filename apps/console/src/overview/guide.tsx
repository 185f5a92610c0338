import { Button } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listTelecoms } from '../api/carriers.ts';
import { listPlans } from '../api/plans.ts';
import { listSims } from '../api/sims.ts';
import { listCompanies, type Me } from '../api/tenancy.ts';
import { usePreference } from '../app/preferences.ts';
import { may } from '../app/session.ts';
import { Panel } from '../ui/page.tsx';

/** The five steps without which nothing can be sold, until they are done or somebody has had enough of them. */
export function Guide({ sims, me }: { sims: number; me: Me }) {
  const [dismissed, setDismissed] = usePreference(`guide.${me.organization.id}`, false);
  const open = sims === 0 && !dismissed && me.actor.companyId === null && may(me, 'carriers.telecom.view');
  const one = { limit: 1 };
  const telecoms = useQuery({ queryKey: ['telecoms', 'any'], queryFn: () => listTelecoms(one), enabled: open });
  const companies = useQuery({ queryKey: ['companies', 'any'], queryFn: () => listCompanies(one), enabled: open });
  const plans = useQuery({ queryKey: ['plans', 'any'], queryFn: () => listPlans(one), enabled: open });
  const all = useQuery({ queryKey: ['sims', 'any'], queryFn: () => listSims(one), enabled: open });
  if (!open) return null;

  const any = (query: { data?: { items: unknown[] } | undefined }) => (query.data?.items.length ?? 0) > 0;
  const steps = [
    {
      title: 'Integrate your telecoms',
      text: 'The network that carries the data: your own core over RADIUS, or a simulated one to try things out.',
      done: any(telecoms),
      to: '/telecoms',
      search: { add: 'telecom' },
      action: 'Connect a telecom',
    },
    {
      title: 'Create a company',
      text: 'The business customer that your SIMs will belong to. SIMs can stay your own as well.',
      done: any(companies),
      to: '/companies',
      search: { add: 'company' },
      action: 'Create a company',
    },
    {
      title: 'Upload SIMs',
      text: 'A CSV file with one ICCID a line is enough; IMSI and MSISDN can be in it too.',
      done: any(all),
      to: '/sims',
      search: { add: 'import' },
      action: 'Upload SIMs',
    },
    {
      title: 'Create plans',
      text: 'What a line costs: bundles, prices per MB and by zone, refills, pools.',
      done: any(plans),
      to: '/plans/new',
      search: {},
      action: 'Create a plan',
    },
    {
      title: 'Assign a plan',
      text: 'Put SIMs into a fleet with a plan, or assign the plan itself. Then make them ready.',
      done: false,
      to: '/fleets',
      search: { add: 'fleet' },
      action: 'Create a fleet',
    },
  ];
  return (
    <Panel
      title="Five steps to your first active SIM"
      flush
      aside={
        <Button variant="subtle" color="gray" size="xs" onClick={() => setDismissed(true)}>
          Dismiss
        </Button>
      }
    >
      <ol className="guide">
        {steps.map((step) => (
          <li key={step.title} className="guide-step" data-done={step.done || undefined}>
            <span className="guide-mark">
              {step.done ? <IconCircleCheckFilled size={16} /> : <IconCircle size={16} stroke={1.6} />}
              {step.done ? 'Done' : 'To do'}
            </span>
            <span className="strong">{step.title}</span>
            <p>{step.text}</p>
            <div>
              <Button
                size="xs"
                variant={step.done ? 'subtle' : 'default'}
                renderRoot={(props) => <Link {...props} to={step.to as '/'} search={step.search} />}
              >
                {step.action}
              </Button>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
