import type { Quote } from '../api/payments.ts';
import { exactMoney, money } from '../format/money.ts';
import { categoryWords, vatWords } from './words.ts';
import './payments.css';

/**
 * What it comes to: net, VAT, gross. The exact price stands first where rounding made another amount of it.
 *
 * @param total what the last line is called
 * @param ofInvoices it bears no VAT of its own; a wallet gives what was paid in, and the VAT that was paid with it
 */
export function Sums({
  quote,
  total,
  busy,
  ofInvoices,
}: {
  quote: Quote;
  total: string;
  busy?: boolean;
  ofInvoices?: boolean;
}) {
  const { currency, price, net, vat, gross, tax } = quote;
  const none = Number(vat) === 0;
  return (
    <table className="plain-table sums" aria-busy={busy || undefined} aria-label="What it comes to">
      <tbody hidden={ofInvoices && none}>
        {Number(price) !== Number(net) && (
          <tr>
            <th scope="row">Exact price</th>
            <td className="right">{exactMoney(price, currency)}</td>
          </tr>
        )}
        <tr>
          <th scope="row">{ofInvoices ? 'From the wallet' : 'Net'}</th>
          <td className="right">{exactMoney(net, currency)}</td>
        </tr>
        <tr>
          <th scope="row">
            {ofInvoices ? 'VAT that was paid with it' : vatWords(tax)}
            {none && (
              <div className="dim">{tax.reason || (tax.category === 'O' ? 'none' : categoryWords[tax.category])}</div>
            )}
          </th>
          <td className="right">{money(vat, currency)}</td>
        </tr>
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{total}</th>
          <td className="right strong">{exactMoney(gross, currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
