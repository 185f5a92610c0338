import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { getBillingDetails } from '../api/documents.ts';
import { useMay } from '../app/session.ts';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { addressLines, languageWords, missingForElectronic } from './words.ts';
import './documents.css';

const Form = lazy(async () => ({ default: (await import('./form.tsx')).DetailsForm }));

function useDetails(account: string) {
  return useQuery({ queryKey: ['billing-details', account], queryFn: () => getBillingDetails(account) });
}

/** Who the organization is on its bills. */
export function OwnDetails({ account }: { account: string }) {
  const { dialog, onEdit } = useDetailsDialog(account);
  return (
    <>
      <Panel title="Who bills" aside="The sender of every bill">
        <Details account={account} onEdit={onEdit} />
      </Panel>
      {dialog}
    </>
  );
}

/** Billing details of a company, as a part of its form; the dialog stands beside the form, not in it. */
export function useCompanyDetails(account: string | null) {
  const may = useMay();
  const sees = may('documents.billing_details.view') && account !== null;
  const bills = may('billing.invoice.view');
  const { dialog, onEdit } = useDetailsDialog(account);
  const part = sees && (
    <div className="form-part">
      <h3>Billing details</h3>
      <Details account={account} onEdit={onEdit} />
      {bills && (
        <Link to="/companies/$id/statement" params={{ id: account }} className="link">
          Statement of account
        </Link>
      )}
    </div>
  );
  return { part, dialog };
}

function useDetailsDialog(account: string | null) {
  const [open, setOpen] = useState(false);
  const dialog = open && account && (
    <Suspense>
      <Dialog account={account} onClose={() => setOpen(false)} />
    </Suspense>
  );
  return { dialog, onEdit: () => setOpen(true) };
}

function Dialog({ account, onClose }: { account: string; onClose: () => void }) {
  const details = useDetails(account).data;
  return details ? <Form details={details} onClose={onClose} /> : null;
}

function Details({ account, onEdit }: { account: string; onEdit: () => void }) {
  const query = useDetails(account);
  const edits = useMay()('documents.billing_details.edit');
  const details = query.data;
  if (!details) return <Pending query={query} lines={3} />;
  const lines = addressLines(details);
  const isOurs = account.startsWith('org_');
  const missing = missingForElectronic(details);
  return (
    <div className="billing-details">
      <Facts>
        <Fact name="Name">
          {details.legalName ?? details.name}
          {details.legalName && details.legalName !== details.name && (
            <div className="dim">known as {details.name}</div>
          )}
        </Fact>
        <Fact name="Address">
          {lines.length === 0 ? <None>not known yet</None> : lines.map((line) => <div key={line}>{line}</div>)}
        </Fact>
        {details.registration && <Fact name="Register">{details.registration}</Fact>}
        <Fact name={isOurs ? 'Email' : 'Bills go to'}>
          {details.email ?? <None>{isOurs ? 'none' : 'the email of the company'}</None>}
        </Fact>
        {details.endpoint && (
          <Fact name="Electronic">
            <span className="mono">
              {details.endpoint.scheme}:{details.endpoint.id}
            </span>
          </Fact>
        )}
        {details.buyerReference && <Fact name="Its reference">{details.buyerReference}</Fact>}
        <Fact name="Language">{languageWords[details.writtenIn]}</Fact>
      </Facts>
      {missing && <p className="dim">{missing}</p>}
      {edits && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onEdit}>
            Edit billing details
          </Button>
        </Group>
      )}
    </div>
  );
}
