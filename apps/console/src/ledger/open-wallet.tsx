import { Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { openWallet } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { typedAmount } from './words.ts';

/** Opens the wallet of an account. @param owner who is chosen already */
export function OpenWallet({ owner, onClose }: { owner: string | undefined; onClose: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const companies = useOptions('company');
  const endUsers = useOptions('endUser', useMay()('tenancy.end_user.view'));
  const open = useAction((input: { owner: string; floor: string }) => openWallet(input), {
    changes: ['wallets', 'wallet', 'companies'],
    done: (wallet) => `${wallet.owner.name} has a wallet now.`,
    onDone: (wallet) => void navigate({ to: '/wallets/$id', params: { id: wallet.id } }),
    quiet: true,
  });
  const { values, text, set, errors } = useForm({ owner: owner ?? '', floor: '0' }, open.error);
  const floor = typedAmount(values.floor);
  return (
    <SideForm
      title="Open a wallet"
      submit="Open wallet"
      busy={open.isPending}
      error={open.error}
      onSubmit={() => floor !== null && open.mutate({ owner: values.owner, floor })}
      onClose={onClose}
      disabled={values.owner === '' || floor === null}
    >
      <Select
        label="Account"
        description="A company, an end user, or the organization itself for its own SIMs."
        data={[{ value: me.organization.id, label: `${me.organization.name} (own)` }, ...companies, ...endUsers]}
        value={values.owner || null}
        onChange={(value) => set('owner', value ?? '')}
        error={errors.owner}
        searchable
        data-autofocus
      />
      <TextInput
        label="Minimum balance"
        description="What must stay in it, in the account’s currency. Below zero is credit: −50 lets it go to −50."
        {...text('floor')}
        error={floor === null ? 'An amount, like 25.00' : errors.floor}
        inputMode="decimal"
      />
    </SideForm>
  );
}
