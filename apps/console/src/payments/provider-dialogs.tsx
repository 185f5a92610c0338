import { PasswordInput, TextInput } from '@mantine/core';
import { changeProvider, connectProvider, disconnectProvider, type PaymentProvider } from '../api/providers.ts';
import { errorAt, useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import type { ProviderDialog } from './providers.tsx';

const changes = ['payment-providers', 'payment-methods'];

/** What is asked when a payment provider is connected, changed or disconnected. */
export function ProviderDialogs({ dialog, onClose }: { dialog: ProviderDialog; onClose: () => void }) {
  switch (dialog.kind) {
    case 'stripe':
      return <Keys provider={dialog.provider} onClose={onClose} />;
    case 'sandbox':
      return <Sandbox onClose={onClose} />;
    case 'disconnect':
      return <Disconnect provider={dialog.provider!} onClose={onClose} />;
  }
}

function Keys({ provider, onClose }: { provider: PaymentProvider | null; onClose: () => void }) {
  const save = useAction(
    (keys: { publishableKey: string; secretKey: string; webhookSecret: string }) => {
      const given = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== ''));
      return provider
        ? changeProvider(provider.id, { stripe: given })
        : connectProvider({ kind: 'stripe', name: 'Stripe', stripe: given });
    },
    { changes, done: 'The keys are kept, and being checked.', onDone: onClose, quiet: true },
  );
  const { values, text } = useForm(
    { publishableKey: provider?.publishableKey ?? '', secretKey: '', webhookSecret: '' },
    save.error,
  );
  const kept = provider ? 'Leave it empty to keep the one that is here.' : undefined;
  const trimmed = {
    publishableKey: values.publishableKey.trim(),
    secretKey: values.secretKey.trim(),
    webhookSecret: values.webhookSecret.trim(),
  };
  return (
    <Dialog
      title={provider ? 'Keys of Stripe' : 'Connect Stripe'}
      submit={provider ? 'Keep these keys' : 'Connect'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(trimmed)}
      onClose={onClose}
      disabled={trimmed.publishableKey === '' || (!provider && trimmed.secretKey === '')}
    >
      <p className="ink2">
        The keys of your own account, from Stripe’s dashboard (Developers, API keys). Money goes to that account. The
        secret ones are sealed here and never shown again.
      </p>
      <TextInput
        label="Publishable key"
        {...text('publishableKey')}
        error={errorAt(save.error, 'stripe.publishableKey')}
        placeholder="pk_test_…"
        autoComplete="off"
        data-autofocus
      />
      <PasswordInput
        label="Secret key"
        description={
          kept ?? 'Or a restricted one that may write customers, payments, setups and refunds, and read the account.'
        }
        {...text('secretKey')}
        error={errorAt(save.error, 'stripe.secretKey')}
        placeholder="sk_test_…"
        autoComplete="off"
      />
      <PasswordInput
        label="Webhook signing secret"
        description={kept ?? 'Later, when the endpoint is made: its address is shown once this is connected.'}
        {...text('webhookSecret')}
        error={errorAt(save.error, 'stripe.webhookSecret')}
        placeholder="whsec_…"
        autoComplete="off"
      />
    </Dialog>
  );
}

function Sandbox({ onClose }: { onClose: () => void }) {
  const save = useAction(() => connectProvider({ kind: 'sandbox', name: 'Sandbox payments' }), {
    ...{ changes, done: 'Sandbox payments are connected.', onDone: onClose, quiet: true },
  });
  return (
    <Dialog
      title="Connect sandbox payments"
      submit="Connect"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <p className="ink2">The built-in provider: cards are buttons, and nobody is charged. For trying things.</p>
    </Dialog>
  );
}

function Disconnect({ provider, onClose }: { provider: PaymentProvider; onClose: () => void }) {
  const remove = useAction(() => disconnectProvider(provider.id), {
    ...{ changes, done: `${provider.name} is disconnected.`, onDone: onClose, quiet: true },
  });
  return (
    <Dialog
      title={`Disconnect ${provider.name}`}
      submit="Disconnect"
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate(undefined)}
      onClose={onClose}
      danger
    >
      <p className="ink2">
        Its keys are deleted here, and every card that it stores is removed: who pays by one of them has to store it
        anew. What was paid by it can then be given back at {provider.name} only.
      </p>
    </Dialog>
  );
}
