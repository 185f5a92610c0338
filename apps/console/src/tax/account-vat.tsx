import { lazy, Suspense, useState } from 'react';
import { useMay } from '../app/session.ts';
import { Panel } from '../ui/page.tsx';
import { type TaxDialog, Vat } from './vat.tsx';

const Dialogs = lazy(async () => ({ default: (await import('./dialogs.tsx')).TaxDialogs }));

/** VAT of the organization: for everybody who has no rate of their own. */
export function OrganizationVat({ account }: { account: string }) {
  const sees = useMay()('tax.rate.view');
  const { dialog, onDialog } = useTaxDialog(account);
  if (!sees) return null;
  return (
    <>
      <Panel title="VAT" aside="For every account without a rate of its own">
        <Vat account={account} onDialog={onDialog} />
      </Panel>
      {dialog}
    </>
  );
}

/** VAT of a company, as a part of its form; what is asked in a dialog stands beside the form, not in it. */
export function useCompanyVat(account: string | null) {
  const sees = useMay()('tax.rate.view') && account !== null;
  const { dialog, onDialog } = useTaxDialog(account);
  const part = sees && (
    <div className="form-part">
      <h3>VAT</h3>
      <Vat account={account} onDialog={onDialog} />
    </div>
  );
  return { part, dialog };
}

function useTaxDialog(account: string | null) {
  const [kind, setKind] = useState<TaxDialog | null>(null);
  const dialog = kind && account && (
    <Suspense>
      <Dialogs kind={kind} account={account} onDialog={setKind} />
    </Suspense>
  );
  return { dialog, onDialog: setKind };
}
