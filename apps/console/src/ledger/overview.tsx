import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getWalletOverview, type Wallet } from '../api/wallets.ts';
import { exactMoney, money } from '../format/money.ts';
import { lastMonths, type Month, monthNamed } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { monthName } from '../format/time.ts';
import { useAddress } from '../ui/list/state.ts';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';

/** The month that overview and history show: it stands in the address, and is the present one unless another is asked for. */
export function useMonth(): { month: Month; months: Month[]; choose: (name: string | null) => void } {
  const [{ month: name }, change] = useAddress();
  const { timeZone } = measures();
  const months = lastMonths(organizationNow(), timeZone, 24);
  const month = name && /^\d{4}-(0[1-9]|1[0-2])$/.test(name) ? monthNamed(name, timeZone) : months[0]!;
  return { month, months, choose: (chosen) => change({ month: chosen === months[0]!.name ? null : chosen }) };
}

/** What a month did to the wallet: a sum that adds up. */
export function OverviewPanel({ wallet: { id } }: { wallet: Wallet }) {
  const { month, months, choose } = useMonth();
  const { timeZone } = measures();
  const query = useQuery({
    queryKey: ['wallet', id, 'overview', month.name],
    queryFn: () => getWalletOverview(id, { from: month.from, to: month.to }),
  });
  const overview = query.data;
  const listed = months.some(({ name }) => name === month.name) ? months : [month, ...months];
  const select = (
    <Select
      size="xs"
      aria-label="Month"
      data={listed.map(({ name, from }) => ({ value: name, label: monthName(from, timeZone) }))}
      value={month.name}
      onChange={choose}
      allowDeselect={false}
      comboboxProps={{ width: 180, position: 'bottom-end' }}
    />
  );
  return (
    <Panel title="Month" aside={<span className="wallet-month">{select}</span>}>
      {overview ? (
        <table className="plain-table wallet-sum">
          <tbody>
            <Row what="At the beginning" amount={overview.starting} currency={overview.currency} />
            <Row what="Paid in and credited" amount={overview.credited} currency={overview.currency} sign="+" />
            <Row what="Usage" amount={overview.spentOnUsage} currency={overview.currency} sign="−" />
            <Row what="Fees" amount={overview.spentOnFees} currency={overview.currency} sign="−" />
            {Number(overview.vat) !== 0 && (
              <Row what="VAT" amount={overview.vat} currency={overview.currency} sign="−" />
            )}
            {Number(overview.debited) > 0 && (
              <Row what="Taken out" amount={overview.debited} currency={overview.currency} sign="−" />
            )}
          </tbody>
          <tfoot>
            <Row what="At the end" amount={overview.ending} currency={overview.currency} strong />
            <Row what="Lowest" amount={overview.lowest} currency={overview.currency} />
            {Number(overview.overshoot) > 0 && (
              <Row what="Overshoot of usage" amount={overview.overshoot} currency={overview.currency} />
            )}
          </tfoot>
        </table>
      ) : (
        <Pending query={query} lines={6} />
      )}
    </Panel>
  );
}

function Row(props: { what: string; amount: string; currency: string; sign?: string; strong?: boolean }) {
  const { what, amount, currency, sign, strong } = props;
  const zero = Number(amount) === 0;
  return (
    <tr className={strong ? 'strong' : ''}>
      <th scope="row">{what}</th>
      <td className="right nowrap" title={exactMoney(amount, currency)}>
        {sign && !zero && sign}
        {money(amount, currency)}
      </td>
    </tr>
  );
}
