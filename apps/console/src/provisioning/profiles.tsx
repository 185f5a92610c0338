import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type EsimProfile, listProfiles } from '../api/provisioning.ts';
import { useMay, useMe } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies, useOptions } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { ProfileDetail } from './profile.tsx';
import { Reserve } from './reserve.tsx';
import { ProfileBadge } from './status.tsx';
import { profileStatuses } from './words.ts';

function columnsFor(accounts: ReadonlyMap<string, string> | null): readonly Column<EsimProfile>[] {
  return [
    {
      id: 'iccid',
      label: 'eSIM',
      width: 208,
      priority: 0,
      phone: 'title',
      cell: (profile) => (profile.iccid ? <span className="mono">{profile.iccid}</span> : <None>not yet known</None>),
      csv: (profile) => profile.iccid ?? '',
    },
    {
      id: 'status',
      label: 'Status',
      width: 130,
      priority: 0,
      phone: 'side',
      cell: (profile) => <ProfileBadge profile={profile} />,
      csv: (profile) => profile.status,
    },
    {
      id: 'eid',
      label: 'eUICC',
      width: 296,
      priority: 2,
      phone: 'bare',
      cell: (profile) =>
        profile.eid ? <span className="mono">{profile.eid}</span> : <None>whoever has the code</None>,
      csv: (profile) => profile.eid ?? '',
    },
    {
      id: 'code',
      label: 'Activation code',
      width: 280,
      priority: 3,
      phone: 'none',
      cell: (profile) =>
        profile.activationCode ? <span className="mono one-line">{profile.activationCode}</span> : <None />,
      csv: (profile) => profile.activationCode ?? '',
    },
    ...(accounts
      ? [
          {
            id: 'company',
            label: 'Company',
            width: 160,
            priority: 4,
            phone: 'none' as const,
            cell: ({ company }: EsimProfile) =>
              company ? (accounts.get(company) ?? <None>archived</None>) : <None>own</None>,
            csv: ({ company }: EsimProfile) => (company ? (accounts.get(company) ?? company) : ''),
          },
        ]
      : []),
    {
      id: 'created',
      label: 'Reserved',
      width: 152,
      align: 'right',
      priority: 5,
      phone: 'line',
      cell: (profile) => <Time at={profile.createdAt} />,
      csv: (profile) => profile.createdAt,
    },
  ];
}

const ownFilters: readonly Filter[] = [
  oneOf('status', 'Status', profileStatuses),
  { name: 'eid', label: 'EID', kind: 'text' },
];
const filters: readonly Filter[] = [
  ...ownFilters,
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
];

const profileId = (profile: EsimProfile) => profile.id;
const profileName = (profile: EsimProfile) => profile.iccid ?? profile.eid ?? 'eSIM profile';

/** eSIMs that were reserved of the stock, and how far their profiles have come. */
export function EsimProfilesPage() {
  const me = useMe();
  const may = useMay();
  const [{ add, open }, change] = useAddress();
  const isOrganization = me.actor.companyId === null;
  const companies = useOptions('company', isOrganization && may('tenancy.company.view'));
  const close = () => change({ add: null, open: null });
  const button = may('provisioning.esim_profile.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'profile' })}>
      Reserve an eSIM
    </Button>
  );
  return (
    <>
      <List
        noun="esim-profiles"
        title="eSIM profiles"
        columns={columnsFor(isOrganization ? new Map(companies.map(({ value, label }) => [value, label])) : null)}
        list={listProfiles}
        id={profileId}
        name={profileName}
        onOpen={(profile) => change({ open: profile.id })}
        filters={isOrganization ? filters : ownFilters}
        empty={
          <Empty title="No eSIM profiles yet" action={button}>
            Reserving takes an eSIM of the stock into an account and orders its profile. A device downloads it with the
            activation code, or by its EID alone.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'profile' && may('provisioning.esim_profile.add') && (
        <Reserve onClose={close} onDone={({ id }) => change({ add: null, open: id })} />
      )}
      {open && <ProfileDetail id={open} onClose={close} />}
    </>
  );
}
