import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { previewBill } from '../api/billing.ts';
import { useMay, useMe } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { SeriesDialog, TermsDialog, TermsPart, useTerms } from './settings.tsx';
import { itemWords } from './words.tsx';
import './billing.css';

/** Of a company: what its next bill would be, and how it is billed. A dialog is handed out beside: no form stands in another. */
export function useCompanyBilling(companyId: string | null) {
  const [dialog, setDialog] = useState<'terms' | 'series' | null>(null);
  if (companyId === null) return { part: null, dialog: null };
  return {
    part: (
      <>
        <Preview companyId={companyId} />
        <CompanyTerms account={companyId} onDialog={setDialog} />
      </>
    ),
    dialog: dialog && <TermsDialog account={companyId} onClose={() => setDialog(null)} />,
  };
}

function CompanyTerms({ account, onDialog }: { account: string; onDialog: (kind: 'terms' | 'series') => void }) {
  if (!useTerms(account).data) return null;
  return (
    <div className="form-part">
      <h3>How it is billed</h3>
      <TermsPart account={account} onDialog={onDialog} />
    </div>
  );
}

/** What would be billed if somebody asked now, and what still runs. */
function Preview({ companyId }: { companyId: string }) {
  const sees = useMay()('billing.pre_bill.view');
  const preview = useQuery({
    queryKey: ['pre-bills', 'preview', companyId],
    queryFn: () => previewBill(companyId),
    enabled: sees,
  }).data;
  if (!preview) return null;
  return (
    <div className="form-part">
      <h3>Next bill</h3>
      {preview.bills.length === 0 && <p className="ink2">Nothing was ever charged on account.</p>}
      {preview.bills.map(({ currency, open, net, running }) => (
        <Facts key={currency}>
          {open.map(({ kind, amount }) => (
            <Fact key={kind} name={itemWords[kind]}>
              {money(amount, currency)}
            </Fact>
          ))}
          <Fact name="Would be billed now">
            <strong>{money(net, currency)}</strong> <span className="dim">excl. VAT</span>
          </Fact>
          <Fact name="Still runs" hint="Usage of running months is billed when they end">
            {running.length === 0 ? (
              <None />
            ) : (
              running.map(({ kind, amount }) => (
                <div key={kind}>
                  {exactMoney(amount, currency)} <span className="dim">{itemWords[kind].toLowerCase()}</span>
                </div>
              ))
            )}
          </Fact>
        </Facts>
      ))}
      <p>
        <Link to="/pre-bills" search={{ company: companyId }} className="link">
          Pre-bills
        </Link>{' '}
        ·{' '}
        <Link to="/invoices" search={{ company: companyId }} className="link">
          Invoices
        </Link>{' '}
        ·{' '}
        <Link to="/companies/$id/statement" params={{ id: companyId }} className="link">
          Statement
        </Link>
      </p>
    </div>
  );
}

/** Of the organization: what holds for all. */
export function OrganizationBilling({ account }: { account: string }) {
  const [dialog, setDialog] = useState<'terms' | 'series' | null>(null);
  const may = useMay();
  const ours = useMe().actor.companyId === null;
  const sees = ours && may('billing.settings.view');
  if (!sees) return null;
  return (
    <>
      <Panel title="Billing">
        <TermsPart account={account} onDialog={setDialog} />
      </Panel>
      {dialog === 'terms' && <TermsDialog account={account} onClose={() => setDialog(null)} />}
      {dialog === 'series' && <SeriesDialog onClose={() => setDialog(null)} />}
    </>
  );
}
