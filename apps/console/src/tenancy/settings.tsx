import { Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  getOrganization,
  type LateUsage,
  type Organization,
  type UnitBase,
  updateOrganization,
} from '../api/tenancy.ts';
import { useMay } from '../app/session.ts';
import { OrganizationBilling } from '../billing/account.tsx';
import { zoneOffset } from '../format/time.ts';
import { WalletLimitsPanel } from '../ledger/limits.tsx';
import { VatAtPanel } from '../ledger/vat.tsx';
import { RefillAmountsPanel } from '../payments/amounts.tsx';
import { OrganizationPayments } from '../payments/providers.tsx';
import { OrganizationVat } from '../tax/account-vat.tsx';
import { useAction, useForm } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { FormProblem } from '../ui/form.tsx';
import { Body, Fact, Facts, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { timeZones } from './time-zones.ts';

export function SettingsPage() {
  const query = useQuery({ queryKey: ['organization'], queryFn: getOrganization });
  return (
    <>
      <PageHead title="Settings" />
      <Body narrow>
        {query.data ? <Settings key={query.data.id} organization={query.data} /> : <Pending query={query} />}
      </Body>
    </>
  );
}

function Settings({ organization }: { organization: Organization }) {
  const may = useMay();
  const canEdit = may('tenancy.organization.edit');
  const save = useAction(updateOrganization, {
    changes: ['organization', 'me', 'overview', 'sims', 'sim'],
    done: 'The settings are saved.',
    quiet: true,
  });
  const { values, text, set, errors } = useForm(
    {
      name: organization.name,
      timeZone: organization.timeZone,
      unitBase: organization.unitBase,
      lateUsage: organization.lateUsage,
    },
    save.error,
  );
  const changed =
    values.name.trim() !== organization.name ||
    values.timeZone !== organization.timeZone ||
    values.unitBase !== organization.unitBase ||
    values.lateUsage !== organization.lateUsage;
  return (
    <>
      <Panel title="Organization">
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (changed) save.mutate({ ...values, name: values.name.trim() });
          }}
        >
          <TextInput label="Name" {...text('name')} maxLength={200} disabled={!canEdit} />
          <Select
            label="Time zone"
            description={`Of days, months and billing periods, and of every time on these pages. Now ${zoneOffset(values.timeZone)}.`}
            data={timeZones()}
            value={values.timeZone}
            onChange={(value) => value && set('timeZone', value)}
            error={errors.timeZone}
            searchable
            limit={50}
            disabled={!canEdit}
            allowDeselect={false}
          />
          <Radio.Group
            label="Units of data"
            description="How plans and pages count a megabyte. The Super SIM API always counts in thousands."
            value={String(values.unitBase)}
            onChange={(value) => set('unitBase', Number(value) as UnitBase)}
            error={errors.unitBase}
          >
            <Group mt="xs" gap="lg">
              <Radio value="1000" label="1 MB = 1,000,000 bytes" disabled={!canEdit} />
              <Radio value="1024" label="1 MB = 1,048,576 bytes" disabled={!canEdit} />
            </Group>
          </Radio.Group>
          {values.unitBase !== organization.unitBase && (
            <p className="notice notice-amber">
              Plans keep the bytes they were saved with. The next version of a plan counts in the new unit.
            </p>
          )}
          <Radio.Group
            label="Late usage"
            description="Usage that comes after its billing period has closed, as carriers’ records do."
            value={values.lateUsage}
            onChange={(value) => set('lateUsage', value as LateUsage)}
            error={errors.lateUsage}
          >
            <Stack mt="xs" gap="xs">
              <Radio
                value="own_period"
                label="Is billed in the period it was made in, until that is invoiced; then in the current one"
                disabled={!canEdit}
              />
              <Radio value="current_period" label="Is billed in the current period" disabled={!canEdit} />
            </Stack>
          </Radio.Group>
          <FormProblem error={save.error} />
          {canEdit && (
            <Group justify="flex-end">
              <Button type="submit" loading={save.isPending} disabled={!changed || values.name.trim() === ''}>
                Save
              </Button>
            </Group>
          )}
        </form>
      </Panel>
      <OrganizationVat account={organization.id} />
      <OrganizationBilling account={organization.id} />
      <WalletLimitsPanel />
      <VatAtPanel />
      <OrganizationPayments />
      <RefillAmountsPanel />
      <Panel title="Fixed when it was created">
        <Facts>
          <Fact name="Currency">{organization.currency}</Fact>
          <Fact name="Kind">{organization.sandbox ? 'Sandbox, with a clock of its own' : 'Production'}</Fact>
          <Fact name="Super SIM account">
            <Copy text={organization.accountSid} label="account SID" />
          </Fact>
          <Fact name="Created">
            <Time at={organization.createdAt} />
          </Fact>
        </Facts>
      </Panel>
    </>
  );
}
