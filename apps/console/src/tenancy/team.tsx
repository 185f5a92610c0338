import { Button, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type HandedLink, inviteStaff, listRoles, listStaff, type Staff } from '../api/people.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies, useOptions } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Colleague } from './colleague.tsx';
import { Handed } from './handed.tsx';

function columnsWith(company: (id: string) => string): readonly Column<Staff>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      width: 220,
      priority: 0,
      phone: 'title',
      cell: (staff) => <span className="strong">{staff.name}</span>,
      csv: (staff) => staff.name,
    },
    {
      id: 'role',
      label: 'Role',
      width: 140,
      priority: 0,
      phone: 'side',
      cell: (staff) => staff.role,
      csv: (staff) => staff.role,
    },
    {
      id: 'email',
      label: 'Email',
      width: 240,
      priority: 1,
      cell: (staff) => staff.email,
      csv: (staff) => staff.email,
    },
    {
      id: 'company',
      label: 'Works for',
      width: 200,
      priority: 2,
      cell: (staff) => (staff.companyId ? company(staff.companyId) : <None>the organization</None>),
      csv: (staff) => (staff.companyId ? company(staff.companyId) : ''),
    },
    timeColumn('created', 'Since', (staff) => staff.createdAt, { align: 'right', priority: 3, phone: 'none' }),
  ];
}

const filters: readonly Filter[] = [
  { name: 'company', label: 'Works for', kind: 'one', load: loadCompanies },
  {
    name: 'role',
    label: 'Role',
    kind: 'one',
    load: async () => (await listRoles()).items.map(({ id, name }) => ({ value: id, label: name })),
  },
];

const staffId = (staff: Staff) => staff.id;
const staffName = (staff: Staff) => staff.name;

/** Who works here, for the organization and for its companies. */
export function TeamPage() {
  const me = useMe();
  const may = useMay();
  const [open, setOpen] = useState<Staff | null>(null);
  const [{ add }, change] = useAddress();
  const names = new Map(useOptions('company', may('tenancy.company.view')).map(({ value, label }) => [value, label]));
  const button = may('tenancy.staff.add') && may('tenancy.role.view') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'staff' })}>
      Invite
    </Button>
  );
  return (
    <>
      <List
        noun="staff"
        title="Team"
        columns={columnsWith((id) => names.get(id) ?? '')}
        list={listStaff}
        id={staffId}
        name={staffName}
        onOpen={setOpen}
        searchHint="Search by name or email"
        filters={filters.filter(({ name }) =>
          name === 'role' ? may('tenancy.role.view') : me.actor.companyId === null && may('tenancy.company.view'),
        )}
        empty={
          <Empty title="Nobody works here yet" action={button}>
            Staff of a company see only what is its own. They join by a link and choose a password.
          </Empty>
        }
      >
        {button}
      </List>
      {open && (
        <Colleague
          staff={open}
          company={open.companyId ? (names.get(open.companyId) ?? 'a company') : me.organization.name}
          onClose={() => setOpen(null)}
        />
      )}
      {add === 'staff' && <Invite onClose={() => change({ add: null })} />}
    </>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles });
  const companies = useOptions('company', me.actor.companyId === null && may('tenancy.company.view'));
  const [company, setCompany] = useState<string | null>(null);
  const [link, setLink] = useState<HandedLink | null>(null);
  const invite = useAction(inviteStaff, { changes: ['letters'], onDone: setLink, quiet: true });
  const { values, text, set, errors } = useForm({ email: '', name: '', role: '' }, invite.error);
  const whole = values.email.trim() !== '' && values.name.trim() !== '' && values.role !== '';
  return (
    <SideForm
      title="Invite somebody"
      submit={link ? 'Done' : 'Invite'}
      busy={invite.isPending}
      error={invite.error}
      onSubmit={() =>
        link
          ? onClose()
          : invite.mutate({
              email: values.email.trim(),
              name: values.name.trim(),
              role: values.role,
              ...(company && { companyId: company }),
            })
      }
      onClose={onClose}
      disabled={!whole}
    >
      <TextInput label="Name" {...text('name')} maxLength={200} data-autofocus disabled={link !== null} />
      <TextInput label="Email" type="email" {...text('email')} maxLength={254} disabled={link !== null} />
      <Select
        label="Role"
        description="What they may do. Nobody gives more than they have."
        data={(roles.data?.items ?? []).map(({ name }) => name)}
        value={values.role || null}
        onChange={(value) => set('role', value ?? '')}
        error={errors.role}
        disabled={link !== null}
      />
      {me.actor.companyId === null && (
        <Select
          label="Works for"
          data={companies}
          value={company}
          onChange={setCompany}
          placeholder={me.organization.name}
          clearable
          searchable
          disabled={link !== null}
        />
      )}
      {link && (
        <>
          <p className="notice notice-green">The link is on its way by mail, where a mail server is set.</p>
          <Handed link={link} to={values.name} />
        </>
      )}
    </SideForm>
  );
}
