import { Link } from '@tanstack/react-router';
import type { PreBillDetail } from '../api/billing.ts';
import { useMay } from '../app/session.ts';

/** What an electronic invoice would lack, said while it can still be added; nothing where nothing is missing. */
export function Lacking({ lacking }: Pick<PreBillDetail, 'lacking'>) {
  const may = useMay();
  if (lacking.length === 0) return null;
  return (
    <div className="notice notice-amber">
      As an electronic invoice (UBL) it would lack {lacking.map(plain).join(', ')}. Nothing is added to an invoice once
      it is issued: the seller’s details are in{' '}
      {may('documents.settings.view') ? (
        <Link to="/invoicing" className="link">
          Invoicing
        </Link>
      ) : (
        'Invoicing'
      )}
      , the buyer’s with the{' '}
      <Link to="/companies" className="link">
        company
      </Link>
      . PDF and the other forms lack nothing.
    </div>
  );
}

/** Without the number of the rule, which says nothing to who bills. */
const plain = (one: string) => one.replace(/ \(BR-[^)]*\)$/, '');
