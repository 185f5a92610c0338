import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listWalletLimits, setWalletLimit } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { Panel } from '../ui/page.tsx';
import { typedAmount } from './words.ts';
import './wallets.css';

/** Above which amount somebody else must agree to money that is moved by hand. */
export function WalletLimitsPanel() {
  const me = useMe();
  const may = useMay();
  const edits = may('tenancy.organization.edit');
  const { data } = useQuery({
    queryKey: ['wallet limits'],
    queryFn: listWalletLimits,
    enabled: may('ledger.wallet.view'),
  });
  const save = useAction(setWalletLimit, { changes: ['wallet limits'], done: 'The limit is set.', quiet: true });
  const { values, text, errors } = useForm({ currency: me.organization.currency, limit: '' }, save.error);
  if (!data) return null;
  const currency = values.currency.trim().toUpperCase();
  const limit = typedAmount(values.limit);
  return (
    <Panel title="Two people for large adjustments">
      <p className="ink2 wallet-limit">
        Above this amount a credit, a debit or a grant by hand waits until somebody else agrees. Once one currency has a
        limit, others without one always need two.
      </p>
      {data.items.length > 0 ? (
        <table className="plain-table wallet-sum">
          <tbody>
            {data.items.map((one) => (
              <tr key={one.currency}>
                <th scope="row">{one.currency}</th>
                <td className="right">{money(one.limit, one.currency)}</td>
                {edits && (
                  <td className="right">
                    <button
                      type="button"
                      className="as-link"
                      onClick={() => save.mutate({ currency: one.currency, limit: null })}
                    >
                      Remove
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="dim wallet-limit">No limit: one person is enough for every amount.</p>
      )}
      {edits && (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (limit !== null) save.mutate({ currency, limit });
          }}
        >
          <Group align="flex-end" gap="sm">
            <TextInput label="Currency" {...text('currency')} error={errors.currency} maxLength={3} w={110} />
            <TextInput
              label="Limit"
              {...text('limit')}
              error={values.limit !== '' && limit === null ? 'An amount, like 50.00' : errors.limit}
              inputMode="decimal"
              w={160}
            />
            <Button
              type="submit"
              variant="default"
              loading={save.isPending}
              disabled={limit === null || limit[0] === '-'}
            >
              Set
            </Button>
          </Group>
          <FormProblem error={save.error} />
        </form>
      )}
    </Panel>
  );
}
