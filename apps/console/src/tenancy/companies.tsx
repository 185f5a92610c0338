import { Button, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Company, createCompany, listCompanies, updateCompany } from '../api/tenancy.ts';
import { useMay, useMe } from '../app/session.ts';
import { useCompanyBilling } from '../billing/account.tsx';
import { useCompanyDetails } from '../documents/details.tsx';
import { CompanyWallet } from '../ledger/company-wallet.tsx';
import { AccountCards } from '../payments/cards.tsx';
import { useCompanyMail } from '../reminders/of-company.tsx';
import { PaidPart, paidColumns, type WithPaid, withPaid } from '../reports/paid.tsx';
import { useCompanyVat } from '../tax/account-vat.tsx';
import { useAction, useForm } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { SideForm } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { timeZones } from './time-zones.ts';

const columns: readonly Column<Company>[] = [
  {
    id: 'name',
    label: 'Company',
    width: 240,
    priority: 0,
    phone: 'title',
    cell: (company) => <span className="strong">{company.name}</span>,
    csv: (company) => company.name,
  },
  {
    id: 'sims',
    label: 'SIMs',
    width: 96,
    priority: 2,
    phone: 'side',
    cell: (company) => (
      <Link to="/sims" search={{ company: company.id }} className="link above">
        Its SIMs
      </Link>
    ),
    csv: () => '',
  },
  {
    id: 'email',
    label: 'Email',
    width: 220,
    priority: 3,
    cell: (company) => company.email ?? <None />,
    csv: (company) => company.email ?? '',
  },
  {
    id: 'currency',
    label: 'Currency',
    width: 88,
    priority: 1,
    cell: (company) => company.currency,
    csv: (company) => company.currency,
  },
  {
    id: 'zone',
    label: 'Time zone',
    width: 160,
    priority: 4,
    phone: 'none',
    cell: (company) => company.timeZone ?? <None>the organization’s</None>,
    csv: (company) => company.timeZone ?? '',
  },
  {
    id: 'sid',
    label: 'Super SIM account',
    width: 300,
    hidden: true,
    phone: 'none',
    cell: (company) => <span className="mono">{company.accountSid}</span>,
    csv: (company) => company.accountSid,
  },
  timeColumn('created', 'Created', (company) => company.createdAt, { align: 'right', priority: 5, phone: 'none' }),
];

const companyId = (company: Company) => company.id;
const companyName = (company: Company) => company.name;

/** With what each has paid, for those who may know. */
const paidList = withPaid(listCompanies);
const plainList = async (...asked: Parameters<typeof listCompanies>) => {
  const page = await listCompanies(...asked);
  return { ...page, items: page.items.map((item): WithPaid<Company> => ({ ...item, paid: [] })) };
};
const withPaidColumns: readonly Column<WithPaid<Company>>[] = [...columns, ...paidColumns];

export function CompaniesPage() {
  const may = useMay();
  const me = useMe();
  const [{ add }, change] = useAddress();
  const [edited, setEdited] = useState<Company | null>(null);
  const seesPaid = may('payments.transaction.view');
  const canAdd = may('tenancy.company.add') && me.actor.companyId === null;
  const close = () => {
    setEdited(null);
    change({ add: null });
  };
  const button = canAdd && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'company' })}>
      New company
    </Button>
  );
  return (
    <>
      <List
        noun="companies"
        title="Companies"
        columns={seesPaid ? withPaidColumns : columns}
        list={seesPaid ? paidList : plainList}
        id={companyId}
        name={companyName}
        onOpen={setEdited}
        searchHint="Search by name or email"
        empty={
          <Empty title="No companies yet" action={button}>
            A company is a business customer: SIMs can belong to it, its staff see only its own, and in the Super SIM
            API it is a sub-account.
          </Empty>
        }
      >
        {button}
      </List>
      {canAdd && add === 'company' && <CompanyForm company={null} onClose={close} />}
      {edited && <CompanyForm company={edited} onClose={close} />}
    </>
  );
}

function CompanyForm({ company, onClose }: { company: Company | null; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const save = useAction(
    (input: { name: string; email: string; timeZone: string; currency: string }) =>
      company
        ? updateCompany(company.id, { name: input.name, email: input.email || null, timeZone: input.timeZone || null })
        : createCompany({
            name: input.name,
            currency: input.currency,
            ...(input.email && { email: input.email }),
            ...(input.timeZone && { timeZone: input.timeZone }),
          }),
    { changes: ['companies', 'options'], done: (saved) => `${saved.name} is saved.`, onDone: onClose, quiet: true },
  );
  const { values, text, set, errors } = useForm(
    {
      name: company?.name ?? '',
      email: company?.email ?? '',
      timeZone: company?.timeZone ?? '',
      currency: company?.currency ?? me.organization.currency,
    },
    save.error,
  );
  const vat = useCompanyVat(company?.id ?? null);
  const billing = useCompanyBilling(company?.id ?? null);
  const details = useCompanyDetails(company?.id ?? null);
  const mail = useCompanyMail(company);
  return (
    <>
      <SideForm
        title={company?.name ?? 'New company'}
        submit={company ? 'Save' : 'Create company'}
        busy={save.isPending}
        error={save.error}
        onSubmit={() => save.mutate({ ...values, name: values.name.trim(), email: values.email.trim() })}
        onClose={onClose}
        disabled={values.name.trim() === '' || (company !== null && !may('tenancy.company.edit'))}
      >
        {company && (
          <div className="dim">
            Super SIM account <Copy text={company.accountSid} label="account SID" />
            {may('tenancy.staff.view') && (
              <>
                <br />
                <Link to="/team" search={{ company: company.id }} className="link">
                  Its staff
                </Link>
              </>
            )}
            {may('charging.charge.view') && (
              <>
                <br />
                <Link to="/what-if" search={{ company: company.id }} className="link">
                  Try other plans
                </Link>
              </>
            )}
          </div>
        )}
        <TextInput label="Name" {...text('name')} maxLength={200} data-autofocus />
        <TextInput
          label="Email"
          description="Where invoices and notices go."
          type="email"
          {...text('email')}
          maxLength={254}
        />
        <div className="form-row">
          <TextInput
            label="Currency"
            description="Cannot be changed later."
            {...text('currency')}
            onChange={(event) => set('currency', event.currentTarget.value.toUpperCase())}
            maxLength={3}
            disabled={company !== null}
          />
          <Select
            label="Time zone"
            description="Of its months and invoices."
            data={timeZones()}
            value={values.timeZone || null}
            onChange={(value) => set('timeZone', value ?? '')}
            error={errors.timeZone}
            placeholder={me.organization.timeZone}
            searchable
            clearable
            limit={50}
          />
        </div>
        {company && <CompanyWallet companyId={company.id} />}
        {company && <PaidPart account={company.id} />}
        {billing.part}
        {company && <AccountCards account={company.id} />}
        {vat.part}
        {details.part}
        {mail.part}
      </SideForm>
      {vat.dialog}
      {billing.dialog}
      {details.dialog}
      {mail.dialog}
    </>
  );
}
