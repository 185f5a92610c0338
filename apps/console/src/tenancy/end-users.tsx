import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type EndUser, listEndUsers } from '../api/people.ts';
import { useMay, useMe } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies, useOptions } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { EndUserForm } from './end-user.tsx';

function columnsWith(company: (id: string) => string): readonly Column<EndUser>[] {
  return [
    {
      id: 'name',
      label: 'End user',
      width: 220,
      priority: 0,
      phone: 'title',
      cell: (user) => <span className="strong">{user.name ?? user.email}</span>,
      csv: (user) => user.name ?? '',
    },
    {
      id: 'sims',
      label: 'SIMs',
      width: 96,
      priority: 1,
      phone: 'side',
      cell: (user) => (
        <Link to="/sims" search={{ endUser: user.id }} className="link above">
          Their SIMs
        </Link>
      ),
      csv: () => '',
    },
    {
      id: 'email',
      label: 'Email',
      width: 240,
      priority: 2,
      cell: (user) => user.email,
      csv: (user) => user.email,
    },
    {
      id: 'company',
      label: 'Company',
      width: 200,
      priority: 3,
      cell: (user) => company(user.companyId) || <None />,
      csv: (user) => company(user.companyId),
    },
    timeColumn('created', 'Created', (user) => user.createdAt, { align: 'right', priority: 4, phone: 'none' }),
  ];
}

const filters: readonly Filter[] = [{ name: 'companyId', label: 'Company', kind: 'one', load: loadCompanies }];
const userId = (user: EndUser) => user.id;
const userName = (user: EndUser) => user.name ?? user.email;

/** Holders of SIMs, and the ways in for them. */
export function EndUsersPage() {
  const may = useMay();
  const ofCompany = useMe().actor.companyId !== null;
  const [{ add }, change] = useAddress();
  const [edited, setEdited] = useState<EndUser | null>(null);
  const companies = useOptions('company', may('tenancy.company.view'));
  const names = new Map(companies.map(({ value, label }) => [value, label]));
  const close = () => {
    setEdited(null);
    change({ add: null });
  };
  const button = may('tenancy.end_user.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'end-user' })}>
      New end user
    </Button>
  );
  return (
    <>
      <List
        noun="end users"
        title="End users"
        columns={columnsWith((id) => names.get(id) ?? '')}
        list={listEndUsers}
        id={userId}
        name={userName}
        onOpen={setEdited}
        searchHint="Search by name or email"
        filters={ofCompany ? [] : filters}
        empty={
          <Empty title="No end users yet" action={button}>
            An end user holds SIMs and sees on a phone what is left, refills, and finds receipts. They sign in by a
            link, without a password.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'end-user' && may('tenancy.end_user.add') && <EndUserForm user={null} onClose={close} />}
      {edited && <EndUserForm user={edited} onClose={close} />}
    </>
  );
}
