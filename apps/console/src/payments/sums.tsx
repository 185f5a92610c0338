import type { Quote } from '../api/payments.ts';
import { exactMoney, money } from '../format/money.ts';
import { categoryWords, vatWords } from './words.ts';

/**
 * What it comes to: net, VAT, gross. The exact price stands first where rounding made another amount of it.
 *
 * @param total what the last line is called
 * @param bare the last line alone, of what bears no VAT of its own: the payment of an invoice
 */
export function Sums({ quote, total, busy, bare }: { quote: Quote; total: string; busy?: boolean; bare?: boolean }) {
  const { currency, price, net, vat, gross, tax } = quote;
  const none = Number(vat) === 0;
  return (
    <table className="plain-table sums" aria-busy={busy || undefined} aria-label="What it comes to">
      <tbody hidden={bare}>
        {Number(price) !== Number(net) && (
          <tr>
            <th scope="row">Exact price</th>
            <td className="right">{exactMoney(price, currency)}</td>
          </tr>
        )}
        <tr>
          <th scope="row">Net</th>
          <td className="right">{exactMoney(net, currency)}</td>
        </tr>
        <tr>
          <th scope="row">
            {vatWords(tax)}
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
