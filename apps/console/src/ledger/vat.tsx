import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  getWalletSettings,
  getWalletVat,
  setVatAt,
  setWalletSettings,
  type VatAt,
  type Wallet,
  walletReceiptUrl,
} from '../api/wallets.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { monthNamed } from '../format/months.ts';
import { measures } from '../format/organization.ts';
import { monthName } from '../format/time.ts';
import { vatWords } from '../payments/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog, FormProblem } from '../ui/form.tsx';
import { Panel } from '../ui/page.tsx';
import './wallets.css';

const monthsShown = 12;

/** VAT of what the wallet spent, month by month, with the receipts of those that are over. Nothing where there was none. */
export function VatPanel({ wallet: { id, vatAt } }: { wallet: Wallet }) {
  const { data } = useQuery({ queryKey: ['wallet', id, 'vat'], queryFn: () => getWalletVat(id) });
  const { timeZone } = measures();
  if (!data || (data.items.length === 0 && vatAt === 'refill')) return null;
  const { currency } = data;
  return (
    <Panel title="VAT of what was spent">
      {data.items.length === 0 ? (
        <p className="dim wallet-limit">Nothing was spent yet.</p>
      ) : (
        <table className="plain-table wallet-sum wallet-vat">
          <tbody>
            {data.items.slice(0, monthsShown).map(({ month, vat, net, lines, closedAt }) => (
              <tr key={month}>
                <th scope="row">
                  {monthName(monthNamed(month, timeZone).from, timeZone)}
                  <div className="dim">
                    {lines.map((line) => `${vatWords(line)} on ${money(line.net, currency)}`).join(' · ')}
                  </div>
                  {closedAt ? (
                    <a className="link" href={walletReceiptUrl(id, month)}>
                      Receipt (PDF)
                    </a>
                  ) : (
                    <div className="dim">So far: its receipt comes with the end of the month</div>
                  )}
                </th>
                <td className="right nowrap" title={`${exactMoney(vat, currency)} on ${exactMoney(net, currency)}`}>
                  {money(vat, currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** Changes when an empty wallet bears VAT. */
export function ChangeVat({ wallet, onClose }: { wallet: Wallet; onClose: () => void }) {
  const change = useAction((vatAt: VatAt) => setVatAt(wallet.id, vatAt), {
    changes: ['wallet', 'wallets'],
    done: 'The wallet bears VAT as you said from now on.',
    onDone: onClose,
    quiet: true,
  });
  const { values, set } = useForm({ vatAt: wallet.vatAt }, change.error);
  return (
    <Dialog
      title={`When the wallet of ${wallet.owner.name} bears VAT`}
      submit="Change"
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate(values.vatAt)}
      onClose={onClose}
      disabled={values.vatAt === wallet.vatAt}
    >
      <Choice value={values.vatAt} onChange={(vatAt) => set('vatAt', vatAt)} />
      <p className="ink2">
        It changes only while nothing is in the wallet, nothing is set aside, and no payment is under way. What was paid
        before is not refunded through it afterwards.
      </p>
    </Dialog>
  );
}

/** When wallets bear VAT that are opened from now on. */
export function VatAtPanel() {
  const may = useMay();
  const edits = may('tenancy.organization.edit');
  const { data } = useQuery({
    queryKey: ['wallet settings'],
    queryFn: getWalletSettings,
    enabled: may('ledger.wallet.view'),
  });
  const save = useAction(setWalletSettings, {
    changes: ['wallet settings'],
    done: 'New wallets bear VAT as you said. Those that are open keep theirs.',
    quiet: true,
  });
  if (!data) return null;
  return (
    <Panel title="VAT of wallets">
      <p className="ink2 wallet-limit">
        Of wallets that are opened from now on. Each keeps its own; an empty one is changed on its page.
      </p>
      <Choice value={data.vatAt} onChange={(vatAt) => save.mutate(vatAt)} disabled={!edits || save.isPending} />
      <FormProblem error={save.error} />
    </Panel>
  );
}

function Choice(props: { value: VatAt; onChange: (value: VatAt) => void; disabled?: boolean }) {
  const { value, onChange, disabled } = props;
  return (
    <Radio.Group value={value} onChange={(chosen) => onChange(chosen as VatAt)} aria-label="When wallets bear VAT">
      <Stack gap="xs">
        <Radio
          value="refill"
          label="With refills"
          description="VAT comes on top of what is paid in. What the wallet pays bears none."
          disabled={disabled}
        />
        <Radio
          value="spending"
          label="When it is spent"
          description="What is paid in bears none. VAT of usage and fees leaves the wallet beside them."
          disabled={disabled}
        />
      </Stack>
    </Radio.Group>
  );
}
